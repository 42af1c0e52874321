//! What operations answer, and how a reply is read so that an older or newer server still fits.

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};

use super::codec::ResponseCodec;

/// The answer of an operation: an entity, or `()`.
///
/// The trait is implemented by this crate only.
pub trait Response: ResponseCodec + 'static {}

impl<T: ResponseCodec + 'static> Response for T {}

/// An answer that says nothing: `{}`, text and no body at all are equally good.
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

/// Declares a reply: `required` fields must be there, `tolerant` ones may be absent or null.
///
/// A member that is not named is ignored.
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

/// Reads an object. Serde would take an array for one whose fields may all be absent.
pub(crate) fn object<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(de::Error::invalid_type(de::Unexpected::Seq, &"an object"));
    }
    serde_json::from_slice(body)
}

/// Reads null as the default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
