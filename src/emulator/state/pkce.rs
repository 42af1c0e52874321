//! Proof of possession of an authorization code (RFC 7636), with SHA-256 only: the method `plain` proves
//! nothing to those who see the authorization request.
//!
//! Known differences to PropelAuth: `pkce` in docs/differences.md.

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Returns `true` for what the method `S256` makes of a verifier: 43 characters, which are 32 bytes.
pub(crate) fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == 32)
}

/// Returns `true` for 43 to 128 unreserved characters (RFC 7636, 4.1).
pub(crate) fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Returns `true` if a challenge was made of a verifier.
pub(crate) fn matches(challenge: &str, verifier: &str) -> bool {
    let made = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    is_verifier(verifier) && verify_slices_are_equal(made.as_bytes(), challenge.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{is_challenge, is_verifier, matches};

    // The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_matches() {
        assert!(is_challenge(CHALLENGE) && is_verifier(VERIFIER));
        assert!(matches(CHALLENGE, VERIFIER));
        for (challenge, verifier) in [
            (CHALLENGE, CHALLENGE),
            (VERIFIER, VERIFIER),
            (CHALLENGE, &VERIFIER.to_lowercase()),
            (CHALLENGE, ""),
            ("", VERIFIER),
            ("", ""),
            (&format!("{CHALLENGE}="), VERIFIER),
        ] {
            assert!(!matches(challenge, verifier), "{challenge} {verifier}");
        }
    }

    #[test]
    fn lengths_and_alphabets_are_exact() {
        for (text, is_fit) in [
            ("a".repeat(42), false),
            ("a".repeat(43), true),
            ("-._~".repeat(32), true),
            ("a".repeat(129), false),
            (format!("{}+", "a".repeat(43)), false),
            (format!("{} ", "a".repeat(43)), false),
            ("é".repeat(43), false),
        ] {
            assert_eq!(is_verifier(&text), is_fit, "{text}");
        }
        for text in [
            "",
            "a",
            CHALLENGE.trim_end_matches('M'),
            &format!("{CHALLENGE}="),
            &format!("{CHALLENGE}A"),
            &CHALLENGE.replace('-', "+"),
            // The last two bits of 43 characters are not of the digest, and are zero.
            &CHALLENGE.replace("cM", "cN"),
        ] {
            assert!(!is_challenge(text), "{text}");
        }
        // A verifier of a short text would be guessed.
        let challenge = "ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs"; // of "a"
        assert!(is_challenge(challenge) && !matches(challenge, "a"));
    }
}
