//! Canonical ids, for the emulator: PropelAuth's ids are UUIDs and hexadecimal numbers, which are
//! case-insensitive.

use serde_json::Value;

/// Returns an id, or each id of a list, in canonical form.
pub(super) fn canonical_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(canonical(text)),
        Value::Array(items) => items.into_iter().map(canonical_value).collect(),
        other => other,
    }
}

/// Returns an id in lower case. Text that is not an id is returned unchanged.
pub(crate) fn canonical(mut text: String) -> String {
    if is_uuid(&text) || is_hex_id(&text) {
        text.make_ascii_lowercase();
    }
    text
}

/// Returns whether a text has the form of a UUID: 8-4-4-4-12 hexadecimal digits.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Returns whether a text has the form of an API key's id: 32 hexadecimal digits.
fn is_hex_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{canonical, canonical_value, is_uuid};

    #[test]
    fn ids_are_brought_into_lower_case_and_other_text_is_kept() {
        for (given, expected) in [
            (
                "31C41C16-C281-44AE-9602-8A047E3BF33D",
                "31c41c16-c281-44ae-9602-8a047e3bf33d",
            ),
            (
                "F3A1B2C4D5E6F708192A3B4C5D6E7F80",
                "f3a1b2c4d5e6f708192a3b4c5d6e7f80",
            ),
            (
                "{31C41C16-C281-44AE-9602-8A047E3BF33D}",
                "{31C41C16-C281-44AE-9602-8A047E3BF33D}",
            ),
            ("É31C41C16", "É31C41C16"),
            ("ABC", "ABC"),
            ("", ""),
        ] {
            assert_eq!(canonical(given.to_owned()), expected);
        }
    }

    #[test]
    fn ids_in_a_list_are_lowered_and_other_values_are_kept() {
        let id = "31C41C16-C281-44AE-9602-8A047E3BF33D";
        let lower = id.to_lowercase();
        assert_eq!(canonical_value(json!(id)), json!(lower));
        assert_eq!(canonical_value(json!([id, 1, "A"])), json!([lower, 1, "A"]));
        assert_eq!(canonical_value(json!({ "a": id })), json!({ "a": id }));
    }

    #[test]
    fn other_forms_are_no_uuids() {
        for text in [
            "",
            "-",
            "31c41c16",
            "31c41c16-c281-44ae-9602-8a047e3bf33",
            "é1c41c1-c281-44ae-9602-8a047e3bf33d",
            "{31c41c16-c281-44ae-9602-8a047e3bf33d}",
            "urn:uuid:31c41c16-c281-44ae-9602-8a047e3bf33d",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
