//! Warnings about denials that only the operator of the application can fix.
//!
//! Most denials are the caller's business and are logged at debug level. Two are not: a token that
//! is longer than the limit, and a token with the right signature and another issuer. Every token of
//! the user, or of the project, is then denied until a setting is changed. They are logged at
//! warning level, at most once in [`SILENCE`], because callers decide how often they happen.

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, Instant},
};

use super::denied::{Denied, InvalidToken, Unauthorized};
use crate::access::token::loopback::is_same_loopback_origin;

/// The minimum time between two warnings of the same kind, so that callers cannot fill the log.
const SILENCE: Duration = Duration::from_secs(600);

/// The times of the last warning of each kind.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    too_long: Throttle,
    issuer: Throttle,
}

impl Alerts {
    /// Returns advice for the operator about a denial, if the last warning of its kind is long ago.
    pub(super) fn advice_if_due(&self, denied: &Denied) -> Option<Advice> {
        match denied {
            Denied::TokenTooLong { .. } => self.too_long.allows().then_some(Advice::TooLong),
            Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Issuer {
                found,
                expected,
                ..
            })) if is_http(found) => self.issuer.allows().then(|| Advice::Issuer {
                found: found.clone(),
                difference: difference(found, expected),
            }),
            _ => None,
        }
    }

    /// Logs the warning for a denial that is not logged otherwise, because the policy tolerates it
    /// or because there is no request.
    pub(super) fn warn_if_due(&self, denied: &Denied) {
        if let Some(advice) = self.advice_if_due(denied) {
            tracing::warn!("{denied}{advice}");
        }
    }
}

/// Returns `true` if PropelAuth or an emulator may have written this issuer. Any other issuer, such
/// as one that a test signed, does not indicate a wrong configuration.
fn is_http(issuer: &str) -> bool {
    url::Url::parse(issuer)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Advice for the operator, written after the denial.
pub(super) enum Advice {
    TooLong,
    Issuer {
        found: String,
        difference: &'static str,
    },
}

/// The issuer is escaped: with a published development key, any caller can have signed it.
impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = SILENCE.as_secs() / 60;
        match self {
            Self::TooLong => write!(
                f,
                ". The response is 431, because another token of the same user would be just as \
                 long. (Logged at most once in {minutes} minutes)"
            ),
            Self::Issuer { found, difference } => write!(
                f,
                "{difference}. The project's key signed it, so the configuration may be wrong: to \
                 accept such tokens, call `.issuer({found:?})`, set the environment variable \
                 PROPELAUTH_ISSUER to it, or use it as the auth URL. (Logged at most once in \
                 {minutes} minutes)"
            ),
        }
    }
}

/// Describes the difference between two issuers that look alike. Issuers are compared byte by byte
/// ([RFC 7519 §4.1.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1)), so a slash at the end is
/// enough to deny every token, and hard to see in a log line.
fn difference(found: &str, expected: &str) -> &'static str {
    let stripped = |text: &str| text.trim().trim_end_matches('/').to_ascii_lowercase();
    let without_scheme = |text: &str| {
        let text = stripped(text);
        let rest = text.split_once("://").map(|(_, rest)| rest.to_owned());
        rest.unwrap_or(text)
    };
    if found.trim_end_matches('/') == expected.trim_end_matches('/') {
        "; they differ only in the slash at the end"
    } else if stripped(found) == stripped(expected) {
        "; they differ only in case, spaces or the slash at the end"
    } else if without_scheme(found) == without_scheme(expected) {
        "; they differ in the scheme"
    } else if is_same_loopback_origin(found, expected) {
        "; both are this machine, whose names are interchangeable only with `.emulator()`"
    } else if is_default_port(found, expected) {
        "; they differ only in the default port"
    } else {
        ""
    }
}

/// Returns `true` if only one of the issuers spells out the default port of its scheme.
fn is_default_port(found: &str, expected: &str) -> bool {
    let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
    origin(found).is_some_and(|found| Some(found) == origin(expected))
}

/// Allows one event in each interval.
#[derive(Debug, Default)]
struct Throttle(Mutex<Option<Instant>>);

impl Throttle {
    /// Returns `true` if the interval since the last event is over, and starts the next one.
    fn allows(&self) -> bool {
        // If the lock is taken, another thread is logging the warning.
        let Ok(mut last) = self.0.try_lock() else {
            return false;
        };
        let is_due = last.is_none_or(|last| last.elapsed() >= SILENCE);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }
}
