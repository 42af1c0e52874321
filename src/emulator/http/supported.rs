//! SUPPORTED.md is what the rows say, and no row is missing from it.
//!
//! `UPDATE_SUPPORTED=1 cargo test --features emulator supported` writes it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use crate::{
    api::operations::PATHS,
    emulator::http::routes::{Operation, Routes},
    endpoint::{canonical_value, template::Template},
};

/// How many operations PropelAuth's backend API has.
const ALL: usize = 80;

/// Returns the wire forms of every operation, the one that the client uses first.
fn rows() -> BTreeMap<(String, &'static str), Vec<String>> {
    let mut rows: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (Operation { group, name }, method, path) in Routes::in_declaration_order().forms() {
        let forms = rows.entry((accessor(group), name)).or_default();
        forms.push(format!("`{method} {path}`"));
    }
    rows
}

/// Returns the method of the handle that gives a group: `api_key` for `ApiKeyApi`.
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

fn written() -> String {
    let rows = rows();
    let count = rows.len();
    let mut text = format!(
        "# Supported operations\n\n\
         The backend API of PropelAuth has {ALL} operations. The client calls and the emulator \
         answers {count} of them.\n\n\
         This file is written from the declarations by `UPDATE_SUPPORTED=1 cargo test --features \
         emulator supported`.\n\n\
         | Group | Operation | Request | Also answered by the emulator |\n|---|---|---|---|\n"
    );
    for ((group, name), forms) in rows {
        let (first, others) = forms.split_first().unwrap();
        let others = others.join(", ");
        writeln!(text, "| `{group}` | `{name}` | {first} | {others} |").unwrap();
    }
    text
}

#[test]
fn supported_md_says_what_the_rows_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SUPPORTED.md");
    let text = written();
    if std::env::var_os("UPDATE_SUPPORTED").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        stored.replace('\r', ""),
        text,
        "SUPPORTED.md is stale: run the tests with UPDATE_SUPPORTED=1"
    );
}

/// An id is compared with the literals of every row, so none may be missing from that list.
#[test]
fn every_path_is_known_to_those_who_check_ids() {
    let routes = Routes::in_declaration_order();
    let routed: BTreeSet<&str> = routes.forms().map(|(_, _, path)| path).collect();
    let known: BTreeSet<&str> = PATHS.templates().map(Template::path).collect();
    assert_eq!(known, routed);
}

/// An id is brought into lower case by the name of its field, so no id may be missing from that list.
#[test]
fn every_field_that_is_an_id_is_known_to_those_who_read_requests() {
    const OTHERS: [&str; 5] = [
        "client_id",
        "entra_tenant_id",
        "existing_user_id",
        "idp_entity_id",
        "legacy_user_id",
    ];
    let id = "31C41C16-C281-44AE-9602-8A047E3BF33D";
    let lower = serde_json::json!(id.to_lowercase());
    let routes = Routes::in_declaration_order();
    let fields: BTreeSet<&str> = routes.fields().collect();
    let is_id = |field: &&&str| field.ends_with("_id") || field.ends_with("_ids");
    let others = OTHERS.into_iter().chain(["legacy_org_id"]);
    let others: BTreeSet<&str> = others.collect();
    let ids: BTreeSet<&str> = fields.iter().filter(is_id).copied().collect();
    assert_eq!(ids.intersection(&others).count(), others.len());
    for field in ids.difference(&others) {
        assert_eq!(canonical_value(field, id.into()), lower, "{field}");
    }
    for field in fields.difference(&ids).chain(&others) {
        assert_eq!(canonical_value(field, id.into()), id, "{field}");
    }
}

#[test]
fn groups_are_named_as_on_the_handle() {
    assert_eq!(accessor("UserInsightsApi"), "user_insights");
    assert_eq!(accessor("UserApi"), "user");
}
