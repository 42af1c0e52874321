//! One field of a request as the emulator received it: query and path text, or a JSON value.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, IntoDeserializer, Visitor, value::MapDeserializer},
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::field_errors::{FieldErrors, quoted};

pub(crate) struct Field {
    name: String,
    value: Wire,
}

enum Wire {
    Text(String),
    Json(Value),
}

impl Field {
    pub(crate) fn text<'a>(name: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into().into_owned(),
            value: Wire::Text(text.into().into_owned()),
        }
    }

    pub(crate) fn json(name: String, value: Value) -> Self {
        let value = Wire::Json(value);
        Self { name, value }
    }

    /// Reads a request from its fields; an error says which field is wrong.
    pub(crate) fn read_all<T: DeserializeOwned>(fields: Vec<Self>) -> Result<T, FieldErrors> {
        let named = fields.into_iter().map(|field| (field.name.clone(), field));
        T::deserialize(MapDeserializer::new(named)).map_err(|Wrong(errors)| errors)
    }

    fn wrong(name: &str, reason: impl fmt::Display) -> Wrong {
        Wrong(FieldErrors::one(name, reason.to_string()))
    }
}

/// A [`FieldErrors`] in the making, apart from it so that serde's trait stays out of the docs.
#[derive(Debug)]
pub(crate) struct Wrong(FieldErrors);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self(FieldErrors::one("body", reason.to_string()))
    }

    fn missing_field(field: &'static str) -> Self {
        Field::wrong(field, "is required")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Field::wrong(field, "is given twice")
    }
}

impl IntoDeserializer<'_, Wrong> for Field {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            let Self { name, value } = self;
            match value {
                Wire::Text(text) => match text.parse() {
                    Ok(value) => visitor.$visit(value),
                    Err(err) => Err(Field::wrong(&name, format!("{}: {err}", quoted(&text)))),
                },
                Wire::Json(value) => value.$method(visitor).map_err(|err| Field::wrong(&name, err)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Self { name, value } = self;
        match value {
            Wire::Text(text) => visitor.visit_string(text),
            Wire::Json(value) => value
                .deserialize_any(visitor)
                .map_err(|err| Self::wrong(&name, err)),
        }
    }

    parsed! {
        deserialize_bool => visit_bool,
        deserialize_i8 => visit_i8,
        deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64,
        deserialize_u8 => visit_u8,
        deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64,
        deserialize_f32 => visit_f32,
        deserialize_f64 => visit_f64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        enum_name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Self { name, value } = self;
        let value = match value {
            Wire::Text(text) => Value::String(text),
            Wire::Json(value) => value,
        };
        value
            .deserialize_enum(enum_name, variants, visitor)
            .map_err(|err| Self::wrong(&name, err))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
