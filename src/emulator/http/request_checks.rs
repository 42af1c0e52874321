//! Checks of the `Host` and `Authorization` headers, with messages for the developer who sent the
//! request.

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, HOST},
};

use crate::words::secret::Secret;

/// Returns an error message if a request does not have the integration API key.
pub(crate) fn check_api_key(request: &HttpRequest, key: &Secret) -> Result<(), &'static str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Err(
            "no Authorization header was sent: the emulator requires `Authorization: Bearer` and \
             its integration API key, which is what PROPELAUTH_API_KEY holds",
        );
    };
    if values.next().is_some() {
        return Err("more than one Authorization header was sent");
    }
    let Ok(value) = value.to_str() else {
        return Err("the Authorization header has characters that no integration API key has");
    };
    let (scheme, given) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(
            "the Authorization header does not begin with `Bearer`: write `Authorization: \
             Bearer` and the integration API key after it",
        );
    }
    if given == key.expose() {
        return Ok(());
    }
    Err(match given {
        "" => "there is no integration API key after `Bearer` in the Authorization header",
        _ if given.starts_with(' ') => {
            "there is more than one space after `Bearer` in the Authorization header"
        }
        _ if given.contains(['"', '\'']) => {
            "the integration API key was sent with quotes: leave them out"
        }
        _ if given.contains(' ') => {
            "there is more than one word after `Bearer` in the Authorization header"
        }
        "undefined" | "null" | "None" => {
            "the name of a missing value was sent as integration API key: the variable that it \
             is read from is not set"
        }
        _ if given.starts_with("eyJ") && given.split('.').count() == 3 => {
            "a user's access token was sent where the integration API key belongs"
        }
        _ => {
            "the integration API key is not this emulator's: it may be of another environment, \
             or of an emulator that was started with another key"
        }
    })
}

/// The host of PropelAuth's backend API.
pub(crate) const BACKEND_API_HOST: &str = "propelauth-api.com";

/// The host names that the emulator accepts. SDKs with a hard-coded host send the last one, through
/// a proxy or a changed name resolution; it belongs to PropelAuth.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", BACKEND_API_HOST];

/// Returns an error message if the host of a request is not the emulator's.
///
/// This prevents DNS rebinding: a web page can make its own name resolve to loopback, but its
/// requests still carry that name.
pub(crate) fn check_host(request: &HttpRequest) -> Result<(), String> {
    const OWN: &str = "the emulator accepts requests for localhost only, so that no web page can reach it \
                       by a name that resolves to this machine";
    let names = NAMES.join(", ");
    let by_header = request
        .headers()
        .get_all(HOST)
        .map(|host| host.to_str().ok());
    let by_target = request.uri().authority().map(|it| Some(it.as_str()));
    let mut hosts = by_header.chain(by_target).peekable();
    if hosts.peek().is_none() {
        return Err(format!("no Host header was sent; {OWN}: {names}"));
    }
    let is_own = |host: &str| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        NAMES.iter().any(|own| name.eq_ignore_ascii_case(own))
    };
    match hosts.find(|host| !host.is_some_and(is_own)) {
        None => Ok(()),
        Some(host) => {
            let host: String = host.unwrap_or_default().chars().take(100).collect();
            Err(format!(
                "the Host header {host:?} is none of {names}; {OWN}"
            ))
        }
    }
}
