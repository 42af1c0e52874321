//! Every name of the two documents that the crate was started from, and what it is called here.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use super::snapshot::{items, read};

/// The lists of names: `theirs`, a tab, `ours`.
const PAGES: [(&str, &str); 2] = [("from_django", "Django"), ("from_node", "Node")];

fn names(page: &str) -> Vec<(String, String)> {
    let list = read(&format!("tests/it/guide/{page}.tsv"));
    let pairs = list.lines().map(|line| {
        let (theirs, ours) = line.split_once('\t').unwrap();
        (theirs.to_owned(), ours.to_owned())
    });
    pairs.collect()
}

#[test]
fn every_name_has_one_here_that_exists() {
    let items: BTreeSet<String> = items().into_iter().collect();
    for (page, _) in PAGES {
        let names = names(page);
        assert!(names.len() > 80, "{page}: {}", names.len());
        let missing: Vec<_> = names
            .iter()
            .filter(|(_, ours)| !items.contains(ours))
            .collect();
        assert!(missing.is_empty(), "{page}: {missing:?}");
    }
}

/// `UPDATE_GUIDE=1` writes the tables again.
#[test]
fn the_tables_are_those_of_the_lists() {
    for (page, source) in PAGES {
        let mut table = format!("| {source} | here |\n| --- | --- |\n");
        for (theirs, ours) in names(page) {
            let short = ours.strip_prefix("api::").unwrap_or(&ours);
            writeln!(table, "| `{theirs}` | [`{short}`](crate::{ours}) |").unwrap();
        }
        let path = format!("src/guide/names_{page}.md");
        if std::env::var_os("UPDATE_GUIDE").is_some() {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path), &table).unwrap();
        }
        assert!(
            read(&path) == table,
            "{path} is out of date: run with UPDATE_GUIDE=1"
        );
    }
}
