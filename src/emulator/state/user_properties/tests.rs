use serde_json::{Value, json};

use super::UserProperties;

fn settings(value: Value) -> UserProperties {
    serde_json::from_value(value).unwrap()
}

#[test]
fn values_have_the_type_of_their_property() {
    for (field_type, right, wrong) in [
        (
            "Checkbox",
            vec![json!(true)],
            vec![json!("true"), json!(1), json!(false)],
        ),
        ("Toggle", vec![json!(true), json!(false)], vec![json!("x")]),
        (
            "Integer",
            vec![json!(0), json!(-7)],
            vec![json!(1.5), json!("1"), json!(u64::MAX)],
        ),
        (
            "Json",
            vec![json!({}), json!([1]), json!(1.5)],
            vec![json!("")],
        ),
        (
            "Text",
            vec![json!("x")],
            vec![json!(1), json!(" "), json!(["x"])],
        ),
        ("LongText", vec![json!("x\ny")], vec![json!(true)]),
        (
            "Date",
            vec![json!("2026-02-28")],
            vec![json!("2026-02-30"), json!("x"), json!(1)],
        ),
        (
            "Url",
            vec![json!("https://x.dev")],
            vec![json!("x"), json!(1)],
        ),
        (
            "Enum",
            vec![json!("a")],
            vec![json!("b"), json!(1), json!("A")],
        ),
    ] {
        let properties = settings(json!({ "custom_properties": [{
            "name": "p", "display_name": "P", "field_type": field_type, "enum_values": ["a"],
        }] }));
        assert_eq!(properties.check_settings(), Ok(()));
        for value in right {
            assert_eq!(
                properties.check(None, "p", &value),
                Ok(()),
                "{field_type} {value}"
            );
        }
        for value in wrong {
            assert!(
                properties.check(None, "p", &value).is_err(),
                "{field_type} {value}"
            );
        }
        assert!(properties.check(None, "q", &json!("x")).is_err());
    }
}

#[test]
fn what_is_not_required_can_be_left_empty() {
    for field_type in ["Date", "Url", "Enum", "Text"] {
        let properties = settings(json!({ "custom_properties": [{
            "name": "p", "display_name": "P", "field_type": field_type, "enum_values": ["a"],
            "required": false,
        }] }));
        assert_eq!(
            properties.check(None, "p", &json!("")),
            Ok(()),
            "{field_type}"
        );
        assert_eq!(properties.check(None, "p", &Value::Null), Ok(()));
    }
    assert_eq!(
        UserProperties::default().check(None, "x", &json!([])),
        Ok(())
    );
}

#[test]
fn known_properties_have_their_own_defaults() {
    let properties = settings(json!({
        "phone_number_property": {}, "tos_property": {},
        "referral_source_property": { "required": false, "options": ["Friends"] },
    }));
    let all = properties.all();
    let told: Vec<_> = all
        .iter()
        .map(|it| (it.name.as_str(), it.required, it.in_jwt))
        .collect();
    assert_eq!(
        told,
        [
            ("phone_number", true, false),
            ("tos", true, false),
            ("referral_source", false, true),
        ]
    );
    assert!(
        properties
            .check(None, "referral_source", &json!("Friends"))
            .is_ok()
    );
    assert!(
        properties
            .check(None, "referral_source", &json!("Other"))
            .is_err()
    );
    assert!(properties.check(None, "tos", &json!(false)).is_err());
}

#[test]
fn invalid_settings_are_named() {
    let property = |name: &str, field_type: &str| json!({ "name": name, "display_name": "x", "field_type": field_type });
    for (list, told) in [
        (json!([property("", "Text")]), "no name"),
        (
            json!([property("a", "Text"), property("a", "Url")]),
            "twice",
        ),
        (json!([property("a", "Enum")]), "enum_values"),
    ] {
        let why = settings(json!({ "custom_properties": list })).check_settings();
        assert!(why.unwrap_err().contains(told), "{told}");
    }
}
