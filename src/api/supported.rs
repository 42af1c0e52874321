//! `SUPPORTED.md`, generated from the rows: a test fails until the file is up to date.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use super::operations::GROUPS;
use crate::endpoint::{Group, template::Template};

/// The command that generates the file.
const COMMAND: &str = "UPDATE_SUPPORTED=1 cargo test --lib supported";

/// Returns the requests of every operation, by group and name; the client's comes first.
fn rows() -> BTreeMap<(String, &'static str), Vec<String>> {
    let operations = GROUPS.iter().flat_map(Group::operations);
    let rows = operations.map(|operation| {
        let routes = operation.routes();
        let requests = routes
            .map(|(method, template)| format!("`{method} {}`", Template::parse(template).path()));
        let key = (accessor(operation.group), operation.name);
        (key, requests.collect())
    });
    rows.collect()
}

/// Returns the method of `PropelAuth` for a group: `api_key` for `ApiKeyApi`.
fn accessor(group: &str) -> String {
    let mut name = String::new();
    for letter in group.trim_end_matches("Api").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// Where the part about the emulator begins.
const EMULATOR: &str = "\n## How data gets in\n";

fn generate() -> String {
    let rows = rows();
    let mut text = format!(
        "# Supported operations\n\n\
         The client calls, and the emulator answers, {} operations of PropelAuth's backend API.\n\n\
         This file is generated from the declarations by `{COMMAND}`.\n\n\
         | Group | Operation | Request | Also answered by the emulator |\n|---|---|---|---|\n",
        rows.len()
    );
    for ((group, name), requests) in rows {
        let (first, others) = requests.split_first().unwrap();
        let others = others.join(", ");
        writeln!(text, "| `{group}` | `{name}` | {first} | {others} |").unwrap();
    }
    text
}

/// Held by the tests that write parts of the file.
pub(crate) static FILE: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn supported_md_lists_every_operation() {
    let _file = FILE.lock();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SUPPORTED.md");
    let text = generate();
    if std::env::var_os("UPDATE_SUPPORTED").is_some() {
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        let rest = before
            .split_once(EMULATOR)
            .map(|(_, rest)| format!("{EMULATOR}{rest}"));
        std::fs::write(&path, text.clone() + &rest.unwrap_or_default()).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    // What follows is generated from the rows of the emulator.
    let (stored, _) = stored.split_once(EMULATOR).unwrap_or((&stored, ""));
    assert!(
        stored.replace('\r', "") == text,
        "SUPPORTED.md does not list the operations that are declared in src/api: run `{COMMAND}`"
    );
}

#[test]
fn operations_have_different_names() {
    let count: usize = GROUPS.iter().map(|group| group.operations().count()).sum();
    assert_eq!(
        rows().len(),
        count,
        "two operations of a group have the same name"
    );
}

#[test]
fn groups_are_named_as_on_the_handle() {
    assert_eq!(accessor("UserInsightsApi"), "user_insights");
    assert_eq!(accessor("UserApi"), "user");
}
