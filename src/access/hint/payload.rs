//! The claims of a token that is denied, which only end up in the log.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::access::settings::Settings;

/// The payload of a token, read without any check.
pub(super) struct Payload(Map<String, Value>);

impl Payload {
    /// Decodes the payload without any other check.
    pub(super) fn read(token: &str) -> Option<Self> {
        Self::read_part(token, 1)
    }

    /// Decodes the header without any other check.
    pub(super) fn read_header(token: &str) -> Option<Self> {
        Self::read_part(token, 0)
    }

    fn read_part(token: &str, part: usize) -> Option<Self> {
        let part = URL_SAFE_NO_PAD.decode(token.split('.').nth(part)?).ok()?;
        serde_json::from_slice(&part).ok().map(Self)
    }

    /// Returns `true` if there is a claim of this name.
    pub(super) fn has(&self, claim: &str) -> bool {
        self.0.contains_key(claim)
    }

    /// Returns a claim that is a string.
    pub(super) fn text(&self, claim: &str) -> Option<String> {
        self.0.get(claim)?.as_str().map(str::to_owned)
    }

    /// Returns a claim that is a number.
    pub(super) fn number(&self, claim: &str) -> Option<f64> {
        self.0.get(claim)?.as_f64()
    }
}

/// Returns the user id in a token that was verified, except for its times.
pub(in crate::access) fn user_id_of_verified(token: &str) -> Option<String> {
    Payload::read(token)?.text("user_id")
}

/// Returns the seconds since the expiry of a token, and until it becomes valid.
pub(in crate::access) fn times_of(token: &str, settings: &Settings) -> (Option<i64>, Option<i64>) {
    let Some(payload) = Payload::read(token) else {
        return (None, None);
    };
    let now = settings.clock.unix_seconds();
    let since = payload.number("exp").map(|exp| whole(now - exp));
    let until = payload.number("nbf").map(|nbf| whole(nbf - now));
    (since, until)
}

/// Rounds seconds up. A difference that does not fit is saturated, as `as` does.
#[allow(clippy::cast_possible_truncation)]
fn whole(seconds: f64) -> i64 {
    seconds.ceil() as i64
}
