//! Checks of the issuer, and a warning about unusual ones.
//!
//! An issuer is compared byte for byte (RFC 7519 §4.1.1 leaves no other choice), so one that is written a
//! little differently rejects every token. That cannot be an error, since an environment may have any
//! issuer, but it is worth a warning at start.

use url::Url;

use super::{error::InitError, pasted_value::residue};

/// Returns an error if no token can name this issuer.
pub(super) fn check_issuer(issuer: &str) -> Result<(), InitError> {
    let problem = if issuer.trim().is_empty() {
        "empty"
    } else if issuer.trim() != issuer {
        "surrounded by whitespace, which no issuer has: remove it"
    } else if let Some(residue) = residue(issuer) {
        residue
    } else if issuer.contains(char::is_control) {
        "interspersed with control characters"
    } else {
        return Ok(());
    };
    Err(InitError::Issuer(problem))
}

/// Logs a warning if the issuer is not an origin as PropelAuth writes them.
pub(super) fn warn_of_odd_issuer(issuer: &str) {
    if let Some(usual) = usual_form(issuer) {
        tracing::warn!(
            "the issuer {issuer:?} is compared byte for byte, and PropelAuth's issuers are origins: if \
             every token is rejected because of its issuer, write `.issuer({usual:?})` or leave \
             `.issuer(…)` and PROPELAUTH_ISSUER out"
        );
    }
}

/// Returns how PropelAuth would write an issuer, if that differs.
pub(crate) fn usual_form(issuer: &str) -> Option<String> {
    let with_scheme = format!("https://{issuer}");
    // `auth.example.com:443` is a URL whose scheme is `auth.example.com`.
    let text = if issuer.contains("://") {
        issuer
    } else {
        &with_scheme
    };
    let url = Url::parse(text).ok()?;
    let origin = url.origin();
    if !origin.is_tuple() {
        return None;
    }
    let usual = origin.ascii_serialization();
    (usual != issuer).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::usual_form;

    #[test]
    fn an_issuer_that_is_no_origin_has_a_usual_form() {
        let usual = "https://auth.example.com";
        for odd in [
            "https://auth.example.com/",
            "https://auth.example.com//",
            "https://auth.example.com:443",
            "https://AUTH.example.com",
            "HTTPS://auth.example.com",
            "https://auth.example.com/path?query#fragment",
            "auth.example.com",
            "auth.example.com:443",
            "https://user@auth.example.com",
        ] {
            assert_eq!(usual_form(odd).as_deref(), Some(usual), "{odd}");
        }
        for plain in [
            usual,
            "http://localhost:9100",
            "https://auth.example.com:8443",
            "https://1581439057.propelauthtest.com",
        ] {
            assert_eq!(usual_form(plain), None, "{plain}");
        }
    }
}
