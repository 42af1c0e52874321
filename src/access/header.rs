//! The `Authorization` header: what a bearer token looks like before anyone looks inside.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use super::denied::{InvalidToken, MalformedHeader, Unauthorized};

/// The longest access token that is looked at, in bytes. Longer ones cost no cryptography.
pub(crate) const MAX_TOKEN_LEN: usize = 16 * 1024;

/// Returns the bearer token of a request.
///
/// There must be one `Authorization` header, and one only: with two, which one counts would
/// depend on who reads them ([RFC 9110 §5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<&str, Unauthorized> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or(Unauthorized::NoCredentials)?;
    if values.next().is_some() {
        return Err(MalformedHeader::Several.into());
    }
    let value = value.to_str().map_err(|_| MalformedHeader::NotText)?;
    parse(value)
}

/// Returns the bearer token in the value of an `Authorization` header.
///
/// The scheme may be written in any case and be followed by any number of spaces
/// ([RFC 9110 §11.4](https://www.rfc-editor.org/rfc/rfc9110#section-11.4)); the token must be
/// one word.
pub(crate) fn parse(value: &str) -> Result<&str, Unauthorized> {
    if !value
        .bytes()
        .all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte))
    {
        return Err(MalformedHeader::NotText.into());
    }
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        let first_word = scheme.split([' ', '\t', ',']).next().unwrap_or_default();
        return Err(
            if first_word.eq_ignore_ascii_case("bearer") || first_word.is_empty() {
                MalformedHeader::NotOneToken.into()
            } else {
                Unauthorized::NoCredentials
            },
        );
    }
    let token = rest.trim_start_matches(' ');
    if token.contains([' ', '\t', ',']) {
        return Err(MalformedHeader::NotOneToken.into());
    }
    if token.len() > MAX_TOKEN_LEN {
        return Err(InvalidToken::TooLong.into());
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::{MAX_TOKEN_LEN, parse};
    use crate::access::denied::{InvalidToken, MalformedHeader, Unauthorized};

    #[test]
    fn h02_h03_any_case_and_any_number_of_spaces() {
        for value in ["Bearer x", "bearer x", "BEARER x", "bEaReR    x"] {
            assert_eq!(parse(value), Ok("x"), "{value:?}");
        }
    }

    #[test]
    fn h04_h05_h06_what_is_not_one_word_is_malformed() {
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
    fn h09_another_scheme_is_no_bearer_token() {
        for value in [
            "Basic dXNlcjpwdw==",
            "BearerX t",
            "Token t",
            "eyJhbGciOiJSUzI1NiJ9.e30.x",
        ] {
            assert_eq!(parse(value), Err(Unauthorized::NoCredentials), "{value:?}");
        }
    }

    #[test]
    fn h10_bytes_outside_ascii_are_malformed() {
        for value in [
            "Bearer é",
            "ééé€",
            "Beare\u{212a} x",
            "Bearer x\u{7f}",
            "Bearer x\0",
        ] {
            assert_eq!(
                parse(value),
                Err(MalformedHeader::NotText.into()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn h08_h11_no_token_and_too_much_of_it() {
        assert_eq!(parse("Bearer"), Ok(""));
        assert_eq!(parse("Bearer "), Ok(""));
        assert!(parse(&format!("Bearer {}", "x".repeat(MAX_TOKEN_LEN))).is_ok());
        assert_eq!(
            parse(&format!("Bearer {}", "x".repeat(MAX_TOKEN_LEN + 1))),
            Err(InvalidToken::TooLong.into())
        );
    }
}
