//! Prints the rooms of `src` with who uses whom, and fails on a circle of files, on an arrow that
//! points up, and on a tree in ARCHITECTURE.md that is not the one on the disk.
//!
//! `structure [--files] [--tests] [FOLDER]`: `--files` also prints who uses whom file by file,
//! `--tests` also counts what is compiled for tests only. The folder is that of the crate.

mod arrows;
mod check;
mod map;
mod rooms;
#[cfg(test)]
mod tests;
mod tree;

use std::{env, fs, path::PathBuf, process::ExitCode};

use crate::{rooms::Rooms, tree::Tree};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("structure: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let mut folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let (mut with_files, mut with_tests) = (false, false);
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--files" => with_files = true,
            "--tests" => with_tests = true,
            _ => folder = argument.into(),
        }
    }

    let rooms = Rooms::parse(include_str!("../rooms.txt"))?;
    let tree = Tree::read(&folder.join("src/lib.rs"), with_tests)?;
    let arrows = arrows::arrows(&tree);

    let between = check::between_rooms(&arrows, &rooms);
    for room in rooms.names().chain([""]) {
        let uses: Vec<_> = between.get(room).into_iter().flatten().collect();
        let files = arrows
            .keys()
            .filter(|file| rooms.room_of(file) == room)
            .count();
        let shown = if room.is_empty() { "(elsewhere)" } else { room };
        println!("{shown} ({files} files)");
        for (other, count) in uses {
            let shown = if other.is_empty() {
                "(elsewhere)"
            } else {
                other
            };
            println!("    -> {shown} ({count})");
        }
    }
    if with_files {
        println!();
        for (file, used) in &arrows {
            println!("{file}");
            for other in used {
                println!("    -> {other}");
            }
        }
    }

    println!();
    let circles = check::circles(&arrows);
    for circle in &circles {
        println!("circle of {} files:", circle.len());
        for file in circle {
            let within = arrows[*file]
                .iter()
                .filter(|used| circle.contains(&used.as_str()));
            println!(
                "    {file} -> {}",
                within.cloned().collect::<Vec<_>>().join(", ")
            );
        }
    }
    let back = check::back_arrows(&arrows, &rooms);
    for (file, other) in &back {
        println!("arrow that points up: {file} -> {other}");
    }
    let map = fs::read_to_string(folder.join("ARCHITECTURE.md")).unwrap_or_default();
    let differences =
        map::differences(&map, &folder.join("src"), arrows.keys().map(String::as_str));
    for difference in &differences {
        println!("{difference}");
    }
    println!(
        "{} files, {} arrows; {} circles, {} arrows that point up, {} differences to ARCHITECTURE.md",
        arrows.len(),
        arrows
            .values()
            .map(std::collections::BTreeSet::len)
            .sum::<usize>(),
        circles.len(),
        back.len(),
        differences.len(),
    );
    Ok(circles.is_empty() && back.is_empty() && differences.is_empty())
}
