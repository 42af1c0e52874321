//! A token taken apart: what is in it, and each check of a verifier with its outcome.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::Value;

use super::verdict::{TokenVerdict, Verifier};
use crate::{
    Denied, InvalidToken, Unauthorized,
    emulator::state::{Store, ids::canonical},
    words::ids::UserId,
};

/// What is in a token, and what a service says about it. Returned by
/// [`explain_token`](crate::emulator::Emulator::explain_token).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TokenReport {
    /// The header, if it can be read.
    pub header: Option<Value>,
    /// The claims, if they can be read, whether or not the signature verifies.
    pub claims: Option<Value>,
    /// Each check, in the order in which a verifier makes it.
    pub checks: Vec<TokenCheck>,
    /// What this crate says about the token.
    pub verdict: TokenVerdict,
}

/// One check of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TokenCheck {
    /// The name of the check, such as `signature`.
    pub name: &'static str,
    /// Whether the token passes, or `None` if what comes before prevents the check.
    pub passes: Option<bool>,
    /// What is checked, and why.
    pub about: &'static str,
    /// What was found.
    pub found: String,
}

/// The header that every access token has, to verify claims by themselves.
const HEADER: &[u8] = br#"{"typ":"JWT","alg":"RS256"}"#;

/// Takes a token apart.
pub(super) fn report(store: &Store, token: &str) -> Result<TokenReport, String> {
    let verifier = Verifier::new(store)?;
    let mut segments = token.split('.').map(decoded);
    let (header, payload) = (segments.next().flatten(), segments.next().flatten());
    let parsed = |bytes: &Option<Vec<u8>>| serde_json::from_slice::<Value>(bytes.as_deref()?).ok();
    let (header, claims) = (parsed(&header), parsed(&payload));
    let denial = verifier.denial(token);
    let mut checks = checks_before_claims(header.as_ref(), denial.as_ref()).to_vec();
    // The same claims with the right header and signature show what is wrong with the claims alone.
    let signed = payload.map(|it| store.signing_key.sign_bytes(HEADER, &it));
    let signed = signed.transpose()?;
    let of_claims = signed.map(|signed| invalid(verifier.denial(&signed)));
    checks.extend(checks_of_claims(store, claims.as_ref(), of_claims));
    Ok(TokenReport {
        header,
        claims,
        checks,
        verdict: verifier.verdict(token),
    })
}

fn decoded(segment: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(segment).ok()
}

fn invalid(denied: Option<Denied>) -> Option<InvalidToken> {
    match denied {
        Some(Denied::Unauthorized(Unauthorized::InvalidToken(why))) => Some(why),
        _ => None,
    }
}

/// Returns the checks of the form, the header and the signature. A verifier that fails one makes no
/// further one.
fn checks_before_claims(header: Option<&Value>, denied: Option<&Denied>) -> [TokenCheck; 3] {
    let (failed, why) = match denied {
        None => (3, String::new()),
        Some(denied) => match denied {
            Denied::Unauthorized(Unauthorized::InvalidToken(invalid)) => match invalid {
                InvalidToken::Header(_) => (1, invalid.to_string()),
                InvalidToken::Signature => (2, invalid.to_string()),
                InvalidToken::NotAnAccessToken(_) | InvalidToken::NotCompactJws => {
                    (0, invalid.to_string())
                }
                _ => (3, String::new()),
            },
            other => (0, other.to_string()),
        },
    };
    let algorithm = header.and_then(|it| it.get("alg"));
    let algorithm = algorithm.map_or_else(String::new, |it| format!("the algorithm is {it}"));
    let check = |place: u8, name, about, fine: String| TokenCheck {
        name,
        about,
        passes: (place <= failed).then_some(place < failed),
        found: match place.cmp(&failed) {
            std::cmp::Ordering::Less => fine,
            std::cmp::Ordering::Equal => why.clone(),
            std::cmp::Ordering::Greater => "not reached".to_owned(),
        },
    };
    [
        check(
            0,
            "form",
            "Three parts of base64url with dots between them, in a header of its own (RFC 7515, 7.1).",
            "three parts".to_owned(),
        ),
        check(
            1,
            "header",
            "The algorithm is RS256, whatever else the token asks for, and there is no critical extension (RFC 8725, 3.1).",
            algorithm,
        ),
        check(
            2,
            "signature",
            "The project's key signed header and claims, so that they are as they were issued.",
            "made with the signing key in use".to_owned(),
        ),
    ]
}

/// Returns the checks of the claims, each by itself. `denied` is what is wrong with them in a token that is
/// signed, or `None` if there are none.
fn checks_of_claims(
    store: &Store,
    claims: Option<&Value>,
    denied: Option<Option<InvalidToken>>,
) -> Vec<TokenCheck> {
    let read = denied.is_some();
    let mistake = denied.flatten().and_then(|invalid| match invalid {
        InvalidToken::Claims(why) => Some(why),
        _ => None,
    });
    let claim = |name: &str| claims.and_then(|claims| claims.get(name));
    let now = store.now();
    let time = |name: &str| claim(name).and_then(Value::as_f64);
    let (expected, issuer) = (store.project.issuer.as_str(), claim("iss"));
    #[allow(clippy::cast_precision_loss)] // seconds of this age
    let distance = |at: f64| at - now as f64;
    let user_id = claim("user_id").and_then(Value::as_str);
    let user = user_id.and_then(|id| store.users.get(&canonical::<UserId>(id)));
    let missing = || "there is none".to_owned();
    vec![
        TokenCheck {
            name: "claims",
            about: "The claims are one JSON object without duplicates, with `exp`, `iss`, `user_id` and `email` of the right types, and each membership under its own id.",
            passes: read.then_some(mistake.is_none()),
            found: match (read, mistake) {
                (false, _) => "they cannot be read".to_owned(),
                (true, Some(why)) => why,
                (true, None) => "complete".to_owned(),
            },
        },
        TokenCheck {
            name: "issuer",
            about: "`iss` is the auth URL that the service expects, so that tokens of another environment are refused.",
            passes: claims.map(|_| issuer.and_then(Value::as_str) == Some(expected)),
            found: issuer.map_or_else(missing, |it| format!("{it}, expected {expected:?}")),
        },
        TokenCheck {
            name: "expiry",
            about: "`exp` is in the future. Services may allow a leeway for clocks that differ.",
            passes: claims.map(|_| time("exp").is_some_and(|exp| distance(exp) > 0.0)),
            found: match time("exp") {
                None => missing(),
                Some(exp) if distance(exp) > 0.0 => format!("expires in {} seconds", distance(exp)),
                Some(exp) => format!("expired {} seconds ago", -distance(exp)),
            },
        },
        TokenCheck {
            name: "not_before",
            about: "`nbf`, if there is one, is not in the future.",
            passes: claims.map(|_| match claim("nbf") {
                None => true,
                Some(_) => time("nbf").is_some_and(|nbf| distance(nbf) <= 0.0),
            }),
            found: match time("nbf") {
                None => missing(),
                Some(nbf) if distance(nbf) > 0.0 => format!("valid in {} seconds", distance(nbf)),
                Some(_) => "valid already".to_owned(),
            },
        },
        TokenCheck {
            name: "user",
            about: "The user exists and may log in. No verifier can see this in a token: it holds until the token expires, unless the service asks or is told.",
            passes: claims
                .map(|_| user.is_some_and(|user| user.metadata.enabled && !user.metadata.locked)),
            found: match user {
                None => "there is no such user here".to_owned(),
                Some(user) if !user.metadata.enabled => "the user is disabled".to_owned(),
                Some(user) if user.metadata.locked => "the user is locked".to_owned(),
                Some(user) => user.metadata.email.clone(),
            },
        },
    ]
}
