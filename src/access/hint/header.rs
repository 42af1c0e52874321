//! Mistakes in the form of the `Authorization` header.
//!
//! | the header | hint |
//! |---|---|
//! | `eyJ….eyJ….…` | `missing_bearer` |
//! | `0123456789abcdef…` | `token_is_api_key` |
//! | `undefined`, `Bearer your token` | `token_is_placeholder` |
//! | `"Bearer eyJ…"` | `token_in_quotes` |
//! | `Basic dXNlcjpwdw==` | `basic_credentials` |
//! | `Token eyJ…` | `other_scheme` |
//! | `Baerer eyJ…`, `Bearer: eyJ…` | `misspelled_bearer` |
//! | `Authorization: Bearer eyJ…` | `header_name_in_value` |
//! | `Bearer Bearer eyJ…` | `bearer_twice` |
//! | `Bearer [object Object]`, `Bearer {"accessToken": …}` | `token_is_object` |
//! | `Bearer eyJ…, Bearer eyJ…` | `joined_headers` |
//! | `Bearer eyJ… ` | `token_with_whitespace` |
//!
//! The value is never logged, and neither is an unknown scheme: the first word may be the secret.

use super::mistake::Hint;
use crate::access::{
    denied::UnexpectedCredential,
    token::{
        credential::{is_jwt, is_placeholder, unexpected_credential},
        header::raw_token,
    },
};

/// Schemes that clients write in place of `Bearer`. Only a word of this list is logged, as any other
/// first word may be the secret itself.
const SCHEMES: [&str; 14] = [
    "Token",
    "JWT",
    "ApiKey",
    "Api-Key",
    "Key",
    "OAuth",
    "OAuth2",
    "Digest",
    "Negotiate",
    "NTLM",
    "DPoP",
    "HMAC",
    "AWS4-HMAC-SHA256",
    "PropelAuth",
];

/// Returns the mistake in a header with another scheme, or without any.
pub(super) fn of_other_scheme(value: &[u8]) -> Hint {
    let text = String::from_utf8_lossy(value);
    let text = text.trim();
    let first = text.split([' ', '\t']).next().unwrap_or_default();
    let is = |word: &str| first.eq_ignore_ascii_case(word);
    if text.starts_with(['"', '\'', '`']) {
        Hint::new("token_in_quotes", "the header is in quotes")
    } else if is_jwt(text) {
        Hint::new("missing_bearer", "the header is a token without its scheme")
    } else if unexpected_credential(text) == Some(UnexpectedCredential::ApiKey) {
        Hint::new(
            "token_is_api_key",
            "the header looks like an API key; it is a token without its scheme",
        )
    } else if is_placeholder(text) {
        Hint::new("token_is_placeholder", "the header is a placeholder")
    } else if is("Basic") {
        Hint::new(
            "basic_credentials",
            "the header has another scheme, `Basic`, with a user name and a password",
        )
    } else if is("Authorization:") || is("Authorization") {
        Hint::new(
            "header_name_in_value",
            "the value of the header begins with the name of the header",
        )
    } else if let Some(scheme) = SCHEMES
        .iter()
        .find(|scheme| is(scheme) || is(&format!("{scheme}:")))
    {
        Hint::new(
            "other_scheme",
            format!("the header has another scheme, `{scheme}`"),
        )
    } else if is_like_bearer(first) {
        Hint::new("misspelled_bearer", "`Bearer` is misspelled")
    } else {
        Hint::new("other_scheme", "the header has another scheme")
    }
}

/// Returns the mistake in a header that is malformed.
pub(super) fn of_malformed(value: &[u8]) -> Option<Hint> {
    let rest = raw_token(value)?;
    if raw_token(rest.trim_ascii()).is_some() {
        return Some(Hint::new("bearer_twice", "`Bearer` occurs twice"));
    }
    of_words(rest).or_else(|| {
        let is_list = rest.contains(&b',');
        is_list.then(|| {
            Hint::new(
                "joined_headers",
                "a comma follows the token, as where two headers were joined",
            )
        })
    })
}

/// Returns the mistake in a token in another place that is malformed, by what the header would be.
pub(super) fn of_malformed_elsewhere(value: &[u8]) -> Option<Hint> {
    let rest = raw_token(value)?;
    if raw_token(rest.trim_ascii()).is_some() {
        let text = "the text begins with `Bearer`, which only the header has";
        return Some(Hint::new("scheme_in_token", text));
    }
    of_words(rest)
}

/// Returns the mistake in what should be one word.
fn of_words(rest: &[u8]) -> Option<Hint> {
    const SMART_QUOTES: [char; 4] = ['“', '”', '‘', '’'];

    let trimmed = rest.trim_ascii();
    let text = String::from_utf8_lossy(trimmed);
    if text.starts_with("[object") || text.starts_with('{') {
        Some(Hint::new(
            "token_is_object",
            "the client wrote an object in place of the token",
        ))
    } else if text.contains(SMART_QUOTES) || text.starts_with(['"', '\'']) {
        Some(Hint::new("token_in_quotes", "the token is in quotes"))
    } else if text.split([' ', '\t']).count() == 1 && trimmed.len() < rest.len() {
        Some(Hint::new(
            "token_with_whitespace",
            "whitespace follows the token, such as the end of a line in a file",
        ))
    } else if is_placeholder(&text) {
        Some(Hint::new(
            "token_is_placeholder",
            "the token is a placeholder",
        ))
    } else {
        None
    }
}

/// Returns `true` if a word is `Bearer` with one sign too many, or with up to two letters wrong.
fn is_like_bearer(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    if word.starts_with("bearer") {
        return true;
    }
    word.len() <= 8 && crate::words::edit_distance::edit_distance(&word, "bearer") <= 2
}
