//! The JSON schema of seeds, derived from their shape.

use serde_json::{Map, Value, json};

use super::{
    fields::SEED,
    shape::{Field, Object, Shape},
};

/// Returns the schema. It is of draft 7, which editors support best.
pub(super) fn schema() -> Value {
    let Value::Object(mut schema) = object(&SEED) else {
        return Value::Null;
    };
    schema.insert(
        "$schema".to_owned(),
        "http://json-schema.org/draft-07/schema#".into(),
    );
    schema.insert("title".to_owned(), "A seed of propelauth-dev".into());
    schema.into()
}

fn object(object: &Object) -> Value {
    let properties = object
        .emulated()
        .map(|field| (field.name.to_owned(), property(field)));
    let required = object.fields.iter().filter(|field| field.is_required);
    let required: Vec<&str> = required.map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties.collect::<Map<_, _>>(),
        "required": required,
    });
    if let (false, Value::Object(schema)) = (object.one_of.is_empty(), &mut schema) {
        let one_of = object.one_of.iter();
        let one_of: Vec<_> = one_of.map(|name| json!({ "required": [name] })).collect();
        schema.insert("oneOf".to_owned(), one_of.into());
    }
    schema
}

fn property(field: &Field) -> Value {
    let mut schema = shape(field.shape);
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), field.about.into());
    }
    schema
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text | Shape::Secret => json!({ "type": "string" }),
        Shape::Uuid => json!({
            "type": "string",
            "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer(min) => json!({ "type": "integer", "minimum": min }),
        Shape::AnyObject => json!({ "type": "object" }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::OneOf(texts) => json!({ "enum": texts }),
        Shape::SomeOf(texts) => json!({ "type": "array", "items": { "enum": texts } }),
        Shape::Object(fields) => object(fields),
        Shape::List(item) => json!({ "type": "array", "items": object(item) }),
        Shape::ListOrNames(item) => json!({
            "type": "array",
            "items": { "anyOf": [{ "type": "string" }, object(item)] },
        }),
        // Left out of `properties`, so that editors mark it as unknown.
        Shape::NotEmulated(_) => json!(false),
    }
}
