//! The wait that a response asks for: `Retry-After` (RFC 9110 §10.2.3), or `wait_seconds` in the body.

use std::time::{Duration, SystemTime};

use actix_web::http::header::HttpDate;
use serde::Deserialize;

use crate::client::RawResponse;

/// The longest wait that is returned. A longer one is most likely a mistake, and an application that
/// sleeps for it would hang.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns how long PropelAuth asks to wait before the next request, if the response says so. The
/// header precedes the body.
pub(super) fn retry_after(response: &RawResponse) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Wait {
        wait_seconds: f64,
    }
    let by_header = response
        .retry_after
        .as_ref()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| read_retry_after(value, SystemTime::now()));
    by_header
        .or_else(|| {
            let wait: Wait = serde_json::from_slice(&response.body).ok()?;
            Duration::try_from_secs_f64(wait.wait_seconds).ok()
        })
        .map(|wait| wait.min(MAX_RETRY_AFTER))
}

/// Parses a `Retry-After`: a number of seconds, or an HTTP date. A past date is a wait of zero.
fn read_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits that do not fit into a `u64` are a wait all the same, and the caller caps it.
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
        call::invariants,
        proptest_strategies::{cases, object},
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
