//! Verification of a compact JWS
//! ([RFC 7519 §7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2),
//! [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)).
//!
//! The order of the checks keeps forged tokens cheap: lengths first, then the header, then the
//! signature, and only then the claims, which may be large. Text is never parsed as claims before
//! its signature is verified.
//!
//! The header and the claims are read here and not with jsonwebtoken, which ignores `crit`, a
//! missing `iss` and a duplicate claim, and accepts a token in the second in which it expires.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    audience,
    claims::{Claims, Header},
    key::VerifierKey,
};
use crate::access::{denied::InvalidToken, settings::Settings};

/// The maximum length of a header, in characters of base64url: 2 KiB of JSON. PropelAuth's headers
/// have 30 bytes, and 100 with a `kid`. The rest is room for a certificate (`x5c`), which is
/// accepted and ignored.
const MAX_HEADER_LEN: usize = 2731;

/// The maximum number of members, elements and escapes in a header. They, and not its bytes, make
/// JSON slow to parse. A certificate with its line breaks has 30.
const MAX_HEADER_PARTS: usize = 64;

/// The maximum length of a signature, in characters of base64url: the one of an 8192-bit key, the
/// largest key that is accepted.
const MAX_SIGNATURE_LEN: usize = 1366;

/// Verifies a token with a key, and returns its claims and the time in which they are valid.
///
/// The validity is returned because the cache checks it again for every request.
///
/// # Errors
///
/// Returns the first [`InvalidToken`] found, in the order of the module's documentation.
pub(in crate::access) fn verify(
    token: &str,
    key: &VerifierKey,
    settings: &Settings,
) -> Result<(Claims, Validity), InvalidToken> {
    read_claims(&signed_payload(token, key)?, settings)
}

/// Returns the claims of a payload whose signature was verified, if they are valid for this issuer
/// and audience at this time.
pub(in crate::access) fn read_claims(
    payload: &[u8],
    settings: &Settings,
) -> Result<(Claims, Validity), InvalidToken> {
    // One pass over the whole payload. From bytes, serde_json would check each string separately.
    let payload =
        str::from_utf8(payload).map_err(|error| InvalidToken::Claims(error.to_string()))?;
    let claims: Claims =
        serde_json::from_str(payload).map_err(|error| InvalidToken::Claims(error.to_string()))?;
    check_claims(&claims, settings)?;
    let validity = Validity::new(&claims, settings.leeway.as_secs_f64());
    validity.check(settings.clock.unix_seconds())?;
    Ok((claims, validity))
}

/// Returns the payload of a token if the key signed it, without reading it.
pub(in crate::access) fn signed_payload(
    token: &str,
    key: &VerifierKey,
) -> Result<Vec<u8>, InvalidToken> {
    let jws = Jws::split(token)?;
    // Until the signature is verified, the text may come from any caller. Reading it must cost less
    // than verifying the signature does, or long headers would be a way to waste time.
    if jws.header.len() > MAX_HEADER_LEN {
        return Err(InvalidToken::Header(format!(
            "longer than {MAX_HEADER_LEN} characters"
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

/// The time in which a token is valid, as Unix timestamps in seconds, with the leeway applied.
///
/// The timestamps are `f64` because the JWT's are: a `NumericDate` may have a fraction
/// ([RFC 7519 §2](https://www.rfc-editor.org/rfc/rfc7519#section-2)).
#[derive(Clone, Copy, Debug)]
pub(in crate::access) struct Validity {
    from: f64,
    until: f64,
}

impl Validity {
    /// Creates the validity of claims. A token without `nbf` has always been valid.
    fn new(claims: &Claims, leeway: f64) -> Self {
        Self {
            from: claims.nbf.map_or(f64::NEG_INFINITY, |nbf| nbf.0 - leeway),
            until: claims.exp.0 + leeway,
        }
    }

    /// Checks that a time is within the validity. The end is exclusive: a token must not be accepted
    /// "on or after" its `exp`
    /// ([RFC 7519 §4.1.4](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4)).
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

/// A token, split into its three non-empty segments.
struct Jws<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    signing_input: &'a str,
}

impl<'a> Jws<'a> {
    /// Splits a token without decoding or copying it. Five segments, as of an encrypted token, are an
    /// error like any other number.
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

/// Decodes base64url without padding. The engine rejects trailing bits that are not zero, so every
/// token has exactly one spelling, and a changed token is never accepted as the original.
fn decode(segment: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD
        .decode(segment)
        .map_err(|_| InvalidToken::NotCompactJws)
}

/// Checks the header of a token, which is not signed for yet.
///
/// Only RS256 is accepted
/// ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)), and nothing in the header
/// chooses a key.
pub(in crate::access) fn check_header(json: &[u8]) -> Result<(), InvalidToken> {
    let json = str::from_utf8(json).map_err(|error| InvalidToken::Header(error.to_string()))?;
    let parts = json.bytes().filter(|byte| b",:[{\\".contains(byte));
    if parts.count() > MAX_HEADER_PARTS {
        return Err(InvalidToken::Header(format!(
            "more than {MAX_HEADER_PARTS} parts"
        )));
    }
    let header: Header =
        serde_json::from_str(json).map_err(|error| InvalidToken::Header(error.to_string()))?;
    let problem = if header.alg != "RS256" {
        format!(
            "the algorithm is {:?}, and only RS256 is accepted",
            header.alg
        )
    } else if header
        .typ
        .as_deref()
        .is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT"))
    {
        format!(
            "the type is {:?}, expected JWT",
            header.typ.unwrap_or_default()
        )
    } else if header.crit.is_some() {
        // RFC 7515 §4.1.11: a token with a critical extension that the recipient does not understand
        // is invalid. This crate understands none.
        "critical extensions are not supported".to_owned()
    } else if header.b64.is_some() || header.enc.is_some() || header.zip.is_some() {
        "members that change how the payload is read are not supported".to_owned()
    } else {
        return Ok(());
    };
    Err(InvalidToken::Header(problem))
}

/// Checks the issuer, the audience if one is configured, and that the token names a user.
///
/// An empty user id would be equal to that of another broken token, and applications look up their
/// own data by it.
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
