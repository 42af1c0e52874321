//! The rooms of `src` and which of them each may use, as `rooms.txt` lists them.

use std::collections::BTreeSet;

/// The rooms, from the top floor down.
pub struct Rooms {
    rooms: Vec<Room>,
}

struct Room {
    /// A folder or file, relative to `src`.
    name: String,
    uses: Vec<String>,
}

impl Rooms {
    /// Reads lines of `room: room room …`, with comments after `#`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rooms: Vec<Room> = Vec::new();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (name, uses) = line
                .split_once(':')
                .ok_or(format!("no colon in `{line}`"))?;
            let uses: Vec<String> = uses.split_whitespace().map(str::to_owned).collect();
            rooms.push(Room {
                name: name.trim().to_owned(),
                uses,
            });
        }
        for (at, room) in rooms.iter().enumerate() {
            for used in &room.uses {
                if !rooms[at + 1..].iter().any(|lower| lower.name == *used) {
                    return Err(format!(
                        "{}: `{used}` is not a room further down",
                        room.name
                    ));
                }
            }
        }
        Ok(Self { rooms })
    }

    /// Returns the rooms' names from the top floor down.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rooms.iter().map(|room| room.name.as_str())
    }

    /// Returns the room with the longest name that `file` begins with, or `""`.
    pub fn room_of(&self, file: &str) -> &str {
        let holds = |room: &&str| {
            file.strip_prefix(room)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.names()
            .filter(holds)
            .max_by_key(|room| room.len())
            .unwrap_or_default()
    }

    /// Returns whether a room may use another: it is listed, or may be used by one that is.
    pub fn may_use(&self, from: &str, to: &str) -> bool {
        let mut open = vec![from];
        let mut seen = BTreeSet::new();
        while let Some(room) = open.pop() {
            let uses = self
                .rooms
                .iter()
                .find(|r| r.name == room)
                .map_or(&[][..], |r| &r.uses);
            for used in uses {
                if used == to {
                    return true;
                }
                if seen.insert(used) {
                    open.push(used);
                }
            }
        }
        false
    }
}
