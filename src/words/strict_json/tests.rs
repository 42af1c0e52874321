use proptest::prelude::*;
use serde_json::Value;

use super::{Skipped, StrictMap, StrictValue};
use crate::proptest_strategies::{cases, json};

strict_json_object! {
    #[derive(Debug)]
    struct Thing {
        name: String,
        tags: Vec<String> = or_default,
        note: Option<String> = or_absent,
    }
}

fn thing(json: &str) -> Result<Thing, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn plain_members_are_read_and_unknown_ones_dropped() {
    let it = thing(r#"{"x":[{"y":1}],"name":"a","tags":null}"#).unwrap();
    assert_eq!((it.name.as_str(), it.tags.len(), it.note), ("a", 0, None));
}

#[test]
fn a_member_that_comes_twice_is_an_error_at_any_depth() {
    for json in [
        r#"{"name":"a","name":"b"}"#,
        r#"{"name":"a","n\u0061me":"b"}"#,
        r#"{"name":"a","tags":null,"tags":["x"]}"#,
        r#"{"name":"a","x":1,"x":1}"#,
        r#"{"name":"a","x":{"y":[{"z":1,"z":2}]}}"#,
    ] {
        assert!(thing(json).is_err(), "{json}");
    }
    assert!(serde_json::from_str::<StrictMap>(r#"{"a":{"b":1,"b":2}}"#).is_err());
}

#[test]
fn null_stands_for_absent_only_where_it_was_allowed() {
    assert!(thing(r#"{"name":null}"#).is_err());
    assert!(thing("{}").is_err());
    assert!(thing(r#"{"name":"a","note":null}"#).is_err());
    assert_eq!(
        thing(r#"{"name":"a","note":"b"}"#).unwrap().note.as_deref(),
        Some("b")
    );
}

#[test]
fn broken_text_in_a_dropped_member_is_still_broken() {
    for json in [
        r#"{"name":"a","x":"\ud800"}"#,
        r#"{"name":"a","\udc00":1}"#,
        r#"{"name":"a","x":"#,
    ] {
        assert!(thing(json).is_err(), "{json}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<StrictValue>(&deep).is_err());
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn without_duplicates_it_reads_what_serde_json_reads(
        value in json(),
        cut in any::<proptest::sample::Index>(),
        text in any::<String>(),
    ) {
        let whole = value.to_string();
        let strict: StrictValue = serde_json::from_str(&whole).unwrap();
        prop_assert_eq!(strict.0, serde_json::from_str::<Value>(&whole).unwrap());
        prop_assert!(serde_json::from_str::<StrictMap>(&whole).is_ok() == value.is_object());

        let broken = &whole.as_bytes()[..cut.index(whole.len())];
        for json in [broken, text.as_bytes()] {
            let strict = serde_json::from_slice::<StrictValue>(json);
            let lax = serde_json::from_slice::<Value>(json);
            let skipped = serde_json::from_slice::<Skipped>(json);
            prop_assert_eq!(skipped.is_ok(), lax.is_ok());
            // `text` is no object with two members of a name, except once in many lives.
            prop_assert_eq!(strict.ok().map(|it| it.0), lax.ok());
        }
    }

    #[test]
    fn a_duplicate_is_refused_wherever_it_is(
        name in any::<String>(),
        values in [json(), json()],
        around in json(),
        levels in 0..20,
    ) {
        let (name, [one, two]) = (Value::from(name), values);
        let mut json = format!("{{{name}:{one},{name}:{two}}}");
        for level in 0..levels {
            json = match level % 2 {
                0 => format!("[{around},{json}]"),
                _ => format!(r#"{{"around":{around},"it":{json}}}"#),
            };
        }
        prop_assert!(serde_json::from_str::<StrictValue>(&json).is_err());
        prop_assert!(serde_json::from_str::<Skipped>(&json).is_err());
    }
}
