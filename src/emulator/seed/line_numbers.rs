//! The lines of a JSON text on which its members and items begin.

use std::{collections::BTreeMap, iter::Peekable, str::Bytes};

use super::place::join;

/// Lines, counted from 1, by place.
#[derive(Clone, Debug, Default)]
pub(super) struct LineNumbers(BTreeMap<String, usize>);

impl LineNumbers {
    /// Reads the lines of a text that was parsed as JSON before.
    pub(super) fn of_json(text: &str) -> Self {
        let mut scanner = Scanner {
            bytes: text.bytes().peekable(),
            line: 1,
            found: BTreeMap::new(),
        };
        scanner.value("");
        Self(scanner.found)
    }

    pub(super) fn insert(&mut self, place: String, line: usize) {
        self.0.insert(place, line);
    }

    /// Returns the line of a place, or that of the closest place around it.
    pub(super) fn line(&self, place: &str) -> Option<usize> {
        let mut place = place;
        loop {
            if let Some(line) = self.0.get(place) {
                return Some(*line);
            }
            (place, _) = place.rsplit_once(['.', '['])?;
        }
    }
}

struct Scanner<'a> {
    bytes: Peekable<Bytes<'a>>,
    line: usize,
    found: BTreeMap<String, usize>,
}

impl Scanner<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.next()?;
        self.line += usize::from(byte == b'\n');
        Some(byte)
    }

    fn peek_after_space(&mut self) -> Option<u8> {
        while self.bytes.peek().is_some_and(u8::is_ascii_whitespace) {
            self.next();
        }
        self.bytes.peek().copied()
    }

    fn value(&mut self, place: &str) {
        let first = self.peek_after_space();
        self.found.entry(place.to_owned()).or_insert(self.line);
        match first {
            Some(b'{') => self.members(place),
            Some(b'[') => self.items(place),
            Some(b'"') => {
                self.string();
            }
            // A number or a word: it ends before the next sign.
            _ => {
                while self.bytes.peek().is_some_and(|byte| !b",]}".contains(byte)) {
                    self.next();
                }
            }
        }
    }

    fn members(&mut self, place: &str) {
        self.next();
        while self.peek_after_space() == Some(b'"') {
            let line = self.line;
            let member = join(place, &self.string());
            self.found.insert(member.clone(), line);
            self.peek_after_space();
            self.next(); // the colon
            self.value(&member);
            self.peek_after_space();
            if self.next() != Some(b',') {
                return;
            }
        }
        self.next();
    }

    fn items(&mut self, place: &str) {
        self.next();
        for number in 0_usize.. {
            if matches!(self.peek_after_space(), None | Some(b']')) {
                self.next();
                return;
            }
            self.value(&format!("{place}[{number}]"));
            self.peek_after_space();
            if self.next() != Some(b',') {
                return;
            }
        }
    }

    /// Returns a string as it is written, with its escapes.
    fn string(&mut self) -> String {
        self.next();
        let mut bytes = Vec::new();
        while let Some(byte) = self.next().filter(|byte| *byte != b'"') {
            bytes.push(byte);
            if byte == b'\\' {
                bytes.extend(self.next());
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::LineNumbers;

    #[test]
    fn members_and_items_have_lines() {
        let text = "{\n \"users\": [\n  {\"email\": \"a\\\"]b\",\n   \"x\": [1, {}, []]},\n  {\n  \"email\" :\ntrue}\n ],\n\"orgs\": {}}";
        let lines = LineNumbers::of_json(text);
        for (place, line) in [
            ("", 1),
            ("users", 2),
            ("users[0]", 3),
            ("users[0].email", 3),
            ("users[0].x[2]", 4),
            ("users[1]", 5),
            ("users[1].email", 6),
            ("users[1].missing.deeper[7]", 5),
            ("orgs", 9),
        ] {
            assert_eq!(lines.line(place), Some(line), "{place}");
        }
    }
}
