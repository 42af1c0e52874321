//! Every operation has a test that drives it through the client and the emulator.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The operations as SUPPORTED.md lists them, which is generated from the rows in `src/api`: name
/// and path.
pub(crate) fn operations() -> Vec<(&'static str, &'static str)> {
    let supported = include_str!("../../../SUPPORTED.md");
    // What follows is about the emulator.
    let (operations, _) = supported.split_once("\n## ").unwrap();
    let rows = operations.lines();
    let rows = rows.filter_map(|line| line.strip_prefix("| `"));
    let operations = rows.map(|row| {
        let cells: Vec<&str> = row.split('`').collect();
        let (_method, path) = cells[4].split_once(' ').unwrap();
        (cells[2], path)
    });
    operations.collect()
}

/// Returns the functions of all files of `tests/it`.
fn functions() -> Vec<String> {
    let mut functions = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(path).unwrap().replace('\r', "");
                functions.extend(text.split("\n}\n").map(str::to_owned));
            }
        }
    }
    functions
}

#[test]
fn every_operation_has_a_test() {
    // A capture compares what is sent and gets no response of the emulator; a refused path is not
    // sent at all.
    let is_round_trip = |it: &String| {
        !["Captures", "assert_same(", "assert_refused("]
            .iter()
            .any(|text| it.contains(text))
    };
    let functions: Vec<String> = functions().into_iter().filter(is_round_trip).collect();
    let untested: Vec<&str> = operations()
        .into_iter()
        .filter(|(operation, path)| {
            let call = format!(".{operation}(");
            // Only `PropelAuth` itself calls the operation that has no public method.
            let request = format!("{path}\"");
            !functions
                .iter()
                .any(|it| it.contains(&call) || it.contains(&request))
        })
        .map(|(operation, _)| operation)
        .collect();
    assert!(
        untested.is_empty(),
        "write a test in tests/it/api that calls {untested:?} through the client and the emulator, \
         and reads back what changed"
    );
}

#[test]
fn operations_are_listed_once() {
    let operations = operations();
    let names: BTreeSet<&str> = operations.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), operations.len());
    assert!(names.contains("fetch_user_metadata_by_user_id"));
}
