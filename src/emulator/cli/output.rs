//! What the program prints: results on standard output, everything else on standard error.

use std::io::{self, Write as _};

use serde_json::Value;

/// Prints a result.
pub(super) fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| format!("standard output: {error}"))
}

/// Prints a remark, which is no part of the result.
pub(super) fn note(what: &str) {
    let _ = writeln!(io::stderr(), "propelauth-dev: {what}");
}

/// Returns JSON as text to read, with a line break at the end.
pub(super) fn json(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Returns one member of a JSON object as text for a cell of a table, or `-` if there is none.
pub(super) fn cell(object: &Value, name: &str) -> String {
    match object.get(name) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        Some(Value::Array(all)) if all.is_empty() => "-".to_owned(),
        Some(Value::Array(all)) => {
            let texts = all.iter().map(|one| match one {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            texts.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}

/// Returns the elements of a list, or none for anything else.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Returns rows as text in columns, each as wide as its widest cell.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let head = head.map(str::to_owned);
    let all = || std::iter::once(&head).chain(rows);
    let widths: Vec<usize> = (0..N)
        .map(|column| {
            let cells = all().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in all() {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line += &format!("{cell:width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{cell, table};

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["é".to_owned(), "1".to_owned()],
            ["abcd".to_owned(), String::new()],
        ];
        assert_eq!(table(["A", "COUNT"], &rows), "A     COUNT\né     1\nabcd\n");
    }

    #[test]
    fn a_cell_is_text_whatever_the_member_is() {
        let object = json!({ "a": "x", "b": ["x", "y"], "c": [], "d": 7, "e": true, "f": null });
        let cells = ["a", "b", "c", "d", "e", "f", "g"].map(|name| cell(&object, name));
        assert_eq!(cells, ["x", "x, y", "-", "7", "yes", "-", "-"]);
    }
}
