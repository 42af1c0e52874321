//! What a URL and an API key must be before they are used.

use actix_web::http::header::HeaderValue;
use url::{Host, Url};

use super::InitError;
use crate::secret::Secret;

/// Refuses a key that was copied in part or with something beside it.
pub(super) fn check_api_key(api_key: &Secret) -> Result<(), InitError> {
    if api_key.is_empty() {
        return Err(InitError::ApiKey("empty"));
    }
    let is_visible = api_key.expose().bytes().all(|byte| byte.is_ascii_graphic());
    if !is_visible || HeaderValue::from_str(api_key.expose()).is_err() {
        return Err(InitError::ApiKey("not one word of visible ASCII"));
    }
    Ok(())
}

/// Parses a URL to which keys are sent: encrypted, and of this machine only for the emulator.
pub(super) fn parse_url(text: &str, is_emulator: bool) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => "it does not start with https://".to_owned(),
        error => error.to_string(),
    })?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("its scheme is not https".to_owned());
    }
    let host = url.host().ok_or("it has no host")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password".to_owned());
    }
    if !is_emulator && url.scheme() == "http" {
        return Err(
            "http is not encrypted; for the emulator, say so with `.emulator()`".to_owned(),
        );
    }
    if !is_emulator && is_loopback(&host) {
        return Err(
            "it is on this machine; for the emulator, say so with `.emulator()`".to_owned(),
        );
    }
    Ok(url)
}

/// Returns what may be shown of a URL in an error: not the password in it, and nothing of a text
/// that is no URL but an API key, as when the two were swapped.
pub(super) fn shown(text: &str) -> String {
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

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(ip) => ip.is_loopback() || ip.is_unspecified(),
        Host::Ipv6(ip) => {
            let mapped = ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback());
            ip.is_loopback() || ip.is_unspecified() || mapped
        }
    }
}
