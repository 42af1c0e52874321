//! What a denied `Authorization` header shows of the mistake behind it: for the log only.
//!
//! Nothing here decides anything, and the caller sees none of it. Most denials during development have
//! one of a dozen causes, such as a token in quotes or one of the test environment, and the log names
//! the likely one. What takes longer, such as reading the claims of an unverified token, is done only if
//! the log is enabled at debug level.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    header,
    key::{DEV_PUBLIC_KEY_PEMS, VerifierKey},
    verify,
};
use crate::access::{
    denied::{Denied, InvalidToken, MalformedHeader, Unauthorized, UnexpectedCredential},
    settings::Settings,
};

/// The domain suffix of PropelAuth's test environments.
const TEST_DOMAIN: &str = ".propelauthtest.com";

/// The maximum number of characters of an unverified claim in the log.
const LONGEST_SHOWN: usize = 200;

/// Replaces "not three segments" by a more specific error, if the text is a credential of another kind.
pub(in crate::access) fn recognize(token: &str, problem: InvalidToken) -> InvalidToken {
    match problem {
        InvalidToken::NotCompactJws => unexpected_credential(token).map_or(problem, |unexpected| {
            InvalidToken::NotAnAccessToken(unexpected)
        }),
        problem => problem,
    }
}

/// Returns the kind of credential that a text is, by its form alone. The checks are ordered from the
/// most to the least specific.
fn unexpected_credential(token: &str) -> Option<UnexpectedCredential> {
    const SHORTEST_OPAQUE: usize = 16;
    // Longer text is not read to its end for a hint: any caller can send it.
    const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 32..=512;

    let is_key =
        KEY_LENGTHS.contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if token.is_empty() {
        Some(UnexpectedCredential::Nothing)
    } else if token.starts_with(['"', '\'']) || token.ends_with(['"', '\'']) {
        Some(UnexpectedCredential::Quoted)
    } else if is_placeholder(token) {
        Some(UnexpectedCredential::Placeholder)
    } else if is_key {
        Some(UnexpectedCredential::ApiKey)
    } else if !token.contains('.') && token.len() >= SHORTEST_OPAQUE {
        Some(UnexpectedCredential::OpaqueToken)
    } else if token.starts_with("eyJ") && token.split('.').count() == 5 {
        Some(UnexpectedCredential::EncryptedToken)
    } else {
        None
    }
}

/// Returns `true` if this is what programs and documentation write in place of a token.
fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "undefined",
        "null",
        "none",
        "nil",
        "nan",
        "false",
        "true",
        "token",
        "[object",
    ];
    let has_brackets = |open, close| text.starts_with(open) && text.ends_with(close);
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || has_brackets('<', '>')
        || has_brackets('{', '}')
        || has_brackets('[', ']')
        || text.starts_with('$')
        || text.to_ascii_lowercase().starts_with("your")
}

/// What a denied header shows of the mistake behind it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::access) enum Hint {
    /// The header is an access token, or something like one, without `Bearer`.
    NoScheme,
    /// The header has another scheme, such as `Basic`.
    OtherScheme,
    /// The header has `Bearer` twice.
    SchemeTwice,
    /// The client wrote an object in place of the token, which JavaScript turns into
    /// `[object Object]`.
    Object,
    /// The token names another issuer. Its signature was not verified, so this is only a claim.
    OtherEnvironment { found: String, expected: String },
    /// A published development key signed the token.
    DevelopmentKey,
    /// The token is an ID token of OpenID Connect, which is for the frontend and not for an API.
    IdToken,
    /// The token expired this many seconds ago.
    ExpiredFor(f64),
    /// The token becomes valid in this many seconds.
    ValidIn(f64),
}

impl Hint {
    /// Returns the likely mistake behind a denial, if the header shows one.
    pub(in crate::access) fn of(
        denied: &Denied,
        settings: &Settings,
        authorization: Option<&[u8]>,
    ) -> Option<Self> {
        let Denied::Unauthorized(denied) = denied else {
            return None;
        };
        let value = authorization?;
        match denied {
            Unauthorized::NoCredentials => Some(if is_token(value) {
                Self::NoScheme
            } else {
                Self::OtherScheme
            }),
            Unauthorized::MalformedHeader(MalformedHeader::NotOneToken) => {
                let rest = header::raw_token(value)?.trim_ascii();
                if header::raw_token(rest).is_some() {
                    Some(Self::SchemeTwice)
                } else {
                    rest.starts_with(b"[object").then_some(Self::Object)
                }
            }
            Unauthorized::MalformedHeader(_) => None,
            Unauthorized::InvalidToken(problem) => {
                let token = header::parse(value, settings.max_token_len).ok()?;
                Self::of_token(token, problem, settings)
            }
        }
    }

    /// Returns the likely mistake behind an invalid token. The token's claims may be read, although they
    /// are not verified, because they only end up in the log.
    fn of_token(token: &str, problem: &InvalidToken, settings: &Settings) -> Option<Self> {
        let payload = || Payload::read(token);
        let now = settings.clock.unix_seconds();
        match problem {
            // Not for an emulator on this machine: its own tokens from before a rotation end here, too.
            InvalidToken::Signature
                if !settings.is_loopback_issuer && is_signed_by_published_key(token) =>
            {
                Some(Self::DevelopmentKey)
            }
            InvalidToken::Signature | InvalidToken::Header(_) => {
                let found = payload()?.text("iss")?;
                let is_other = !settings.accepts_issuer(&found);
                is_other.then(|| Self::OtherEnvironment {
                    found: found.chars().take(LONGEST_SHOWN).collect(),
                    expected: settings.issuer.clone(),
                })
            }
            InvalidToken::Claims(_) => {
                let payload = payload()?;
                let is_id_token = ["nonce", "at_hash", "aud"]
                    .iter()
                    .any(|claim| payload.has(claim));
                (is_id_token && !payload.has("user_id")).then_some(Self::IdToken)
            }
            InvalidToken::Expired => payload()?
                .number("exp")
                .map(|exp| Self::ExpiredFor((now - exp).max(0.0))),
            InvalidToken::NotYetValid => payload()?
                .number("nbf")
                .map(|nbf| Self::ValidIn((nbf - now).max(0.0))),
            InvalidToken::NotCompactJws
            | InvalidToken::NotAnAccessToken(_)
            | InvalidToken::Issuer { .. }
            | InvalidToken::Audience { .. } => None,
        }
    }
}

/// Returns `true` if the whole value of a header is a JWT or an API key, without any scheme.
fn is_token(value: &[u8]) -> bool {
    let Ok(value) = str::from_utf8(value) else {
        return false;
    };
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_jwt = value.split('.').count() == 3
        && value
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(is_base64url));
    is_jwt || unexpected_credential(value) == Some(UnexpectedCredential::ApiKey)
}

/// Returns `true` if a published development key signed the token. Verifying it costs as much as for
/// any other token, so this is done only for the log.
fn is_signed_by_published_key(token: &str) -> bool {
    DEV_PUBLIC_KEY_PEMS.iter().any(|pem| {
        VerifierKey::from_pem(pem).is_ok_and(|key| verify::signed_payload(token, &key).is_ok())
    })
}

/// The unverified payload of a token.
struct Payload(serde_json::Map<String, serde_json::Value>);

impl Payload {
    /// Decodes the payload without any other check.
    fn read(token: &str) -> Option<Self> {
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        serde_json::from_slice(&payload).ok().map(Self)
    }

    /// Returns `true` if there is a claim of this name.
    fn has(&self, claim: &str) -> bool {
        self.0.contains_key(claim)
    }

    /// Returns a claim that is a string.
    fn text(&self, claim: &str) -> Option<String> {
        self.0.get(claim)?.as_str().map(str::to_owned)
    }

    /// Returns a claim that is a number.
    fn number(&self, claim: &str) -> Option<f64> {
        self.0.get(claim)?.as_f64()
    }
}

/// Claims are escaped, because any caller can have written them.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScheme => f.write_str(
                "the header is a token without its scheme; send `Authorization: Bearer <token>`",
            ),
            Self::OtherScheme => {
                f.write_str("the header has another scheme; send `Authorization: Bearer <token>`")
            }
            Self::SchemeTwice => f.write_str(
                "`Bearer` occurs twice; the client adds it to a text that has it already",
            ),
            Self::Object => f.write_str(
                "the client wrote an object in place of the token; in JavaScript, send its \
                 `accessToken`",
            ),
            Self::OtherEnvironment { found, expected } => {
                write!(
                    f,
                    "the token names the issuer {found:?}, and this is {expected:?}"
                )?;
                match (is_test(found), is_test(expected)) {
                    (true, false) => f.write_str("; it is a token of a test environment"),
                    (false, true) => {
                        f.write_str("; this is a test environment, and the token is of another one")
                    }
                    _ => f.write_str("; check that client and service use the same environment"),
                }
            }
            Self::DevelopmentKey => f.write_str(
                "a published development key signed the token, as the emulator and the test \
                 utilities do; such tokens are accepted only with `.emulator()`, on this machine",
            ),
            Self::IdToken => f.write_str(
                "the token looks like an ID token of OpenID Connect; send the access token",
            ),
            Self::ExpiredFor(seconds) => write!(
                f,
                "expired {} ago; the client has to refresh it, or a clock is wrong",
                Seconds(*seconds)
            ),
            Self::ValidIn(seconds) => {
                write!(f, "valid in {}; a clock may be wrong", Seconds(*seconds))
            }
        }
    }
}

/// Returns `true` if an issuer is a test environment of PropelAuth.
fn is_test(issuer: &str) -> bool {
    issuer.ends_with(TEST_DOMAIN)
}

/// A duration, displayed in whole seconds.
struct Seconds(f64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} s", self.0.ceil())
    }
}
