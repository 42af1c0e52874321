//! Checks a seed against its shape, and reports every mistake.

use serde_json::{Map, Value};

use super::{
    mistakes::Mistakes,
    place::join,
    shape::{Object, Shape},
};
use crate::emulator::state::{ids::is_uuid, json_document::unknown_name};

/// Returns the members of an object without those that are wrong, and `None` if it is not an object.
///
/// Members that are null are removed, too: they count as not given.
pub(super) fn check_object(
    value: Value,
    object: &Object,
    at: &str,
    mistakes: &mut Mistakes,
) -> Option<Map<String, Value>> {
    let Value::Object(mut members) = value else {
        let what = object.what;
        mistakes.add(at, format!("{what} is an object, not {}", kind(&value)));
        return None;
    };
    members.retain(|_, value| !value.is_null());
    let known: Vec<&str> = object.emulated().map(|field| field.name).collect();
    let names: Vec<String> = members.keys().cloned().collect();
    for name in names {
        let Some(value) = members.remove(&name) else {
            continue;
        };
        let place = join(at, &name);
        let Some(field) = object.fields.iter().find(|field| field.name == name) else {
            let all = format!("the fields of {}", object.what);
            let why = unknown_name("field", &name, &all, &known);
            mistakes.add_about_member(at, &name, why);
            continue;
        };
        if let Some(value) = check_value(value, field.shape, &place, mistakes) {
            members.insert(name, value);
        }
    }
    check_presence(&members, object, at, mistakes);
    Some(members)
}

fn check_presence(
    members: &Map<String, Value>,
    object: &Object,
    at: &str,
    mistakes: &mut Mistakes,
) {
    for field in object.fields.iter().filter(|field| field.is_required) {
        let (what, name) = (object.what, field.name);
        // A field that is present and wrong is reported already.
        if !members.contains_key(name) && !mistakes.concern(&join(at, name)) {
            mistakes.add(at, format!("`{name}` is missing: {what} needs it"));
        }
    }
    let names = object.one_of.join("` or `");
    let given = object
        .one_of
        .iter()
        .filter(|name| members.contains_key(**name));
    match given.count() {
        1 => {}
        _ if object.one_of.is_empty() => {}
        0 if object
            .one_of
            .iter()
            .any(|name| mistakes.concern(&join(at, name))) => {}
        0 => mistakes.add(at, format!("{} needs `{names}`", object.what)),
        _ => mistakes.add(at, format!("{} has `{names}`, not both", object.what)),
    }
}

/// Returns the value without what is wrong in it, and `None` if the whole value is wrong.
fn check_value(value: Value, shape: Shape, at: &str, mistakes: &mut Mistakes) -> Option<Value> {
    let wrong = match (shape, &value) {
        (Shape::Text | Shape::Secret, Value::String(_))
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::AnyObject, Value::Object(_)) => return Some(value),
        (Shape::Uuid, Value::String(text)) if is_uuid(&text.to_ascii_lowercase()) => {
            return Some(text.to_ascii_lowercase().into());
        }
        (Shape::Uuid, Value::String(text)) => {
            format!("{text:?} is not a UUID such as 31c41c16-c281-44ae-9602-8a047e3bf33d")
        }
        (Shape::Integer(min), Value::Number(number)) => match number.as_i64() {
            Some(number) if number >= min => return Some(value),
            _ => format!("this is an integer of at least {min}, not {number}"),
        },
        (Shape::Texts, Value::Array(_)) => {
            let items = check_items(value, at, mistakes, |item, at, mistakes| {
                check_value(item, Shape::Text, at, mistakes)
            });
            return Some(Value::Array(items));
        }
        (Shape::SomeOf(texts), Value::Array(_)) => {
            let items = check_items(value, at, mistakes, |item, at, mistakes| {
                check_value(item, Shape::OneOf(texts), at, mistakes)
            });
            return Some(Value::Array(items));
        }
        (Shape::OneOf(texts), Value::String(text)) if texts.contains(&text.as_str()) => {
            return Some(value);
        }
        (Shape::OneOf(texts), Value::String(text)) => {
            format!("this is one of {}, not {text:?}", texts.join(", "))
        }
        (Shape::Object(object), _) => {
            return check_object(value, object, at, mistakes).map(Value::Object);
        }
        (Shape::List(object), Value::Array(_)) => {
            let items = check_items(value, at, mistakes, |item, at, mistakes| {
                check_object(item, object, at, mistakes).map(Value::Object)
            });
            return Some(Value::Array(items));
        }
        (Shape::ListOrNames(object), Value::Array(_)) => {
            let items = check_items(value, at, mistakes, |item, at, mistakes| match item {
                Value::String(_) => Some(item),
                _ => check_object(item, object, at, mistakes).map(Value::Object),
            });
            return Some(Value::Array(items));
        }
        (Shape::NotEmulated(reason), _) => {
            format!("this setting of PropelAuth is not emulated: {reason}. Remove it from the seed")
        }
        (shape, value) => format!("this is {}, not {}", expected(shape), kind(value)),
    };
    mistakes.add(at, wrong);
    None
}

/// Checks each item. An item that is wrong becomes null, so that the places of the others remain.
fn check_items(
    list: Value,
    at: &str,
    mistakes: &mut Mistakes,
    check: impl Fn(Value, &str, &mut Mistakes) -> Option<Value>,
) -> Vec<Value> {
    let Value::Array(items) = list else {
        return Vec::new();
    };
    let items = items.into_iter().enumerate();
    items
        .map(|(number, item)| check(item, &format!("{at}[{number}]"), mistakes).unwrap_or_default())
        .collect()
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::Secret | Shape::Uuid | Shape::OneOf(_) => "a string",
        Shape::Boolean => "`true` or `false`",
        Shape::Integer(_) => "an integer",
        Shape::AnyObject | Shape::Object(_) | Shape::NotEmulated(_) => "an object",
        Shape::Texts | Shape::SomeOf(_) => "a list of strings",
        Shape::List(_) | Shape::ListOrNames(_) => "a list",
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
