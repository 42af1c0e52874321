//! What is wrong with the arrows: circles of files, and arrows between rooms that point up.

use std::collections::{BTreeMap, BTreeSet};

use crate::{arrows::Arrows, rooms::Rooms};

/// Returns every set of files that use each other in a circle, directly or not.
pub fn circles(arrows: &Arrows) -> Vec<Vec<&str>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> = arrows
        .keys()
        .map(|file| (file.as_str(), reachable(arrows, file)))
        .collect();
    let mut circles = BTreeSet::new();
    for (file, reached) in &reach {
        if reached.contains(file) {
            let circle = reached.iter().filter(|other| reach[*other].contains(file));
            circles.insert(circle.copied().collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

fn reachable<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = arrows[from].iter().map(String::as_str).collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            open.extend(arrows[file].iter().map(String::as_str));
        }
    }
    reached
}

/// Returns the arrows from a file to one that its room may not use.
pub fn back_arrows<'a>(arrows: &'a Arrows, rooms: &Rooms) -> Vec<(&'a str, &'a str)> {
    let mut back = Vec::new();
    for (file, used) in arrows {
        for other in used {
            let (from, to) = (rooms.room_of(file), rooms.room_of(other));
            if from != to && !rooms.may_use(from, to) {
                back.push((file.as_str(), other.as_str()));
            }
        }
    }
    back
}

/// Returns which rooms each room uses, by how many arrows of files.
pub fn between_rooms<'r>(
    arrows: &Arrows,
    rooms: &'r Rooms,
) -> BTreeMap<&'r str, BTreeMap<&'r str, usize>> {
    let mut between: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (file, used) in arrows {
        let from = rooms.room_of(file);
        let uses = between.entry(from).or_default();
        for other in used {
            let to = rooms.room_of(other);
            if from != to {
                *uses.entry(to).or_default() += 1;
            }
        }
    }
    between
}
