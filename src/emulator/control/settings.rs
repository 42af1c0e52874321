//! Validation of builder settings, with a suggestion for each invalid one.

use url::Url;

use crate::words::secret::Secret;

/// Returns the reason if an issuer is invalid.
pub(crate) fn check_issuer(text: &str) -> Result<(), String> {
    // A URL with `@` can contain a password, so it is not repeated.
    let issuer = match text.contains('@') {
        true => "the issuer".to_owned(),
        false => format!("the issuer {text:?}"),
    };
    let is_web = |url: &Url| ["http", "https"].contains(&url.scheme()) && url.has_host();
    let Some(url) = Url::parse(text).ok().filter(is_web) else {
        let guess = match text.contains("://") {
            true => None,
            false => Url::parse(&format!("https://{text}")).ok(),
        };
        let origin = guess.map(|url| url.origin().ascii_serialization());
        let origin = origin.unwrap_or_else(|| "https://auth.localhost".to_owned());
        return Err(format!(
            "{issuer} is not an http or https URL: write {origin}, for example"
        ));
    };
    let origin = url.origin().ascii_serialization();
    if origin != text {
        return Err(format!(
            "{issuer} is not exactly a lower-case origin, which services compare it with: write \
             {origin}"
        ));
    }
    Ok(())
}

/// Returns the reason if no client can send an API key.
pub(crate) fn check_api_key(key: &Secret) -> Result<(), String> {
    let text = key.expose();
    if text.is_empty() {
        return Err("the integration API key is empty".to_owned());
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(
            "the integration API key has a character that cannot be sent in an `Authorization` \
             header: only visible ASCII characters are allowed, without spaces"
                .to_owned(),
        );
    }
    let is_quoted = |quote| text.starts_with(quote) && text.ends_with(quote);
    if is_quoted('"') || is_quoted('\'') {
        return Err("the integration API key has quotes around it: write it without".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check_api_key, check_issuer};

    #[test]
    fn an_issuer_is_an_origin() {
        for issuer in [
            "https://auth.localhost",
            "http://127.0.0.1:9100",
            "https://auth.example.com:8443",
            "http://[::1]:9100",
        ] {
            assert_eq!(check_issuer(issuer), Ok(()));
        }
        for (issuer, told) in [
            ("auth.localhost", "write https://auth.localhost,"),
            ("auth.localhost:9100", "write https://auth.localhost:9100,"),
            ("ftp://x", "not an http or https URL"),
            ("", "not an http or https URL"),
            (" ", "not an http or https URL"),
            ("https://", "not an http or https URL"),
            ("https://auth.localhost/", "write https://auth.localhost"),
            ("https://auth.localhost/x", "write https://auth.localhost"),
            ("https://auth.localhost?x", "write https://auth.localhost"),
            ("https://auth.localhost#x", "write https://auth.localhost"),
            ("https://auth.localhost:443", "write https://auth.localhost"),
            ("HTTPS://Auth.Localhost", "write https://auth.localhost"),
            (" https://auth.localhost", "write https://auth.localhost"),
            (
                "https://u:secret@auth.localhost",
                "write https://auth.localhost",
            ),
            ("u:secret@auth.localhost", "write https://auth.localhost"),
        ] {
            let why = check_issuer(issuer).unwrap_err();
            assert!(why.contains(told), "{issuer}: {why}");
            assert!(!why.contains("secret"), "{why}");
        }
    }

    #[test]
    fn invalid_api_keys_are_rejected() {
        assert_eq!(check_api_key(&"d0a1-_.~+/=".into()), Ok(()));
        for key in ["", " ", "a b", "a\n", "\"a\"", "'a'", "ключ", "\u{7f}"] {
            let why = check_api_key(&key.into()).unwrap_err();
            assert!(key.len() < 2 || !why.contains(key), "{why}");
        }
    }
}
