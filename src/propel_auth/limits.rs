//! Lengths and durations that cannot work, although their types allow them.

use std::time::Duration;

use super::{InitError, PropelAuthBuilder};

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
    builder.calls.check()
}
