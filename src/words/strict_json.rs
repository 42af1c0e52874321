//! Strict JSON: objects in which no member name occurs twice, at any depth.
//!
//! Parsers disagree on duplicate names: some keep the first value, some the last. Someone who
//! gets a token signed with two `sub`s, or two `exp`s, could show one value to a gateway and the
//! other to the application behind it. RFC 7519 §4 and RFC 7515 §4 allow a parser to reject such
//! objects or to keep the last value; only rejecting makes all readers agree
//! ([claims](https://www.rfc-editor.org/rfc/rfc7519#section-4),
//! [headers](https://www.rfc-editor.org/rfc/rfc7515#section-4)).
//!
//! serde's defaults are not enough:
//!
//! - A derived struct rejects duplicates of the fields that it names, and ignores duplicates of
//!   all other members.
//! - It skips the contents of unknown members, so an object nested in one is not checked.
//! - A `Map` keeps the last of two equal names without an error.
//!
//! Here every member is read at every depth, whether it is kept or not. Names are compared after
//! their escapes are decoded: `"sub"` and `"\u0073ub"` are the same name.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Declares a struct that is read strictly from a JSON object.
///
/// | field | absent | `null` |
/// | --- | --- | --- |
/// | `name: T` | error | read as `T` |
/// | `name: T = or_default` | `T::default()` | `T::default()` |
/// | `name: Option<T> = or_absent` | `None` | read as `Option<T>` |
///
/// Unknown members are allowed, because PropelAuth adds some over time, but are checked for
/// duplicates as the others are.
macro_rules! strict_json_object {
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
                        let mut unknown = $crate::words::strict_json::Unknown::default();
                        while let Some(key) = map.next_key::<$crate::words::strict_json::Key<'de>>()? {
                            match key.as_str() {
                                $(stringify!($field) => {
                                    if $field.is_some() {
                                        return Err(serde::de::Error::duplicate_field(stringify!($field)));
                                    }
                                    $field = Some($crate::words::strict_json::strict_json_object!(@read map, $($kind)?));
                                })*
                                _ => unknown.read(key, &mut map)?,
                            }
                        }
                        Ok($name {
                            $($field: $crate::words::strict_json::strict_json_object!(@or $field, $($kind)?),)*
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

pub(crate) use strict_json_object;

/// The name of a member of an object, borrowed from the input unless it has escapes.
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

/// The member names of an object so far.
///
/// The first name is stored inline, so that an object with one member costs no allocation.
#[derive(Default)]
struct Names<'de> {
    first: Option<Cow<'de, str>>,
    others: BTreeSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    /// Adds a name. Fails if the object already has it.
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

/// Reads and discards the members that a struct does not name. Fails if a name occurs twice.
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

/// Any JSON value, checked as strictly as a [`StrictValue`] and discarded.
///
/// serde's own `IgnoredAny` would accept duplicates inside of the value.
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

/// Any JSON value in which no object has a duplicate member.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StrictValue(pub(crate) Value);

/// A JSON object in which no object, itself included, has a duplicate member.
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

/// The name of the only member of the object as which serde_json passes on a number if any crate
/// in the build enables its feature `arbitrary_precision`.
///
/// Cargo unifies features, so an application's other dependencies decide on it. Without this
/// special case, every number in a token's metadata would turn into an object there.
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
        // A cached token keeps this list in memory, and up to half of a grown list is unused.
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
