//! Tests that the check, the schema, the documentation and the starting files agree.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Given, Mistakes, Seed,
    check::check_object,
    fields::{ORG, SEED, USER},
    schema::schema,
    shape::{Field, Object, Shape},
    starting_file::starting_file,
};
use crate::{
    api::{CreateOrg, CreateUser, Endpoint},
    emulator::state::Store,
};

/// Returns `true` if a value is valid by the parts of JSON Schema that ours uses.
fn is_valid(schema: &Value, value: &Value) -> bool {
    let Some(schema) = schema.as_object() else {
        return schema.as_bool().unwrap();
    };
    schema.iter().all(|(keyword, rule)| match keyword.as_str() {
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            other => panic!("{other}"),
        },
        "properties" => value.as_object().is_none_or(|value| {
            let rules = rule.as_object().unwrap();
            value
                .iter()
                .all(|(name, value)| rules.get(name).is_none_or(|it| is_valid(it, value)))
        }),
        "additionalProperties" => {
            assert_eq!(*rule, json!(false));
            let known = schema["properties"].as_object().unwrap();
            value
                .as_object()
                .is_none_or(|it| it.keys().all(|name| known.contains_key(name)))
        }
        "required" => {
            let names = rule.as_array().unwrap();
            names
                .iter()
                .all(|name| value.get(name.as_str().unwrap()).is_some())
        }
        "oneOf" => {
            rule.as_array()
                .unwrap()
                .iter()
                .filter(|it| is_valid(it, value))
                .count()
                == 1
        }
        "anyOf" => rule
            .as_array()
            .unwrap()
            .iter()
            .any(|it| is_valid(it, value)),
        "items" => value
            .as_array()
            .is_none_or(|it| it.iter().all(|it| is_valid(rule, it))),
        "enum" => rule.as_array().unwrap().contains(value),
        "minimum" => value.as_i64().is_none_or(|it| it >= rule.as_i64().unwrap()),
        "pattern" => value
            .as_str()
            .is_none_or(crate::emulator::state::ids::is_uuid),
        "$schema" | "title" | "description" => true,
        other => panic!("{other} is not known here"),
    })
}

fn is_accepted(seed: &Value) -> bool {
    let mut mistakes = Mistakes::default();
    check_object(seed.clone(), &SEED, "", &mut mistakes);
    mistakes.is_empty()
}

fn assert_agreed(seed: &Value, expected: bool) {
    assert_eq!(is_valid(&schema(), seed), expected, "the schema, of {seed}");
    assert_eq!(is_accepted(seed), expected, "the check, of {seed}");
}

/// Returns a value of a shape, and one that is not of it.
fn examples(shape: Shape) -> (Value, Value) {
    match shape {
        Shape::Text | Shape::Secret => (json!("a"), json!(1)),
        Shape::Uuid => (json!("31c41c16-c281-44ae-9602-8a047e3bf33d"), json!("a")),
        Shape::Boolean => (json!(true), json!("true")),
        Shape::Integer(min) => (json!(min), json!(min - 1)),
        Shape::AnyObject => (json!({ "any": [1] }), json!([])),
        Shape::Texts => (json!(["a"]), json!([1])),
        Shape::OneOf(texts) => (json!(texts.first()), json!("none of them")),
        Shape::SomeOf(texts) => (json!(texts), json!(["none of them"])),
        Shape::Object(object) => (full(object), json!([])),
        Shape::List(object) => (json!([full(object)]), full(object)),
        Shape::ListOrNames(object) => (json!(["a", full(object)]), json!([1])),
        Shape::NotEmulated(_) => unreachable!(),
    }
}

/// Returns an object with all fields, of alternatives the first.
fn full(object: &Object) -> Value {
    let fields = object.emulated();
    let fields = fields.filter(|field| !object.one_of.iter().skip(1).any(|it| *it == field.name));
    let members = fields.map(|field| (field.name.to_owned(), examples(field.shape).0));
    members.collect::<Map<_, _>>().into()
}

/// Takes an object, and a function that puts a value in its place into a seed.
type Visit<'a> = dyn FnMut(&'static Object, &dyn Fn(Value) -> Value) + 'a;

/// Calls `visit` with each object, at any depth.
fn for_each_object(object: &'static Object, put: &dyn Fn(Value) -> Value, visit: &mut Visit<'_>) {
    visit(object, put);
    for field in object.emulated() {
        let (inner, is_list) = match field.shape {
            Shape::Object(inner) => (inner, false),
            Shape::List(inner) | Shape::ListOrNames(inner) => (inner, true),
            _ => continue,
        };
        let put = |value: Value| {
            let mut around = full(object);
            around[field.name] = if is_list { json!([value]) } else { value };
            put(around)
        };
        for_each_object(inner, &put, visit);
    }
}

#[test]
fn schema_and_check_agree_about_every_field() {
    let mut objects = 0;
    for_each_object(&SEED, &|value| value, &mut |object, put| {
        objects += 1;
        assert_agreed(&put(full(object)), true);
        let with = |name: &str, value: Value| {
            let mut changed = full(object);
            changed[name] = value;
            put(changed)
        };
        let without = |name: &str| {
            let mut changed = full(object);
            changed.as_object_mut().unwrap().remove(name);
            put(changed)
        };
        assert_agreed(&with("no_such_field", json!(1)), false);
        for field in object.fields {
            if !field.is_emulated() {
                assert_agreed(&with(field.name, json!(true)), false);
                continue;
            }
            let is_other = object.one_of.iter().skip(1).any(|it| *it == field.name);
            let is_one = object.one_of.contains(&field.name);
            assert_agreed(&with(field.name, examples(field.shape).1), false);
            assert_agreed(
                &without(field.name),
                !field.is_required && (!is_one || is_other),
            );
            if is_other {
                assert_agreed(&with(field.name, examples(field.shape).0), false);
            }
        }
    });
    assert!(objects > 8, "{objects}");
}

#[test]
fn every_argument_of_a_new_user_and_organization_is_a_field() {
    let names = |object: &Object| object.emulated().map(|it| it.name).collect::<BTreeSet<_>>();
    for name in [CreateUser::REQUIRED, CreateUser::OPTIONAL].concat() {
        assert!(names(&USER).contains(name), "{name}");
    }
    for name in [CreateOrg::REQUIRED, CreateOrg::OPTIONAL].concat() {
        assert!(names(&ORG).contains(name), "{name}");
    }
}

#[test]
fn starting_files_can_be_applied_and_are_the_same() {
    let toml = starting_file(false, "./s.json");
    let json = starting_file(true, "./s.json");
    assert!(toml.starts_with("#:schema ./s.json\n") && json.contains(r#""$schema": "./s.json""#));
    let states = [Seed::toml(toml), Seed::json(json)].map(|seed| {
        let mut store = Store::default();
        store.project.clock.freeze(1_700_000_000);
        let summary = seed.apply(&mut store, &mut Given::default()).unwrap();
        assert_eq!(summary.users.len(), 2);
        assert_eq!(
            (summary.members, summary.invites, summary.api_keys),
            (2, 1, 1)
        );
        store.snapshot()
    });
    assert_eq!(states[0], states[1]);
}

fn table(object: &Object) -> String {
    let mut text = "| field | value | |\n| --- | --- | --- |\n".to_owned();
    for Field {
        name,
        shape,
        is_required,
        about,
    } in object.emulated()
    {
        let one_of;
        let value = match shape {
            Shape::OneOf(texts) => {
                one_of = format!("`{}`", texts.join("` or `"));
                one_of.as_str()
            }
            Shape::Text | Shape::Secret => "text",
            Shape::Uuid => "UUID",
            Shape::Boolean => "`true` or `false`",
            Shape::Integer(_) => "integer",
            Shape::AnyObject => "any table",
            Shape::Texts | Shape::SomeOf(_) => "list of texts",
            Shape::Object(_) => "table",
            Shape::List(_) => "list of tables",
            Shape::ListOrNames(_) => "list of names or tables",
            Shape::NotEmulated(_) => unreachable!(),
        };
        let required = if *is_required { " Required." } else { "" };
        text += &format!("| `{name}` | {value} | {about}{required} |\n");
    }
    text
}

/// Returns the tables of all objects, each under its name.
fn tables() -> String {
    let (mut text, mut seen) = (String::new(), BTreeSet::new());
    for_each_object(&SEED, &|value| value, &mut |object, _| {
        if seen.insert(object.what) {
            let one_of = object.one_of.join("` and `");
            let one_of = match one_of.is_empty() {
                true => String::new(),
                false => format!("\nExactly one of `{one_of}` is given.\n"),
            };
            text += &format!("\n### {}\n\n{}{one_of}", object.what, table(object));
        }
    });
    text
}

#[test]
fn documentation_lists_every_field() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/seeds.md");
    let (begin, end) = ("<!-- tables -->\n", "<!-- end of tables -->\n");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let tables = tables();
    let expected = format!("{before}{begin}{tables}\n{end}{after}");
    if std::env::var_os("UPDATE_SEEDS_DOC").is_some() {
        std::fs::write(path, &expected).unwrap();
    } else {
        let help = "docs/seeds.md is out of date: run this test with UPDATE_SEEDS_DOC=1";
        assert!(text == expected, "{help}");
    }
}
