//! The ledger of differences: each row of docs/differences.md is named by code, and each name has a row.

use std::{collections::BTreeSet, fs, path::Path};

/// Collects what code names: `name` in docs/differences.md.
fn named(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named(&path, names);
            continue;
        }
        if path.extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().map(str::trim_start) {
            let Some((before, _)) = line.split_once(" in docs/differences.md") else {
                continue;
            };
            let mut quoted = before.split('`');
            assert!(quoted.clone().count() > 2, "{}: {line}", path.display());
            quoted.next();
            names.extend(
                quoted
                    .step_by(2)
                    .filter(|it| !it.is_empty())
                    .map(str::to_owned),
            );
        }
    }
}

#[test]
fn rows_and_code_name_each_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut in_code = BTreeSet::new();
    named(&root.join("src"), &mut in_code);
    let ledger = fs::read_to_string(root.join("docs/differences.md")).unwrap();
    let rows: Vec<Vec<&str>> = ledger
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split(" | ").collect())
        .collect();
    let mut in_rows = BTreeSet::new();
    for row in &rows {
        let name = row[0].trim_start_matches("| ").trim_matches('`');
        assert!(in_rows.insert(name.to_owned()), "{name} has two rows");
        assert_eq!(
            row.len(),
            4,
            "{name}: a row has a name, what, the emulator, and how it is known"
        );
        let sources = [
            "recorded",
            "documented",
            "guessed",
            "intended",
            "third parties",
        ];
        let how = row[3];
        assert!(sources.iter().any(|it| how.contains(it)), "{name}: {how}");
    }
    assert!(in_rows.len() > 15, "{in_rows:?}");
    assert_eq!(
        in_rows, in_code,
        "docs/differences.md, and the names in src"
    );
}
