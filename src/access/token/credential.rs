//! Recognition of credentials that are not access tokens, by their form alone.
//!
//! Nothing here decides anything: the text was rejected already, and its form makes the log helpful.

use crate::access::denied::{InvalidToken, UnexpectedCredential};

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
pub(in crate::access) fn unexpected_credential(token: &str) -> Option<UnexpectedCredential> {
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

/// Returns `true` if this is what programs and documentation write in place of a value.
pub(in crate::access) fn is_placeholder(text: &str) -> bool {
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
        || text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("your"))
}

/// Returns `true` if a text is three parts of base64url with dots between them.
pub(in crate::access) fn is_jwt(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.split('.').count() == 3
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(is_base64url))
}
