//! Properties that hold for any input of a caller. Property tests and fuzz targets share them.
//!
//! Each property is stated in another way than in the code that it checks: in a shorter way that would
//! be too slow there, or by the result alone.

// A property that does not hold panics.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod claims;
mod environment;
mod exposed;
mod org_id;
mod pem;
mod token_source;

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

pub use self::{
    claims::claims,
    environment::environment,
    exposed::{bearer_token, bearer_token_in, org_request},
    org_id::org_id,
    pem::pem,
    token_source::token_source,
};
use super::{clock::Clock, settings::Settings};
use crate::{
    access::token::{
        header::{self, DEFAULT_MAX_TOKEN_LEN},
        key::{DEV_PUBLIC_KEY_PEMS, VerifierKey},
        verify,
    },
    dev_keys,
    testing::ISSUER,
};

/// The time of all checks, so that a finding can be reproduced later.
pub(crate) const NOW: u32 = 2_000_000_000;

/// Returns settings for the development key, with a clock that stands still.
pub(crate) fn settings() -> Settings {
    let now = UNIX_EPOCH + Duration::from_secs(NOW.into());
    Settings {
        clock: Clock::new(move || now),
        ..Settings::new(ISSUER)
    }
}

/// Lines are `Authorization` headers of one request: it has a token only if there is one line,
/// and that is the scheme and one clean word.
#[must_use]
pub fn header(lines: &[u8]) -> bool {
    let values = lines.split(|byte| *byte == b'\n');
    let mut headers = HeaderMap::new();
    for value in values.filter_map(|value| HeaderValue::from_bytes(value).ok()) {
        headers.append(AUTHORIZATION, value);
    }
    let only = header::authorization(&headers).ok();
    assert_eq!(only.is_some(), headers.len() == 1);

    let value = only.unwrap_or(lines);
    let token = header::parse(value, DEFAULT_MAX_TOKEN_LEN).ok();
    assert_eq!(token, bearer(value));
    if let (Some(unread), Some(token)) = (header::raw_token(value), token) {
        // The cache is searched for the token, or for a text that is never in the cache.
        assert!(unread == token.as_bytes() || unread.starts_with(b" "));
    }
    token.is_some()
}

fn bearer(value: &[u8]) -> Option<&str> {
    let text = str::from_utf8(value).ok()?;
    let (scheme, rest) = text.split_at_checked(6)?;
    let token = rest.trim_start_matches(' ');
    let is_bearer = scheme.to_lowercase() == "bearer" && (rest.is_empty() || token != rest);
    let is_clean = |c: char| c.is_ascii_graphic() && c != ',';
    (is_bearer && token.chars().all(is_clean) && token.len() <= DEFAULT_MAX_TOKEN_LEN)
        .then_some(token)
}

/// The input is a token, or the header of one as JSON. An accepted token is what the private key would
/// have signed, byte by byte.
#[must_use]
pub fn token(bytes: &[u8]) -> bool {
    thread_local!(static KEY: VerifierKey = VerifierKey::from_pem(DEV_PUBLIC_KEY_PEMS[0]).unwrap());

    let is_header = verify::check_header(bytes).is_ok();
    if is_header {
        check_header(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let settings = settings();
    let Ok((found, _)) = KEY.with(|key| verify::verify(&text, key, &settings)) else {
        return is_header;
    };
    let segments: Vec<_> = text.split('.').collect();
    let [header, payload, signature] = segments[..] else {
        panic!("a token of {} segments", segments.len());
    };
    let signed = dev_keys::signature_with(0, &format!("{header}.{payload}")).unwrap();
    assert_eq!(signature, signed, "this was not signed");
    check_header(&URL_SAFE_NO_PAD.decode(header).unwrap());
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
    assert!(claims(&payload));
    let json: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(json["user_id"], found.user_id.as_str());
    true
}

/// Checks the header of a token with a plain JSON parser, and not with the one of this crate.
fn check_header(json: &[u8]) {
    let header: Value = serde_json::from_slice(json).unwrap();
    assert_eq!(header["alg"], "RS256");
    for name in ["crit", "b64", "enc", "zip"] {
        assert!(header.get(name).is_none(), "{name}");
    }
    let typ = header.get("typ").map(|typ| typ.as_str().unwrap());
    assert!(typ.is_none_or(|typ| typ.to_lowercase() == "jwt"));
}
