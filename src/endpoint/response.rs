//! [`Response`]: what operations respond with, decoded leniently.
//!
//! A newer or an older server may add members and omit others, which must not break an application.
//! Unknown members are ignored, and members that are not essential may be absent or `null`.

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};

use super::codec::ResponseCodec;

/// The response of an operation: an entity, or `()`.
///
/// The trait is sealed: only this crate can implement it.
pub trait Response: ResponseCodec + 'static {}

impl<T: ResponseCodec + 'static> Response for T {}

/// A response without contents. `{}`, text and an empty body are all accepted.
impl ResponseCodec for () {
    #[inline]
    fn read(_: &[u8]) -> serde_json::Result<Self> {
        Ok(())
    }

    #[inline]
    fn write(&self) -> serde_json::Result<Vec<u8>> {
        Ok(b"{}".to_vec())
    }
}

/// Declares an entity: `required` members must be present, `tolerant` ones may be absent or `null` and
/// then have their type's default. Unknown members are ignored.
macro_rules! entity {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            required { $($(#[$rmeta:meta])* $required:ident: $rty:ty,)* }
            $(tolerant { $($(#[$tmeta:meta])* $tolerant:ident: $tty:ty,)* })?
        }
    ) => {
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        $(#[$meta])* // after the derives, whose attributes may be among them
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$rmeta])* $vis $required: $rty,)*
            $($(
                $(#[$tmeta])*
                #[serde(default, deserialize_with = "crate::endpoint::response::or_default")]
                $vis $tolerant: $tty,
            )*)?
        }

        #[cfg(feature = "utoipa")]
        $crate::words::schema::object_schema! { $name [$($meta),*] {
            $([$($rmeta),*] $required: $rty,)*
            $($([$($tmeta),*] $tolerant: $tty,)*)?
        } }

        impl $crate::endpoint::codec::ResponseCodec for $name {
            #[inline]
            fn read(body: &[u8]) -> serde_json::Result<Self> {
                $crate::endpoint::response::object(body)
            }

            #[inline]
            fn write(&self) -> serde_json::Result<Vec<u8>> {
                serde_json::to_vec(self)
            }
        }
    };
}

pub(crate) use entity;

/// Decodes an object. Serde alone would accept an array in place of a struct, its items as the members.
pub(crate) fn object<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(de::Error::invalid_type(de::Unexpected::Seq, &"an object"));
    }
    serde_json::from_slice(body)
}

/// Deserializes `null` as the default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
