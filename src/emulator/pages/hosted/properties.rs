//! Fields for the properties of users, by the settings of the project.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::emulator::{
    pages::{
        parts::{Field, Problems, checkbox, select},
        visit::Visit,
    },
    state::{CustomProperty, FieldType},
};

/// Returns the fields of properties, with the values that a user has.
pub(super) fn fields(
    properties: &[CustomProperty],
    values: Option<&Map<String, Value>>,
    problems: &Problems,
) -> Markup {
    html! {
        @for property in properties {
            (field(property, values.and_then(|it| it.get(&property.name)), problems))
        }
    }
}

fn field(property: &CustomProperty, value: Option<&Value>, problems: &Problems) -> Markup {
    let name = format!("property.{}", property.name);
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let label = property.display_name.as_str();
    let names = (property.name.as_str(), name.as_str(), label);
    match property.field_type {
        FieldType::Checkbox | FieldType::Toggle => {
            checkbox(names, "true", text == "true", problems)
        }
        FieldType::Enum => {
            let none = (String::new(), "Please choose".to_owned());
            let values = property.enum_values.iter();
            let values = values.map(|value| (value.clone(), value.clone()));
            let options: Vec<_> = std::iter::once(none).chain(values).collect();
            select(names, &options, &text, problems)
        }
        kind => {
            let field = Field::new(&name, label).id(&property.name).value(&text);
            let field = if property.required {
                field
            } else {
                field.optional()
            };
            let field = match kind {
                FieldType::LongText | FieldType::Json => field.multiline(),
                FieldType::Date => field.kind("date"),
                FieldType::Url => field.kind("url"),
                FieldType::Integer => field.kind("number"),
                _ => field,
            };
            field.show(problems)
        }
    }
}

/// Reads the values of properties from a form that has their fields.
pub(super) fn read(visit: &Visit<'_>, properties: &[CustomProperty]) -> Map<String, Value> {
    let pairs = properties.iter().filter_map(|property| {
        let text = visit.field(&format!("property.{}", property.name));
        Some((property.name.clone(), value(property, text)?))
    });
    pairs.collect()
}

/// Returns a value as what it is meant to be. A text that cannot be that stays one, and is refused.
fn value(property: &CustomProperty, text: String) -> Option<Value> {
    match property.field_type {
        FieldType::Checkbox | FieldType::Toggle => Some((text == "true").into()),
        _ if text.is_empty() && !property.required => Some(Value::Null),
        FieldType::Integer => Some(match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => text.into(),
        }),
        FieldType::Json if !text.is_empty() => {
            Some(serde_json::from_str(&text).unwrap_or(Value::String(text)))
        }
        _ => Some(text.into()),
    }
}
