//! The tree in ARCHITECTURE.md, compared with the folders that exist.

use std::{collections::BTreeSet, path::Path};

/// Returns the differences between the block of the map that begins with `src/` and what exists:
/// every entry must be on the disk, and every folder that holds one of `files` must be an entry.
/// An entry `name/*/` stands for all folders directly in `name/`.
pub fn differences<'f>(map: &str, src: &Path, files: impl Iterator<Item = &'f str>) -> Vec<String> {
    let named = entries(map);
    if named.is_empty() {
        return vec!["ARCHITECTURE.md has no block that begins with `src/`".to_owned()];
    }
    let folders: BTreeSet<String> = files.flat_map(folders_of).collect();

    let mut differences = Vec::new();
    for entry in &named {
        let exists = match entry.strip_suffix("*/") {
            Some(parent) => folders.iter().any(|folder| is_child(folder, parent)),
            None => src.join(entry).exists(),
        };
        if !exists {
            differences.push(format!(
                "ARCHITECTURE.md names src/{entry}, which does not exist"
            ));
        }
    }
    for folder in &folders {
        let by_star = |entry: &String| {
            entry
                .strip_suffix("*/")
                .is_some_and(|parent| is_child(folder, parent))
        };
        if !named.contains(folder) && !named.iter().any(by_star) {
            differences.push(format!(
                "src/{folder} is missing in the tree of ARCHITECTURE.md"
            ));
        }
    }
    differences
}

fn is_child(folder: &str, parent: &str) -> bool {
    let name = folder.strip_prefix(parent).unwrap_or_default();
    name.find('/').is_some_and(|at| at + 1 == name.len())
}

fn entries(map: &str) -> BTreeSet<String> {
    let block = map.lines().skip_while(|line| line.trim() != "src/").skip(1);
    block
        .take_while(|line| !line.starts_with("```"))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Returns every folder on the way to a file: `a/` and `a/b/` for `a/b/c.rs`.
fn folders_of(file: &str) -> impl Iterator<Item = String> {
    file.match_indices('/')
        .map(|(at, _)| file[..=at].to_owned())
}
