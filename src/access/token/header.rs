//! Parsing of the `Authorization` header
//! ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
//!
//! These checks need no key and no JSON. They run before anything else, because any caller can send
//! any header.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use crate::access::denied::{Denied, MalformedHeader, Unauthorized};

/// The default maximum length of an access token, in bytes. Longer tokens are denied before any
/// cryptography.
pub(crate) const DEFAULT_MAX_TOKEN_LEN: usize = 16 * 1024;

/// The scheme and the space after it, as nearly every client writes them.
const SCHEME: &[u8] = b"Bearer ";

/// Returns the value of the `Authorization` header.
///
/// There must be exactly one. With two, a proxy and this application could each read another one
/// ([RFC 9110 §5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)).
///
/// # Errors
///
/// Returns [`Unauthorized::NoCredentials`] if there is no such header, and
/// [`MalformedHeader::MultipleHeaders`] if there is more than one.
pub(crate) fn authorization(headers: &HeaderMap) -> Result<&[u8], Unauthorized> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or(Unauthorized::NoCredentials)?;
    if values.next().is_some() {
        return Err(MalformedHeader::MultipleHeaders.into());
    }
    Ok(value.as_bytes())
}

/// Returns what follows `Bearer` and one space, without any other check.
///
/// This is enough to look the token up in the cache, which holds verified tokens only: text that is
/// not a token is not found there, and [`parse`] then names the mistake. This way, a request with a
/// cached token skips the checks of every byte.
pub(crate) fn raw_token(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(token)
}

/// Returns the value of an `Authorization` header with this token, or `None` if it is not one word of visible
/// ASCII without a comma.
pub(crate) fn with_scheme(token: &str) -> Option<String> {
    let is_word = token
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b',');
    is_word.then(|| format!("Bearer {token}"))
}

/// Returns the bearer token in the value of an `Authorization` header.
///
/// The scheme is case-insensitive and may be followed by any number of spaces
/// ([RFC 9110 §11.4](https://www.rfc-editor.org/rfc/rfc9110#section-11.4)). The token must be one
/// word of at most `max_token_len` bytes.
///
/// # Errors
///
/// Returns [`Denied::TokenTooLong`] if the token is longer, [`Unauthorized::NoCredentials`] if the
/// header has another scheme, and a [`MalformedHeader`] otherwise. A header that almost has the
/// scheme, such as one with a tab or a comma in place of the space, is malformed and not of another
/// scheme, so that even [`optional_user`](crate::PropelAuth::optional_user) denies it.
pub(crate) fn parse(value: &[u8], max_token_len: usize) -> Result<&str, Denied> {
    let value = str::from_utf8(value).map_err(|_| MalformedHeader::InvalidBytes)?;
    // HTTP allows bytes above 0x7f in header values; no token has any.
    if !all(value, |byte| {
        byte == b'\t' || byte.wrapping_sub(b' ') <= b'~' - b' '
    }) {
        return Err(MalformedHeader::InvalidBytes.into());
    }
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        let first_word = scheme.split([' ', '\t', ',']).next().unwrap_or_default();
        let is_bearer = first_word.eq_ignore_ascii_case("bearer") || first_word.is_empty();
        return Err(if is_bearer {
            MalformedHeader::NotOneToken.into()
        } else {
            Unauthorized::NoCredentials.into()
        });
    }
    let token = rest.trim_start_matches(' ');
    if !all(token, |byte| byte != b' ' && byte != b'\t' && byte != b',') {
        return Err(MalformedHeader::NotOneToken.into());
    }
    if token.len() > max_token_len {
        return Err(Denied::TokenTooLong {
            len: token.len(),
            max_token_len,
        });
    }
    Ok(token)
}

/// Returns `true` if every byte is allowed.
///
/// It reads the text to its end even after a byte that is not allowed. Without an early exit the
/// compiler checks 32 bytes at a time, which is faster for valid tokens.
fn all(text: &str, is_allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes()
        .fold(true, |so_far, byte| so_far & is_allowed(byte))
}

#[cfg(test)]
mod tests {
    use crate::access::denied::{Denied, MalformedHeader, Unauthorized};

    fn parse(value: &str) -> Result<&str, Denied> {
        super::parse(value.as_bytes(), 16)
    }

    #[test]
    fn the_scheme_is_case_insensitive_and_followed_by_any_number_of_spaces() {
        for value in ["Bearer x", "bearer x", "BEARER x", "bEaReR    x"] {
            assert_eq!(parse(value), Ok("x"), "{value:?}");
        }
    }

    #[test]
    fn a_token_that_is_not_one_word_is_malformed() {
        for value in [
            "Bearer\tx",
            "Bearer a b",
            "Bearer a, Bearer b",
            "Bearer a,b",
            "Bearer x ",
            "Bearer x\t",
            " Bearer x",
            "\tBearer x",
            "",
            "Bearer,x",
        ] {
            assert_eq!(
                parse(value),
                Err(MalformedHeader::NotOneToken.into()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn another_scheme_has_no_credentials() {
        for value in [
            "Basic dXNlcjpwdw==",
            "BearerX t",
            "Token t",
            "eyJhbGciOiJSUzI1NiJ9.e30.x",
        ] {
            assert_eq!(
                parse(value),
                Err(Unauthorized::NoCredentials.into()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn bytes_outside_ascii_are_malformed() {
        for value in [
            "Bearer é",
            "ééé€",
            "Beare\u{212a} x",
            "Bearer x\u{7f}",
            "Bearer x\0",
        ] {
            assert_eq!(
                parse(value),
                Err(MalformedHeader::InvalidBytes.into()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn an_empty_token_is_returned_and_one_beyond_the_maximum_length_is_rejected() {
        assert_eq!(parse("Bearer"), Ok(""));
        assert_eq!(parse("Bearer "), Ok(""));
        assert!(parse(&format!("Bearer {}", "x".repeat(16))).is_ok());
        assert_eq!(
            parse(&format!("Bearer {}", "x".repeat(17))),
            Err(Denied::TokenTooLong {
                len: 17,
                max_token_len: 16
            })
        );
    }
}
