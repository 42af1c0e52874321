//! Why an operation may be refused: small tables that both read and write the wire.

use std::{
    fmt::{Debug, Display},
    time::Duration,
};

use super::field_errors::FieldErrors;

/// What one operation may be refused for, beyond the failures that all operations share.
///
/// The trait is implemented by this crate only.
pub trait Refusal: Debug + Display + wire::Refused + Send + Sync + 'static {
    /// Tells whether what was asked for does not exist.
    fn is_not_found(&self) -> bool;

    /// Returns how long PropelAuth asks to wait, if it does.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// Returns what is wrong with which argument, if the refusal says so.
    fn field_errors(&self) -> Option<&FieldErrors> {
        None
    }
}

pub(crate) mod wire {
    /// A refusal's two directions, each the inverse of the other.
    pub trait Refused: Sized {
        fn read(status: u16, code: Option<&str>, body: &[u8]) -> Option<Self>;
        fn write(&self) -> (u16, Vec<u8>);
    }
}

/// The refusal of an operation that refuses nothing of its own: there is no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // so that `match refusal {}` needs no arm
pub enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl wire::Refused for Never {
    fn read(_: u16, _: Option<&str>, _: &[u8]) -> Option<Self> {
        None
    }

    fn write(&self) -> (u16, Vec<u8>) {
        match *self {}
    }
}

impl Refusal for Never {
    fn is_not_found(&self) -> bool {
        match *self {}
    }
}

/// Declares refusals, a row for each: `[missing] status ["error_code"] Name: "message";`.
///
/// The rows are read from the top, and one without a code matches any. `missing` marks those
/// that mean that something does not exist. A row without a code is written as plain text, as
/// some of PropelAuth's libraries take any JSON object for a list of field errors.
macro_rules! refusals {
    ($(
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$vmeta:meta])* $($missing:ident)? $status:literal $($code:literal)? $variant:ident: $message:literal;)+
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$vmeta])* #[error($message)] $variant,)+
        }

        impl $crate::api::refusal::wire::Refused for $name {
            fn read(status: u16, code: Option<&str>, _: &[u8]) -> Option<Self> {
                let _ = code; // a table without codes does not look at it
                $(if status == $status $(&& code == Some($code))? {
                    return Some(Self::$variant);
                })+
                None
            }

            fn write(&self) -> (u16, Vec<u8>) {
                match self {
                    $(Self::$variant => (
                        $status,
                        $crate::api::refusal::body($crate::api::refusal::refusals!(@code $($code)?), $message),
                    ),)+
                }
            }
        }

        impl $crate::api::refusal::Refusal for $name {
            fn is_not_found(&self) -> bool {
                match self {
                    $(Self::$variant => $crate::api::refusal::refusals!(@missing $($missing)?),)+
                }
            }
        }
    )*};
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
    (@missing) => { false };
    (@missing missing) => { true };
}

pub(crate) use refusals;

/// Writes the body of a refusal.
pub(crate) fn body(code: Option<&str>, message: &str) -> Vec<u8> {
    match code {
        Some(code) => serde_json::json!({ "error_code": code, "user_facing_error": message })
            .to_string()
            .into_bytes(),
        None => message.as_bytes().to_vec(),
    }
}

refusals! {
    /// What the request names does not exist.
    pub enum NotFound {
        /// There is no such user, organization or other entity.
        missing 404 NotFound: "there is no such entity";
    }
}
