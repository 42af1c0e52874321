//! A compact JWS in, verified claims out
//! ([RFC 7519 §7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2),
//! [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)).
//!
//! Header and claims are ours, because jsonwebtoken passes over `crit`, a missing `iss`, a second
//! claim of the same name and the very second in which a token expires.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    audience,
    claims::{Claims, Header},
    key::VerifierKey,
};
use crate::access::{denied::InvalidToken, settings::Settings};

/// The longest header that is looked at, in characters of base64url: 2 KiB of JSON. Those of
/// PropelAuth have 30 bytes, and 100 with a `kid`; the rest is room for a certificate, though none
/// is followed.
const MAX_HEADER_LEN: usize = 2731;

/// The most members, elements and escapes in a header: they, and not the bytes, are what takes
/// long to read. A certificate with its line breaks has 30.
const MAX_HEADER_PARTS: usize = 64;

/// The longest signature that is looked at, in characters of base64url: that of a key of 8192
/// bits, the largest that is accepted.
const MAX_SIGNATURE_LEN: usize = 1366;

/// Returns the claims of a token that this key signed, for this issuer and for this moment, and
/// for how long that holds.
pub(in crate::access) fn verify(
    token: &str,
    key: &VerifierKey,
    settings: &Settings,
) -> Result<(Claims, Validity), InvalidToken> {
    read_claims(&signed_payload(token, key)?, settings)
}

/// Returns the claims of a payload that is known to be signed, if they are for this issuer and
/// for this moment, and for how long that holds.
pub(in crate::access) fn read_claims(
    payload: &[u8],
    settings: &Settings,
) -> Result<(Claims, Validity), InvalidToken> {
    // Looked at as a whole, where serde_json would look at each string by itself.
    let payload =
        str::from_utf8(payload).map_err(|error| InvalidToken::Claims(error.to_string()))?;
    let claims: Claims =
        serde_json::from_str(payload).map_err(|error| InvalidToken::Claims(error.to_string()))?;
    check_claims(&claims, settings)?;
    let validity = Validity::new(&claims, settings.leeway.as_secs_f64());
    validity.check(settings.clock.unix_seconds())?;
    Ok((claims, validity))
}

/// Returns the payload of a token that this key signed, whatever it says.
pub(in crate::access) fn signed_payload(
    token: &str,
    key: &VerifierKey,
) -> Result<Vec<u8>, InvalidToken> {
    let jws = Jws::split(token)?;
    // Everything up to the signature is anybody's text: it must cost less than the signature.
    if jws.header.len() > MAX_HEADER_LEN {
        return Err(InvalidToken::Header(format!(
            "it is longer than {MAX_HEADER_LEN} characters"
        )));
    }
    check_header(&decode(jws.header)?)?;
    if jws.signature.len() > MAX_SIGNATURE_LEN {
        return Err(InvalidToken::Signature);
    }
    if !key.verifies(jws.signing_input.as_bytes(), &decode(jws.signature)?) {
        return Err(InvalidToken::Signature);
    }
    decode(jws.payload)
}

/// The time in which a token is valid, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(in crate::access) struct Validity {
    from: f64,
    until: f64,
}

impl Validity {
    fn new(claims: &Claims, leeway: f64) -> Self {
        Self {
            from: claims.nbf.map_or(f64::NEG_INFINITY, |nbf| nbf.0 - leeway),
            until: claims.exp.0 + leeway,
        }
    }

    /// Checks a time against it. RFC 7519 §4.1.4: not "on or after" the end.
    pub(in crate::access) fn check(&self, now: f64) -> Result<(), InvalidToken> {
        if now >= self.until {
            Err(InvalidToken::Expired)
        } else if now < self.from {
            Err(InvalidToken::NotYetValid)
        } else {
            Ok(())
        }
    }
}

/// A token in its three segments, none of them empty.
struct Jws<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    signing_input: &'a str,
}

impl<'a> Jws<'a> {
    fn split(token: &'a str) -> Result<Self, InvalidToken> {
        let (signing_input, signature) =
            token.rsplit_once('.').ok_or(InvalidToken::NotCompactJws)?;
        let (header, payload) = signing_input
            .split_once('.')
            .ok_or(InvalidToken::NotCompactJws)?;
        let has_empty = header.is_empty() || payload.is_empty() || signature.is_empty();
        if has_empty || payload.contains('.') {
            return Err(InvalidToken::NotCompactJws);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signing_input,
        })
    }
}

/// Decodes base64url without padding. The engine refuses trailing bits that are not zero, so
/// that no token has a second spelling.
fn decode(segment: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD
        .decode(segment)
        .map_err(|_| InvalidToken::NotCompactJws)
}

pub(in crate::access) fn check_header(json: &[u8]) -> Result<(), InvalidToken> {
    let json = str::from_utf8(json).map_err(|error| InvalidToken::Header(error.to_string()))?;
    let parts = json.bytes().filter(|byte| b",:[{\\".contains(byte));
    if parts.count() > MAX_HEADER_PARTS {
        return Err(InvalidToken::Header(format!(
            "it has more than {MAX_HEADER_PARTS} parts"
        )));
    }
    let header: Header =
        serde_json::from_str(json).map_err(|error| InvalidToken::Header(error.to_string()))?;
    let problem = if header.alg != "RS256" {
        format!(
            "its algorithm is {:?} and only RS256 is accepted",
            header.alg
        )
    } else if header
        .typ
        .as_deref()
        .is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT"))
    {
        format!(
            "its type is {:?} and not JWT",
            header.typ.unwrap_or_default()
        )
    } else if header.crit.is_some() {
        // RFC 7515 §4.1.11: whoever does not understand an extension must refuse. We know none.
        "it lists critical extensions".to_owned()
    } else if header.b64.is_some() || header.enc.is_some() || header.zip.is_some() {
        "it has members that change how the payload is read".to_owned()
    } else {
        return Ok(());
    };
    Err(InvalidToken::Header(problem))
}

fn check_claims(claims: &Claims, settings: &Settings) -> Result<(), InvalidToken> {
    if !settings.accepts_issuer(&claims.iss) {
        return Err(InvalidToken::Issuer {
            found: claims.iss.clone(),
            expected: settings.issuer.clone(),
        });
    }
    if let Some(expected) = &settings.audience {
        audience::check(claims.aud.as_ref().map(|aud| &aud.0), expected)?;
    }
    if claims.user_id.is_empty() {
        return Err(InvalidToken::Claims("user_id is empty".to_owned()));
    }
    Ok(())
}
