//! What the operator of an application has to hear about, as no caller can mend it: said at
//! warning level, and not for every request.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{
    denied::{Denied, InvalidToken, Unauthorized},
    loopback::is_same_loopback_origin,
};

/// How long nothing more is said about the same matter, so that strangers cannot fill the log.
const SILENCE: Duration = Duration::from_secs(600);

/// When each matter was last spoken of.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    too_long: Throttle,
    issuer: Throttle,
}

impl Alerts {
    /// Says why a token was refused, where the application is to be changed for it.
    pub(super) fn consider(&self, denied: &Denied) {
        match denied {
            Denied::TokenTooLong { .. } if self.too_long.allows() => {
                tracing::warn!(
                    "a request was refused with 431: {denied}. Said once in {} minutes",
                    SILENCE.as_secs() / 60
                );
            }
            Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Issuer {
                found,
                expected,
                ..
            })) if self.issuer.allows() => {
                tracing::warn!(
                    "a token that the project's key signed was refused, as its issuer is \
                     {found:?} and {expected:?} is expected{}. If such tokens are to be accepted, \
                     write `.issuer({found:?})`, set the environment variable PROPELAUTH_ISSUER to \
                     it, or give it as the auth URL. Said once in {} minutes",
                    difference(found, expected),
                    SILENCE.as_secs() / 60
                );
            }
            _ => {}
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
