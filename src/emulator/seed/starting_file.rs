//! The file that `propelauth-dev seed init` writes.

const TOML: &str = include_str!("starting_file.toml");
const JSON: &str = include_str!("starting_file.json");

/// Returns a seed to start from, with a reference to the schema at this place.
pub(crate) fn starting_file(is_json: bool, schema: &str) -> String {
    let text = if is_json { JSON } else { TOML };
    text.replace("__SCHEMA__", schema)
}
