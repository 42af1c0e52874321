//! Strategies: the inputs of property tests.

use proptest::{collection, prelude::*};
use serde_json::{Map, Value};

/// Returns the configuration for a number of cases that keeps `cargo test` fast. Failures are printed, and
/// not stored in files.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Generates any JSON value, a few levels deep.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Generates any JSON object, often with some of these members.
pub(crate) fn object(names: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![
        3 => proptest::sample::select(names).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    collection::btree_map(name, json(), 0..6).prop_map(|members| members.into_iter().collect())
}

/// Generates arbitrary bytes, and this text with a byte changed, which gets further into a parser.
pub(crate) fn mutated(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let place = any::<proptest::sample::Index>();
    (place, collection::vec(any::<u8>(), 0..4), 0_usize..4).prop_map(move |(place, new, old)| {
        let mut bytes = text.as_bytes().to_vec();
        let start = place.index(bytes.len());
        let end = (start + old).min(bytes.len());
        bytes.splice(start..end, new);
        bytes
    })
}
