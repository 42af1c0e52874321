//! What the operator of an application has to hear about, as no caller can mend it: said at
//! warning level, and not for every request.

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, Instant},
};

use super::denied::{Denied, InvalidToken, Unauthorized};
use crate::access::token::loopback::is_same_loopback_origin;

/// How long nothing more is said about the same matter, so that strangers cannot fill the log.
const SILENCE: Duration = Duration::from_secs(600);

/// When each matter was last spoken of.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    too_long: Throttle,
    issuer: Throttle,
}

impl Alerts {
    /// Returns what the operator should do about a denial, if it is time to say so.
    pub(super) fn due(&self, denied: &Denied) -> Option<Advice> {
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

    /// Says it where the denial is not logged otherwise.
    pub(super) fn consider(&self, denied: &Denied) {
        if let Some(advice) = self.due(denied) {
            tracing::warn!("{denied}{advice}");
        }
    }
}

/// Returns whether PropelAuth or an emulator may have written this issuer. A token that names
/// another, such as one that a test signed, says nothing about the configuration.
fn is_http(issuer: &str) -> bool {
    url::Url::parse(issuer)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// What the operator should do, to be said after the denial.
pub(super) enum Advice {
    TooLong,
    Issuer {
        found: String,
        difference: &'static str,
    },
}

/// The issuer is escaped: with a published key, anybody can have signed it.
impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = SILENCE.as_secs() / 60;
        match self {
            Self::TooLong => write!(
                f,
                ". Clients are answered 431, as another token of the same user would be no \
                 shorter. (Said once in {minutes} minutes)"
            ),
            Self::Issuer { found, difference } => write!(
                f,
                "{difference}. The project's key signed it, so the configuration may be wrong: if \
                 such tokens are to be accepted, write `.issuer({found:?})`, set the environment \
                 variable PROPELAUTH_ISSUER to it, or give it as the auth URL. (Said once in \
                 {minutes} minutes)"
            ),
        }
    }
}

/// Says in what two issuers differ that look alike.
fn difference(found: &str, expected: &str) -> &'static str {
    let stripped = |text: &str| text.trim().trim_end_matches('/').to_ascii_lowercase();
    let without_scheme = |text: &str| {
        let text = stripped(text);
        let rest = text.split_once("://").map(|(_, rest)| rest.to_owned());
        rest.unwrap_or(text)
    };
    if found.trim_end_matches('/') == expected.trim_end_matches('/') {
        "; they differ in the slash at the end only"
    } else if stripped(found) == stripped(expected) {
        "; they differ in upper and lower case, spaces or the slash at the end only"
    } else if without_scheme(found) == without_scheme(expected) {
        "; they differ in the scheme"
    } else if is_same_loopback_origin(found, expected) {
        "; both are this machine, whose names are the same only with `.emulator()`"
    } else if is_default_port(found, expected) {
        "; they differ in the default port only"
    } else {
        ""
    }
}

fn is_default_port(found: &str, expected: &str) -> bool {
    let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
    origin(found).is_some_and(|found| Some(found) == origin(expected))
}

/// Lets one event through in each interval.
#[derive(Debug, Default)]
struct Throttle(Mutex<Option<Instant>>);

impl Throttle {
    fn allows(&self) -> bool {
        // Who has to wait for it is not the first.
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
