//! Members of an entry, read.

use serde_json::{Map, Value};

pub(super) fn objects<'a>(
    entry: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a Map<String, Value>> {
    let items = entry.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_object)
}

pub(super) fn text<'a>(entry: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Value::as_str)
}

pub(super) fn texts(entry: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = entry
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
