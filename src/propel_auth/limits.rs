//! Limits that cannot work although their types allow them.
//!
//! A zero timeout or a cache for half a token is a mistake in units more often than a wish, and its
//! effect, that every request fails or is slow, does not point to the setting.

use std::time::Duration;

use actix_web::http::header::HeaderName;

use super::{builder::PropelAuthBuilder, error::InitError};
use crate::client::ClientOptions;

/// Less than any access token has: an RS256 signature with a 2048-bit key alone is 342 characters.
const SHORTEST_TOKEN: usize = 512;

/// Twice the lifetime of a token. More would mean that tokens hardly expire.
const MAX_LEEWAY: Duration = Duration::from_secs(3600);

/// Less than this does not hold a single token of the default maximum length. Zero is allowed and disables
/// the cache.
const SMALLEST_CACHE: u64 = 16 * 1024;

/// Below 128 bits, a key can be found by trying.
const SHORTEST_PSEUDONYM_KEY: usize = 16;

/// Returns an error for limits with which every token or every call would fail, or none would expire.
pub(super) fn check_limits(builder: &PropelAuthBuilder) -> Result<(), InitError> {
    let setting = |name, problem: &str| {
        Err(InitError::Setting {
            name,
            problem: problem.to_owned(),
        })
    };
    if builder.max_token_len < SHORTEST_TOKEN {
        return setting(
            "max_token_len",
            "shorter than any access token, so that every token would be denied: 16384 is the \
             default, and `usize::MAX` leaves it to actix-web",
        );
    }
    if builder.leeway > MAX_LEEWAY {
        return setting(
            "leeway",
            "more than an hour, so that tokens would hardly expire: clocks that are set are off \
             by seconds, and 60 seconds are plenty",
        );
    }
    if builder.token_lifetime.is_zero() {
        return setting(
            "token_lifetime",
            "0, so that marks would be dropped at once: 30 minutes are the default",
        );
    }
    if (1..SMALLEST_CACHE).contains(&builder.token_cache_bytes) {
        return setting(
            "token_cache_bytes",
            "too little for a single token: 0 turns the cache off, and 16777216 is the default",
        );
    }
    let pseudonym_key = builder.pseudonym_key.as_ref();
    if pseudonym_key.is_some_and(|key| key.expose().len() < SHORTEST_PSEUDONYM_KEY) {
        return setting(
            "pseudonym_key",
            "shorter than 16 bytes, so that it can be guessed and pseudonyms tell who users are: \
             generate one, such as with `openssl rand -hex 32`",
        );
    }
    check_client_options(&builder.client_options)
}

/// Returns the header in which clients send step-up grants, if one is set.
pub(super) fn check_step_up_header(name: Option<&str>) -> Result<Option<HeaderName>, InitError> {
    let parsed = name.map(HeaderName::try_from).transpose();
    parsed.map_err(|_| InitError::Setting {
        name: "step_up_header",
        problem: format!(
            "not the name of a header: {:?}; `X-Step-Up-Grant` is the default",
            name.unwrap_or_default()
        ),
    })
}

/// Returns an error for a timeout of zero, or for an attempt that may take longer than its call.
fn check_client_options(options: &ClientOptions) -> Result<(), InitError> {
    let setting = |name, problem: &str| {
        Err(InitError::Setting {
            name,
            problem: problem.to_owned(),
        })
    };
    if options.request_timeout.is_zero() {
        return setting(
            "request_timeout",
            "zero, so that every call would fail: 10 seconds are the default",
        );
    }
    match options.attempt_timeout {
        Some(attempt) if attempt.is_zero() => setting(
            "attempt_timeout",
            "zero, so that every attempt would fail: 5 seconds are the default",
        ),
        Some(attempt) if attempt > options.request_timeout => setting(
            "attempt_timeout",
            "longer than `request_timeout`, so that no attempt could have it: raise \
             `request_timeout` or lower this",
        ),
        _ => Ok(()),
    }
}
