//! Checks of the URLs and the API key.
//!
//! A developer copies these values from a dashboard into a file, and pastes the wrong one or half of one.
//! Each usual mistake has a sentence of its own here, because the alternative is a 401 from PropelAuth
//! that fits all of them.

use actix_web::http::header::HeaderValue;
use url::{Host, Url};

use super::{error::InitError, pasted_value::residue};
use crate::{access::is_loopback, words::secret::Secret};

/// Returns an error if the API key is visibly not one: empty, a URL, a token, or copied with something
/// around it.
///
/// The form of a key is not documented, so any word of visible ASCII passes.
pub(super) fn check_api_key(api_key: &Secret) -> Result<(), InitError> {
    let text = api_key.expose();
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    let starts_with = |start: &str| {
        text.get(..start.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(start))
    };
    let problem = if api_key.is_empty() {
        "empty"
    } else if let Some(residue) = residue(text) {
        residue
    } else if is_url(text) {
        "a URL; are the auth URL and the API key swapped?"
    } else if text.contains("-----BEGIN") {
        "a PEM, as the verifier key is"
    } else if starts_with("Bearer ") || starts_with("Authorization:") {
        "preceded by the scheme `Bearer`, which is added to it anyway: write the key alone"
    } else if text.starts_with("eyJ") && text.split('.').count() == 3 {
        "a JWT, such as an access token of a user"
    } else if !is_visible || HeaderValue::from_str(text).is_err() {
        "not one word of visible ASCII"
    } else {
        return Ok(());
    };
    Err(InitError::ApiKey(problem))
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Parses the auth URL, which must be an origin.
///
/// A path is an error rather than ignored: it usually comes from a copied login page, and the issuer that
/// is derived from the URL would not be the one that the developer sees in it.
pub(super) fn check_auth_url(
    text: &str,
    api_key: &Secret,
    is_emulator: bool,
) -> Result<Url, InitError> {
    let error = |reason| InitError::AuthUrl {
        url: redact_url(text),
        reason,
    };
    if !text.contains("://") && is_url(api_key.expose().trim()) {
        let reason = "it is not a URL, but the API key is a URL: swap them";
        return Err(error(reason.to_owned()));
    }
    let url = parse_url(text, is_emulator).map_err(error)?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        let origin = url.origin().ascii_serialization();
        return Err(error(format!(
            "it has a path, query or fragment: write {origin}"
        )));
    }
    Ok(url)
}

/// Parses a URL that keys are sent to. Without `is_emulator`, it must be `https` and on another host.
///
/// A service in production with a loopback URL would take whatever listens on that port for PropelAuth.
pub(super) fn parse_url(text: &str, is_emulator: bool) -> Result<Url, String> {
    if let Some(residue) = residue(text) {
        return Err(format!("it is {residue}"));
    }
    let url = Url::parse(text.trim()).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => "it does not start with https://".to_owned(),
        error => error.to_string(),
    })?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("its scheme is not https".to_owned());
    }
    if !url.has_host() {
        return Err("it has no host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password".to_owned());
    }
    if url.port() == Some(0) {
        return Err("nothing can listen on port 0".to_owned());
    }
    if !is_emulator && url.scheme() == "http" {
        return Err(
            "http is not encrypted; for the emulator, say so with `.emulator()`".to_owned(),
        );
    }
    if !is_emulator && is_this_machine(&url) {
        return Err(
            "it is on this machine; for the emulator, say so with `.emulator()`".to_owned(),
        );
    }
    Ok(url)
}

/// Returns the part of a URL that an error may show: not its password, and nothing of a text that may be
/// an API key, as when URL and key were swapped.
pub(super) fn redact_url(text: &str) -> String {
    let origin = Url::parse(text.trim()).ok().map(|url| url.origin());
    match origin.filter(url::Origin::is_tuple) {
        Some(origin) => origin.ascii_serialization(),
        None if text.contains('.') && !text.contains(['@', ':']) => text.to_owned(),
        None => "(not shown: it may hold a key)".to_owned(),
    }
}

/// Returns the host and port that select the environment in the backend API.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Returns `true` if a URL leads to this machine, including the unspecified addresses (`0.0.0.0`, `::`),
/// which connect to it as well.
fn is_this_machine(url: &Url) -> bool {
    let is_unspecified = match url.host() {
        Some(Host::Domain(name)) => return is_loopback(url) || name.contains("localhost.."),
        Some(Host::Ipv4(ip)) => ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => {
            ip.is_unspecified() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_unspecified())
        }
        None => false,
    };
    is_unspecified || is_loopback(url)
}
