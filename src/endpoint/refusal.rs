//! [`Refusal`]: the reasons why an operation is refused, declared as tables from which they are both
//! decoded and encoded.

use std::{
    fmt::{Debug, Display},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::codec::RefusalCodec;

/// The refusals of one operation, beyond the failures that all operations share.
///
/// An operation's own are the value in [`Error::Refused`](crate::Error::Refused), an enum to match
/// on; many operations have [`NotFound`] or [`Never`].
///
/// ```
/// use actix_web_propelauth::{Error, api::Refusal};
///
/// fn label<R: Refusal>(error: &Error<R>) -> String {
///     match error {
///         Error::Refused(refusal) => format!("refused: {refusal}"),
///         _ => "failed".to_owned(),
///     }
/// }
/// ```
///
/// The trait is sealed: only this crate can implement it.
pub trait Refusal: Debug + Display + RefusalCodec + Send + Sync + 'static {
    /// Returns `true` if the requested entity does not exist.
    fn is_not_found(&self) -> bool;

    /// Returns how long PropelAuth asks to wait before the next call, if the response says so.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// The refusal of operations that have no refusals of their own: a type without values.
///
/// The standard library's `!` would be the same, but is unstable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // so that `match refusal {}` needs no arm
pub enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl RefusalCodec for Never {
    #[inline]
    fn read(_: u16, _: Option<&str>, _: &[u8]) -> Option<Self> {
        None
    }

    #[inline]
    fn write(&self) -> (u16, Vec<u8>) {
        match *self {}
    }
}

impl Refusal for Never {
    fn is_not_found(&self) -> bool {
        match *self {}
    }
}

/// Declares refusals, a row for each: `[missing] status ["error_code"] Name[(Detail)]: "message";`.
///
/// | part | meaning |
/// | --- | --- |
/// | `missing` | the requested entity does not exist: `is_not_found` returns `true` |
/// | `404` | the status that is decoded and encoded |
/// | `400 \| 404` | further statuses that are decoded only |
/// | `200` | tried if the body of a success is not the entity |
/// | `"code"` | the `error_code`; without one, the row matches any |
/// | `(Detail)` | the row matches only a body that is such a [`Detail`] |
///
/// Rows are tried from the top. A row without code and detail is encoded as plain text, as some of
/// PropelAuth's libraries take any JSON object for a list of field errors.
macro_rules! refusals {
    ($(
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$vmeta:meta])*
                $($missing:ident)? $status:literal $(| $also:literal)* $($code:literal)? $variant:ident $(($Detail:ty))?
                    : $message:literal;
            )+
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$vmeta])* #[error($message)] $variant $(($Detail))?,)+
        }

        impl $crate::endpoint::codec::RefusalCodec for $name {
            #[inline]
            fn read(status: u16, code: Option<&str>, body: &[u8]) -> Option<Self> {
                let _ = (code, body); // not every table looks at them
                $(if [$status $(, $also)*].contains(&status) $(&& code == Some($code))? {
                    let row = || {
                        Some(Self::$variant $(($crate::endpoint::response::object::<$Detail>(body).ok()?))?)
                    };
                    if let Some(refusal) = row() {
                        return Some(refusal);
                    }
                })+
                None
            }

            #[allow(clippy::redundant_pattern)] // `@ _` ties the binding to the rows that have one
            #[inline]
            fn write(&self) -> (u16, Vec<u8>) {
                use $crate::endpoint::refusal::body;
                match self {
                    $(Self::$variant $((detail @ $crate::endpoint::refusal::refusals!(@any $Detail)))? => (
                        $status,
                        body(
                            $crate::endpoint::refusal::refusals!(@code $($code)?),
                            $message,
                            $crate::endpoint::refusal::refusals!(
                                @detail $(serde_json::to_value::<&$Detail>(detail).ok())?
                            ),
                        ),
                    ),)+
                }
            }
        }

        impl $crate::endpoint::refusal::Refusal for $name {
            fn is_not_found(&self) -> bool {
                match self {
                    $(Self::$variant { .. } => $crate::endpoint::refusal::refusals!(@missing $($missing)?),)+
                }
            }

            #[allow(clippy::redundant_pattern)] // as above
            fn retry_after(&self) -> Option<std::time::Duration> {
                match self {
                    $(Self::$variant $((detail @ $crate::endpoint::refusal::refusals!(@any $Detail)))? => {
                        $crate::endpoint::refusal::refusals!(
                            @detail $(<$Detail as $crate::endpoint::refusal::Detail>::retry_after(detail))?
                        )
                    })+
                }
            }
        }
    )*};
    (@any $Detail:ty) => { _ };
    (@detail) => { None };
    (@detail $detail:expr) => { $detail };
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
    (@missing) => { false };
    (@missing missing) => { true };
}

pub(crate) use refusals;

/// The members of a refusal's body beyond its code.
pub(crate) trait Detail: Serialize + DeserializeOwned {
    /// Returns how long to wait before the next call, if the members say so.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// Encodes the body of a refusal: JSON if there is a code or a detail, otherwise the message.
pub(crate) fn body(code: Option<&str>, message: &str, detail: Option<Value>) -> Vec<u8> {
    let mut members = match (code, detail) {
        (None, None) => return message.as_bytes().to_vec(),
        (_, Some(Value::Object(members))) => members,
        _ => Map::from_iter([("user_facing_error".to_owned(), message.into())]),
    };
    if let Some(code) = code {
        members.insert("error_code".to_owned(), code.into());
    }
    Value::Object(members).to_string().into_bytes()
}

refusals! {
    /// The refusal of operations that can only be refused because an entity does not exist.
    ///
    /// [`OptionalExt::optional`](crate::OptionalExt::optional) converts it into `None`.
    pub enum NotFound {
        /// There is no such user, organization or other entity.
        missing 404 NotFound: "there is no such entity";
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Detail, Refusal as _, RefusalCodec as _};

    refusals! {
        enum Sample {
            missing 404 Gone: "it is gone";
            403 "feature_gated" Gated: "it is not in the plan";
            403 "locked" Locked: "it is locked";
            429 "rate_limit_exceeded" Limited(Wait): "the limit is reached";
            429 Slow: "too fast";
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
    struct Wait {
        wait_seconds: u64,
    }

    impl Detail for Wait {
        fn retry_after(&self) -> Option<Duration> {
            Some(Duration::from_secs(self.wait_seconds))
        }
    }

    fn read(status: u16, body: &[u8]) -> Option<Sample> {
        let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
        let code = json
            .as_ref()
            .and_then(|json| json.get("error_code")?.as_str());
        Sample::read(status, code, body)
    }

    #[test]
    fn what_a_table_writes_it_reads() {
        let wait = Wait { wait_seconds: 7 };
        for refusal in [
            Sample::Gone,
            Sample::Gated,
            Sample::Locked,
            Sample::Limited(wait),
            Sample::Slow,
        ] {
            let (status, body) = refusal.write();
            assert_eq!(read(status, &body), Some(refusal));
        }
    }

    #[test]
    fn the_status_counts_first_then_the_code_then_the_body() {
        assert_eq!(read(500, br#"{"error_code":"locked"}"#), None);
        assert_eq!(read(403, b"{}"), None);
        assert_eq!(read(403, br#"{"error_code":"other"}"#), None);
        assert_eq!(read(404, br#"{"error_code":"other"}"#), Some(Sample::Gone));
        let odd = br#"{"error_code":"rate_limit_exceeded","wait_seconds":"soon"}"#;
        assert_eq!(read(429, odd), Some(Sample::Slow));
    }

    #[test]
    fn a_refusal_says_what_it_means() {
        assert!(Sample::Gone.is_not_found() && !Sample::Slow.is_not_found());
        let limited = Sample::Limited(Wait { wait_seconds: 7 });
        assert_eq!(limited.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(Sample::Slow.retry_after(), None);
        assert_eq!(Sample::Gone.write(), (404, b"it is gone".to_vec()));
    }
}
