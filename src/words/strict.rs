//! JSON read so that no two readers can see two different documents in it.
//!
//! serde's derive lets an unknown member through twice and never looks into it; a map keeps the
//! last of two equal keys. In a token either is room for an attack, so here every member is
//! read, at every depth, and a name that comes twice is an error
//! ([RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4),
//! [RFC 7515 §4](https://www.rfc-editor.org/rfc/rfc7515#section-4)).

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Declares a struct that is read strictly from a JSON object.
///
/// A plain field is required. `= or_default` takes the default for a field that is absent or
/// null. `= or_absent` (on an `Option`) takes `None` for an absent field and hands null to the
/// inner type.
macro_rules! strict_object {
    (
        $(#[$attr:meta])*
        $vis:vis struct $name:ident {
            $($(#[$fattr:meta])* $fvis:vis $field:ident: $ty:ty $(= $kind:ident)?,)*
        }
    ) => {
        $(#[$attr])*
        $vis struct $name {
            $($(#[$fattr])* $fvis $field: $ty,)*
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a JSON object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        $(let mut $field = None;)*
                        let mut unknown = $crate::words::strict::Unknown::default();
                        while let Some(key) = map.next_key::<$crate::words::strict::Key<'de>>()? {
                            match key.as_str() {
                                $(stringify!($field) => {
                                    if $field.is_some() {
                                        return Err(serde::de::Error::duplicate_field(stringify!($field)));
                                    }
                                    $field = Some($crate::words::strict::strict_object!(@read map, $($kind)?));
                                })*
                                _ => unknown.read(key, &mut map)?,
                            }
                        }
                        Ok($name {
                            $($field: $crate::words::strict::strict_object!(@or $field, $($kind)?),)*
                        })
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }
    };
    (@read $map:ident, ) => { $map.next_value()? };
    (@read $map:ident, or_default) => { $map.next_value::<Option<_>>()?.unwrap_or_default() };
    (@read $map:ident, or_absent) => { $map.next_value()? };
    (@or $field:ident, ) => {
        $field.ok_or_else(|| serde::de::Error::missing_field(stringify!($field)))?
    };
    (@or $field:ident, or_default) => { $field.unwrap_or_default() };
    (@or $field:ident, or_absent) => { $field };
}

pub(crate) use strict_object;

/// The name of an object's member, borrowed where it has no escapes.
pub(crate) struct Key<'de>(Cow<'de, str>);

impl Key<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Name)
    }
}

/// The names of an object's members, each of which may come once.
///
/// The first has its place here, so that an object of one member costs no allocation.
#[derive(Default)]
struct Names<'de> {
    first: Option<Cow<'de, str>>,
    others: BTreeSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    fn add<E: de::Error>(&mut self, name: Key<'de>) -> Result<(), E> {
        let is_new = match &self.first {
            None => {
                self.first = Some(name.0);
                true
            }
            Some(first) => *first != name.0 && self.others.insert(name.0),
        };
        if is_new {
            Ok(())
        } else {
            Err(E::custom("duplicate member"))
        }
    }
}

/// Reads and drops the members that a struct does not name, each name once.
#[derive(Default)]
pub(crate) struct Unknown<'de>(Names<'de>);

impl<'de> Unknown<'de> {
    pub(crate) fn read<A: MapAccess<'de>>(
        &mut self,
        key: Key<'de>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        map.next_value::<Skipped>()?;
        self.0.add(key)
    }
}

/// Any JSON value, read as strictly as a [`StrictValue`] and not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Skipped {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self, E> {
        if value.is_finite() {
            Ok(self)
        } else {
            Err(E::custom("number out of range"))
        }
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = Names::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            map.next_value::<Self>()?;
            names.add(key)?;
        }
        Ok(self)
    }
}

/// Any JSON value in which no object has a member twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StrictValue(pub(crate) Value);

/// A JSON object in which no object, itself included, has a member twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StrictMap(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for StrictMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match StrictValue::deserialize(deserializer)?.0 {
            Value::Object(map) => Ok(Self(map)),
            _ => Err(de::Error::custom("expected a JSON object")),
        }
    }
}

impl<'de> Deserialize<'de> for StrictValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue).map(Self)
    }
}

/// How serde_json hands over a number when some crate in the build turned on its
/// `arbitrary_precision`: as an object with this one member.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(StrictValue(value)) = seq.next_element()? {
            values.push(value);
        }
        // Kept for as long as the token is: up to half of a list that was grown is room to spare.
        values.shrink_to_fit();
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if key.as_str() == NUMBER_TOKEN && object.is_empty() {
                let digits: String = map.next_value()?;
                return digits
                    .parse::<Number>()
                    .map(Value::Number)
                    .map_err(de::Error::custom);
            }
            let StrictValue(value) = map.next_value()?;
            if object.insert(key.into_string(), value).is_some() {
                return Err(de::Error::custom("duplicate member"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests;
