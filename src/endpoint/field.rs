//! [`Field`] and [`ReceivedFields`]: the fields of a request as the emulator received them.
//!
//! Fields come from the path and the query as text, and from the body as JSON. Serde reads both by the
//! same `Deserialize`, and an error names the field.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::{
    field_errors::{FieldErrors, quoted},
    ids,
};

/// One field of a request.
pub(crate) struct Field {
    name: String,
    value: Wire,
}

/// The value of a field.
enum Wire {
    /// Text of the path or the query, which numbers and booleans are parsed from.
    Text(String),
    /// A value of the body, which has a type already.
    Json(Value),
}

impl Field {
    /// Creates a field of the path or the query.
    pub(crate) fn text<'a>(name: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into().into_owned(),
            value: Wire::Text(text.into().into_owned()),
        }
    }

    /// Creates a field of the body.
    pub(crate) fn json(name: String, value: Value) -> Self {
        let value = Wire::Json(value);
        Self { name, value }
    }

    /// Deserializes the value. Ids are converted to lower case.
    fn read<T: DeserializeOwned>(self, is_id: bool) -> Result<T, FieldErrors> {
        let Self { name, value } = self;
        let value = match value {
            Wire::Text(text) if is_id => Wire::Text(ids::canonical(text)),
            Wire::Json(value) if is_id => Wire::Json(ids::canonical_value(value)),
            other => other,
        };
        T::deserialize(Self { name, value }).map_err(|FieldError(errors)| errors)
    }

    fn invalid(name: &str, reason: impl fmt::Display) -> FieldError {
        FieldError(FieldErrors::one(name, reason.to_string()))
    }
}

/// The fields of a request, which are taken out one by one.
pub struct ReceivedFields(Vec<Field>);

impl ReceivedFields {
    /// Creates a list of fields.
    pub(crate) fn new(fields: Vec<Field>) -> Self {
        Self(fields)
    }

    /// Takes a required field.
    ///
    /// # Errors
    ///
    /// Returns the field if it is missing, given twice or invalid.
    pub(crate) fn required<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        is_id: bool,
    ) -> Result<T, FieldErrors> {
        let value = self.optional(name, is_id)?;
        value.ok_or_else(|| FieldErrors::one(name, "is required"))
    }

    /// Takes an optional field.
    ///
    /// # Errors
    ///
    /// Returns the field if it is given twice or invalid.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        is_id: bool,
    ) -> Result<Option<T>, FieldErrors> {
        let mut named = self.0.extract_if(.., |field| field.name == name);
        match (named.next(), named.next()) {
            (None, _) => Ok(None),
            (Some(field), None) => field.read(is_id).map(Some),
            (Some(_), Some(_)) => Err(FieldErrors::one(name, "is given twice")),
        }
    }
}

impl fmt::Debug for ReceivedFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names only, as passwords are among the values.
        f.debug_set()
            .entries(self.0.iter().map(|field| &field.name))
            .finish()
    }
}

/// A [`FieldErrors`] as an error of serde. A type of its own, so that serde's trait stays out of the
/// public documentation.
#[derive(Debug)]
pub(crate) struct FieldError(FieldErrors);

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for FieldError {}

impl de::Error for FieldError {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self(FieldErrors::one("body", reason.to_string()))
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
            let Self { name, value } = self;
            match value {
                Wire::Text(text) => match text.parse() {
                    Ok(value) => visitor.$visit(value),
                    Err(err) => Err(Field::invalid(&name, format!("{}: {err}", quoted(&text)))),
                },
                Wire::Json(value) => value.$method(visitor).map_err(|err| Field::invalid(&name, err)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field {
    type Error = FieldError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        let Self { name, value } = self;
        match value {
            Wire::Text(text) => visitor.visit_string(text),
            Wire::Json(value) => value
                .deserialize_any(visitor)
                .map_err(|err| Self::invalid(&name, err)),
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

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        enum_name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        let Self { name, value } = self;
        let value = match value {
            Wire::Text(text) => Value::String(text),
            Wire::Json(value) => value,
        };
        value
            .deserialize_enum(enum_name, variants, visitor)
            .map_err(|err| Self::invalid(&name, err))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
