//! What a URL and an API key must be before they are used.

use actix_web::http::header::HeaderValue;
use url::{Host, Url};

use super::{error::InitError, pasted_value::residue};
use crate::{access::is_loopback, secret::Secret};

/// Refuses a key that was copied in part or with something beside it.
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

/// Parses the auth URL: an origin.
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
        let reason = "it is none, and the API key is a URL: swap them";
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

/// Parses a URL to which keys are sent: encrypted, and of this machine only for the emulator.
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

/// Returns what may be shown of a URL in an error: not the password in it, and nothing of a text
/// that is no URL but an API key, as when the two were swapped.
pub(super) fn redact_url(text: &str) -> String {
    let origin = Url::parse(text.trim()).ok().map(|url| url.origin());
    match origin.filter(url::Origin::is_tuple) {
        Some(origin) => origin.ascii_serialization(),
        None if text.contains('.') && !text.contains(['@', ':']) => text.to_owned(),
        None => "(not shown: it may hold a key)".to_owned(),
    }
}

/// Returns what names the environment to the backend API.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Returns whether a URL leads to this machine, also by an address that only listeners have.
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
