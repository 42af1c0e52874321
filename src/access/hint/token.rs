//! Mistakes in a token, by its header and its claims.
//!
//! | the token | hint |
//! |---|---|
//! | is cut off | `truncated_token` |
//! | has `%2E`, `+`, `/` or `=` | `encoded_token` |
//! | has the algorithm `none` | `unsigned_token` |
//! | has the algorithm HS256 or a sibling | `symmetric_token` |
//! | is signed with a published development key | `development_key_token` |
//! | names another issuer | see [`super::issuer`] |
//! | may be signed with a new key, which may not be fetched yet | `key_fetch_is_paused` |
//! | may be signed with a new key, and ours is never fetched | `key_is_fixed` |
//! | is not signed with a key that was just fetched | `altered_token` |
//! | has the claims of an ID token | `id_token` |
//! | expired within 10 seconds, or more than a day ago | `token_expired_just_now`, `token_expired_long_ago` |

use std::time::Instant;

use super::{
    issuer,
    mistake::Hint,
    payload::{Payload, times_of},
};
use crate::access::{
    denied::InvalidToken,
    settings::Settings,
    token::{
        key::{DEV_PUBLIC_KEY_PEMS, VerifierKey},
        verify,
    },
};

/// The seconds after which a token did not expire by a wrong clock, or between two refreshes.
const LONG_AGO: i64 = 24 * 60 * 60;

/// The seconds within which a wrong clock explains an expiry.
const JUST_NOW: i64 = 10;

/// Returns the likely mistake behind an invalid token. The token's claims may be read, although they
/// are not verified, because they only end up in the log.
pub(super) fn find(token: &str, problem: &InvalidToken, settings: &Settings) -> Option<Hint> {
    match problem {
        InvalidToken::Header(_) => of_header(token, settings),
        InvalidToken::Signature => Some(of_signature(token, settings)),
        InvalidToken::Claims(_) => of_claims(token),
        InvalidToken::Expired => of_expired(times_of(token, settings).0?),
        InvalidToken::NotYetValid => {
            let (_, until) = times_of(token, settings);
            Some(Hint::new(
                "token_not_yet_valid",
                format!("valid in {} s; a clock may be wrong", until?.max(0)),
            ))
        }
        InvalidToken::NotCompactJws => of_form(token),
        InvalidToken::NotAnAccessToken(_)
        | InvalidToken::Issuer { .. }
        | InvalidToken::Audience { .. }
        | InvalidToken::Inactive
        | InvalidToken::Stale(_) => None,
    }
}

/// Returns the mistake in a text that is almost a token.
fn of_form(token: &str) -> Option<Hint> {
    if token.contains('%') {
        let text = "the token is percent-encoded, as in a URL";
        Some(Hint::new("encoded_token", text))
    } else if token.contains(['=', '+', '/']) {
        let text = "the token has signs of base64 that base64url does not have";
        Some(Hint::new("encoded_token", text))
    } else if token.starts_with("eyJ") {
        let text = "the token begins like a JWT and does not have its three parts";
        Some(Hint::new("truncated_token", text))
    } else {
        None
    }
}

/// Returns the mistake behind a header that is not that of an access token.
fn of_header(token: &str, settings: &Settings) -> Option<Hint> {
    let algorithm = Payload::read_header(token)?.text("alg")?;
    let other_issuer = || {
        let found = Payload::read(token)?.text("iss")?;
        let is_other = !settings.accepts_issuer(&found);
        is_other.then(|| issuer::of_unsigned(&found, &settings.issuer))
    };
    if algorithm.eq_ignore_ascii_case("none") {
        let text = "the token is not signed at all, so anyone can have written it";
        Some(Hint::new("unsigned_token", text))
    } else if algorithm.starts_with("HS") {
        let text =
            "the token is signed with a shared secret, as own tokens and those of tutorials are";
        Some(Hint::new("symmetric_token", text))
    } else {
        other_issuer()
    }
}

/// Returns the mistake behind a signature that the verifier key has not made.
fn of_signature(token: &str, settings: &Settings) -> Hint {
    // Not for an emulator on this machine: its own tokens from before a rotation end here, too.
    if !settings.is_loopback_issuer && is_signed_by_published_key(token) {
        return Hint::new(
            "development_key_token",
            "a published development key signed the token, as the emulator and the test utilities do",
        );
    }
    let found = Payload::read(token).and_then(|payload| payload.text("iss"));
    if let Some(found) = found.filter(|found| !settings.accepts_issuer(found)) {
        return issuer::of_unsigned(&found, &settings.issuer);
    }
    let next_fetch = settings.next_key_fetch();
    if let Some(wait) = next_fetch.and_then(|next| next.checked_duration_since(Instant::now())) {
        let seconds = wait.as_secs_f64().ceil();
        return Hint::new(
            "key_fetch_is_paused",
            format!(
                "the token names this issuer; if the signing key was rotated just now, the next \
                 fetch of the verifier key may be made in {seconds:.0} s"
            ),
        );
    }
    if settings.is_key_fixed {
        let text = "the token names this issuer, and the verifier key was set with `.verifier_key(…)` or \
                    PROPELAUTH_VERIFIER_KEY, so that it is never fetched";
        return Hint::new("key_is_fixed", text);
    }
    let text =
        "the token names this issuer; it was changed, forged, or signed before the key was rotated";
    Hint::new("altered_token", text)
}

/// Returns `true` if a published development key signed the token. Verifying it costs as much as for
/// any other token, so this is done only for the log.
fn is_signed_by_published_key(token: &str) -> bool {
    DEV_PUBLIC_KEY_PEMS.iter().any(|pem| {
        VerifierKey::from_pem(pem).is_ok_and(|key| verify::signed_payload(token, &key).is_ok())
    })
}

/// Returns the kind of token whose claims are not those of an access token.
fn of_claims(token: &str) -> Option<Hint> {
    let payload = Payload::read(token)?;
    let is_id_token = ["nonce", "at_hash", "aud"]
        .iter()
        .any(|claim| payload.has(claim));
    (is_id_token && !payload.has("user_id")).then(|| {
        let text = "the token looks like an ID token of OpenID Connect";
        Hint::new("id_token", text)
    })
}

/// Returns the likely reason for an expiry some seconds ago.
fn of_expired(ago: i64) -> Option<Hint> {
    let text = format!("expired {} s ago", ago.max(0));
    Some(match ago {
        LONG_AGO.. => Hint::new("token_expired_long_ago", text),
        ..=JUST_NOW => Hint::new("token_expired_just_now", text),
        _ => Hint::new("token_expired", text),
    })
}
