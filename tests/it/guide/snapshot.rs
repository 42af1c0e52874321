//! The public API, as the snapshot has it.

use std::{fs, path::Path};

/// Returns a file of the repository.
pub(super) fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The paths of all public items, without generic arguments.
pub(super) fn items() -> Vec<String> {
    let snapshot = read("tests/api_snapshot/public_api.txt");
    let items = snapshot.lines().filter(|line| !line.starts_with("impl"));
    items.filter_map(item).collect()
}

/// Returns the path that a line of the snapshot declares.
fn item(line: &str) -> Option<String> {
    let words = [
        "async", "const", "enum", "fn", "mod", "struct", "trait", "type", "pub",
    ];
    let mut rest = line;
    while let Some((word, after)) = rest.split_once(' ') {
        if !words.contains(&word) && !word.starts_with("#[") && !word.ends_with(']') {
            break;
        }
        rest = after;
    }
    let (mut path, mut depth) = (String::new(), 0_usize);
    for letter in rest.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '(' | ' ' | '=' => break,
            _ => path.push(letter),
        }
    }
    let path = path.trim_end_matches(':').to_owned();
    (!path.is_empty()).then_some(path)
}
