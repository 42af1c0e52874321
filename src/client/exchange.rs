//! A reply read: the status first, then the error code, then the body.

use std::time::{Duration, SystemTime};

use actix_web::{
    http::{
        StatusCode,
        header::{HeaderMap, HeaderValue, HttpDate, LOCATION, RETRY_AFTER},
    },
    web::Bytes,
};
use serde::Deserialize;
use url::Url;

use super::{
    Error,
    error::{CallError, DecodeError, Delivery},
};
use crate::{
    api::{Endpoint, FieldErrors, Refusal},
    endpoint::codec::{RefusalCodec, ResponseCodec},
};

/// The longest wait that is passed on; what asks for more is most likely a mistake.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// One reply, whole.
pub(super) struct Exchange {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    pub(super) retry_after: Option<HeaderValue>,
    pub(super) location: Option<HeaderValue>,
}

impl Exchange {
    /// Keeps of the headers what is ever asked for, which is nothing after a success.
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Self {
        let find = |name| {
            (!status.is_success())
                .then(|| headers.get(name).cloned())
                .flatten()
        };
        Self {
            status,
            body,
            retry_after: find(RETRY_AFTER),
            location: find(LOCATION),
        }
    }

    pub(super) fn read<E: Endpoint>(&self) -> Result<E::Response, Error<E::Refusal>> {
        if self.status.is_success() {
            return <E::Response as ResponseCodec>::read(&self.body).map_err(|error| {
                self.no_success::<E>()
                    .map_or_else(|| Error::Decode(DecodeError::new(&error)), Error::Refused)
            });
        }
        // 401 is about the integration key whatever the operation is, so no table may claim it.
        if self.status != StatusCode::UNAUTHORIZED {
            let code = self.error_code();
            if let Some(refusal) = <E::Refusal as RefusalCodec>::read(
                self.status.as_u16(),
                code.as_deref(),
                &self.body,
            ) {
                return Err(Error::Refused(refusal));
            }
        }
        Err(self.shared_failure().widen())
    }

    /// Tells why the reply of a success is not what was asked for, if the operation knows.
    fn no_success<E: Endpoint>(&self) -> Option<E::Refusal> {
        // Some operations answer null instead of 404.
        if self.body.trim_ascii() == b"null" {
            return <E::Refusal as RefusalCodec>::read(404, None, &[])
                .filter(Refusal::is_not_found);
        }
        <E::Refusal as RefusalCodec>::read(self.status.as_u16(), None, &self.body)
    }

    /// Tells what a status means whose meaning is the same for every operation.
    fn shared_failure(&self) -> CallError {
        let status = self.status.as_u16();
        match status {
            300..=399 => Error::Redirect {
                status,
                to: self.location(),
            },
            400 => Error::BadRequest(FieldErrors::read(&self.body)),
            401 => Error::InvalidApiKey,
            413 => Error::PayloadTooLarge,
            426 => Error::OrgsNotEnabled,
            429 => Error::RateLimited {
                retry_after: self.retry_after(),
            },
            502..=504 => Error::Unavailable {
                delivery: Delivery::Delivered,
                status: Some(status),
                retry_after: self.retry_after(),
                source: None,
            },
            _ => Error::UnexpectedStatus {
                status,
                error_code: self.error_code(),
            },
        }
    }

    fn error_code(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Coded {
            error_code: String,
        }
        let coded: Coded = serde_json::from_slice(&self.body).ok()?;
        // Codes are words; anything else could be part of the caller's data.
        let is_word = coded.error_code.len() <= 64
            && coded
                .error_code
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_word.then_some(coded.error_code)
    }

    /// Returns where a redirect leads, less its path and query.
    fn location(&self) -> Option<String> {
        let location = Url::parse(self.location.as_ref()?.to_str().ok()?).ok()?;
        location
            .has_host()
            .then(|| location.origin().ascii_serialization())
    }

    /// Returns how long PropelAuth asks to wait, if it does.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        #[derive(Deserialize)]
        struct Wait {
            wait_seconds: f64,
        }
        let by_header = self
            .retry_after
            .as_ref()
            .and_then(|value| value.to_str().ok())
            .and_then(|value| read_retry_after(value, SystemTime::now()));
        by_header
            .or_else(|| {
                let wait: Wait = serde_json::from_slice(&self.body).ok()?;
                Duration::try_from_secs_f64(wait.wait_seconds).ok()
            })
            .map(|wait| wait.min(MAX_RETRY_AFTER))
    }
}

/// Reads a `Retry-After`: a number of seconds or an HTTP date. A past date is no wait at all.
fn read_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = SystemTime::from(value.parse::<HttpDate>().ok()?);
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use proptest::{collection::vec, prelude::*};
    use serde_json::{Value, json};

    use super::read_retry_after;
    use crate::{
        arbitrary::{cases, object},
        client::invariants,
    };

    #[test]
    fn retry_after_is_read_in_both_forms_and_never_guessed() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("0", Some(Duration::ZERO)),
            (" 7 ", Some(Duration::from_secs(7))),
            (
                "Sun, 06 Nov 1994 08:49:47 GMT",
                Some(Duration::from_secs(10)),
            ),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(Duration::ZERO)),
            ("99999999999999999999999", Some(Duration::MAX)),
            ("-1", None),
            ("1.5", None),
            ("NaN", None),
            ("1, 2", None),
            ("", None),
        ] {
            assert_eq!(read_retry_after(value, now), expected, "{value:?}");
        }
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn no_retry_after_asks_for_more_than_a_day(
            value in prop_oneof![
                vec(any::<u8>(), 0..20),
                "[0-9]{0,40}".prop_map(String::into_bytes),
                "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
                    .prop_map(String::into_bytes),
            ],
            seconds in any::<f64>(),
            body in vec(any::<u8>(), 0..20),
        ) {
            for body in [body, json!({ "wait_seconds": seconds }).to_string().into_bytes()] {
                let _ = invariants::retry_after(&[&value[..], b"\n\n", &body].concat());
            }
        }

        #[test]
        fn an_error_never_says_what_the_body_says(
            status in 100_u16..600,
            members in object(&[
                "error_code", "user_facing_error", "field_errors", "field_to_errors",
                "wait_seconds", "user_id", "email", "users", "metadata",
            ]),
            name in proptest::sample::select(&["error_code", "email", "s3cret@b.c", "user_id"][..]),
            cut in any::<proptest::sample::Index>(),
        ) {
            let mut members = members;
            members.insert(name.to_owned(), "no s3cret".into());
            let body = Value::Object(members).to_string();
            for body in [&body.as_bytes()[..cut.index(body.len())], body.as_bytes()] {
                let _ = invariants::error_decoding(&[format!("{status}\n\n").as_bytes(), body].concat());
            }
        }
    }
}
