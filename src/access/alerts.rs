//! Warnings about denials that only the developer or the operator of the application can fix.
//!
//! Most denials are the caller's business and are logged at debug level. Some are not: a token that is
//! longer than the limit, a token with the right signature and another issuer, a guard that reads a path
//! parameter that does not exist, one that requires a misspelled role, a caller that has the integration key
//! of this backend, a token that lives longer than marks are kept, or PropelAuth out of reach, of which any number of unknown API keys can make a denial. Every request of some kind is then
//! denied until the program or a setting is changed. They are logged at warning level, at most once in
//! [`SILENCE`] for each code, because callers decide how often they happen.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{
    callers::invalid_api_key::InvalidApiKey,
    denied::{Denied, InvalidToken, Unauthorized},
    freshness::Cause,
};

/// The minimum time between two warnings of the same code, so that callers cannot fill the log.
pub(super) const SILENCE: Duration = Duration::from_secs(600);

/// The mistakes of the program that are warnings. What a caller can cause with an unsigned text is not
/// among them.
const MISTAKES: [&str; 6] = [
    "empty_requirement",
    "name_with_whitespace",
    "role_in_other_case",
    "permission_in_other_case",
    "permission_as_role",
    "role_as_permission",
];

/// The times of the last warning of each code. There are as many as codes that are warnings.
#[derive(Debug, Default)]
pub(crate) struct Alerts(Mutex<HashMap<&'static str, Instant>>);

impl Alerts {
    /// Returns `true` if a denial is to be a warning now, and starts the next interval of its code.
    pub(super) fn is_due(&self, denied: &Denied) -> bool {
        code_to_warn_of(denied).is_some_and(|code| self.allows(code))
    }

    fn allows(&self, code: &'static str) -> bool {
        // If the lock is taken, another thread is logging a warning.
        let Ok(mut last) = self.0.try_lock() else {
            return false;
        };
        let is_due = last.get(code).is_none_or(|last| last.elapsed() >= SILENCE);
        if is_due {
            last.insert(code, Instant::now());
        }
        is_due
    }
}

/// Returns the code of a denial that only a change of the program or a setting can end.
fn code_to_warn_of(denied: &Denied) -> Option<&'static str> {
    match denied {
        Denied::TokenTooLong { .. }
        | Denied::Unreachable { .. }
        | Denied::Unauthorized(
            Unauthorized::InvalidApiKey(InvalidApiKey::IntegrationKey)
            | Unauthorized::InvalidToken(InvalidToken::Stale(Cause::Forgotten)),
        ) => Some(denied.code()),
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Issuer {
            found, ..
        })) => is_http(found).then(|| denied.code()),
        Denied::Forbidden(forbidden) => match forbidden.code() {
            code @ "no_path_parameter" => Some(code),
            _ => forbidden
                .shortfall()?
                .code()
                .filter(|code| MISTAKES.contains(code)),
        },
        _ => None,
    }
}

/// Returns `true` if PropelAuth or an emulator may have written this issuer. Any other issuer, such
/// as one that a test signed, does not indicate a wrong configuration.
fn is_http(issuer: &str) -> bool {
    url::Url::parse(issuer)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
