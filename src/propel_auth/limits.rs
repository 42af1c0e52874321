//! Lengths and durations that cannot work, although their types allow them.

use std::time::Duration;

use super::{builder::PropelAuthBuilder, error::InitError};
use crate::client::ClientOptions;

/// Shorter than any access token: its signature alone has 342 bytes.
const SHORTEST_TOKEN: usize = 512;

/// The longest leeway: tokens are valid for half an hour, and clocks are off by seconds.
const MAX_LEEWAY: Duration = Duration::from_secs(3600);

/// Room for less than one token; none at all is allowed and turns the cache off.
const SMALLEST_CACHE: u64 = 16 * 1024;

/// Refuses limits by which every token or every call would fail, or none would expire.
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
            "shorter than any access token, so that every one would be refused: 16384 is the \
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
    if (1..SMALLEST_CACHE).contains(&builder.token_cache_bytes) {
        return setting(
            "token_cache_bytes",
            "too little for a single token: 0 turns the cache off, and 16777216 is the default",
        );
    }
    check_client_options(&builder.client_options)
}

/// Refuses times in which nothing can be done, and an attempt that outlasts its call.
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
