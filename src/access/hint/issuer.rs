//! The difference between the issuer of a token and that of the service.
//!
//! | token | service | hint |
//! |---|---|---|
//! | `https://a.com/` | `https://a.com` | `issuer_differs_by_slash` |
//! | `https://A.com` | `https://a.com` | `issuer_differs_by_case` |
//! | `http://a.com` | `https://a.com` | `issuer_differs_by_scheme` |
//! | `http://localhost:9100` | `http://127.0.0.1:9100` | `issuer_differs_by_loopback_name` |
//! | `https://a.com:443` | `https://a.com` | `issuer_differs_by_port` |
//! | `https://b.com` | `https://a.com` | `wrong_issuer` |
//!
//! These are of a token that the project's key has signed. Of any other token, the issuer is only a claim:
//!
//! | token | service | hint |
//! |---|---|---|
//! | a test environment | not a test environment | `test_token_in_production` |
//! | not a test environment | a test environment | `production_token_in_test` |
//! | any other | | `token_of_other_environment` |

use super::mistake::Hint;
use crate::access::token::loopback::is_same_loopback_origin;

/// The domain suffix of PropelAuth's test environments.
const TEST_DOMAIN: &str = ".propelauthtest.com";

/// The maximum number of characters of an unverified claim in the log.
const LONGEST_SHOWN: usize = 200;

/// Returns the difference between two issuers of which the project's key has signed one, so that the
/// configuration is wrong.
pub(super) fn of_signed(found: &str, expected: &str) -> Hint {
    let (code, text) = difference(found, expected);
    let shown = shown(found);
    Hint::new(
        code,
        format!(
            "{text}. The project's key signed it, so the configuration may be wrong: to accept such \
             tokens, call `.issuer({shown:?})`, set the environment variable PROPELAUTH_ISSUER to it, or \
             use it as the auth URL"
        ),
    )
}

/// Returns what the issuer of a token says that was not verified. It is only a claim.
pub(super) fn of_unsigned(found: &str, expected: &str) -> Hint {
    let shown = shown(found);
    let named = format!("the token names the issuer {shown:?}, and this is {expected:?}");
    match (is_test(found), is_test(expected)) {
        (true, false) => Hint::new(
            "test_token_in_production",
            format!("{named}; it is a token of a test environment"),
        ),
        (false, true) => Hint::new(
            "production_token_in_test",
            format!("{named}; this is a test environment, and the token is of another one"),
        ),
        _ => Hint::new("token_of_other_environment", named),
    }
}

fn shown(issuer: &str) -> String {
    issuer.chars().take(LONGEST_SHOWN).collect()
}

/// Returns `true` if an issuer is a test environment of PropelAuth.
fn is_test(issuer: &str) -> bool {
    issuer.trim_end_matches('/').ends_with(TEST_DOMAIN)
}

/// Describes the difference between two issuers that look alike. Issuers are compared byte by byte
/// ([RFC 7519 §4.1.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1)), so a slash at the end is
/// enough to deny every token, and hard to see in a log line.
fn difference(found: &str, expected: &str) -> (&'static str, &'static str) {
    let stripped = |text: &str| text.trim().trim_end_matches('/').to_ascii_lowercase();
    let without_scheme = |text: &str| {
        let text = stripped(text);
        let rest = text.split_once("://").map(|(_, rest)| rest.to_owned());
        rest.unwrap_or(text)
    };
    if found.trim_end_matches('/') == expected.trim_end_matches('/') {
        (
            "issuer_differs_by_slash",
            "they differ only in the slash at the end",
        )
    } else if stripped(found) == stripped(expected) {
        (
            "issuer_differs_by_case",
            "they differ only in case, spaces or the slash at the end",
        )
    } else if without_scheme(found) == without_scheme(expected) {
        ("issuer_differs_by_scheme", "they differ in the scheme")
    } else if is_same_loopback_origin(found, expected) {
        (
            "issuer_differs_by_loopback_name",
            "both are this machine, whose names are interchangeable only with `.emulator()`",
        )
    } else if is_default_port(found, expected) {
        (
            "issuer_differs_by_port",
            "they differ only in the default port",
        )
    } else {
        ("wrong_issuer", "they are different environments")
    }
}

/// Returns `true` if only one of the issuers spells out the default port of its scheme.
fn is_default_port(found: &str, expected: &str) -> bool {
    let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
    origin(found).is_some_and(|found| Some(found) == origin(expected))
}
