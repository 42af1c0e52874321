//! Checks of the `Host` and `Authorization` headers, with messages for the developer who sent the
//! request.
//!
//! Known differences to PropelAuth: `loopback` in docs/differences.md.

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, HOST},
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{emulator::http::exposure::Exposure, words::secret::Secret};

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
    if is_key(given, key) {
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

/// Returns `true` if a text is the key. Others may measure how long this takes.
fn is_key(given: &str, key: &Secret) -> bool {
    verify_slices_are_equal(given.as_bytes(), key.expose().as_bytes()).is_ok()
}

/// Returns an error message if a request for the emulator itself does not have the key, which it needs if
/// others can reach the emulator. A browser asks its user for it, as the password of any user.
pub(super) fn check_control_key(request: &HttpRequest, key: &Secret) -> Result<(), &'static str> {
    if basic_password(request).is_some_and(|given| is_key(&given, key)) {
        return Ok(());
    }
    check_api_key(request, key)
}

fn basic_password(request: &HttpRequest) -> Option<String> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (_, password) = decoded.split_once(':')?;
    Some(password.to_owned())
}

/// The host of PropelAuth's backend API.
pub(crate) const BACKEND_API_HOST: &str = "propelauth-api.com";

/// The host names that the emulator accepts. SDKs with a hard-coded host send the last one, through
/// a proxy or a changed name resolution; it belongs to PropelAuth.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", BACKEND_API_HOST];

/// Returns an error message if the host of a request is not the emulator's: a name of this machine, or one that
/// an exposed emulator was given.
///
/// This prevents DNS rebinding: a web page can make its own name resolve to loopback, but its
/// requests still carry that name.
pub(crate) fn check_host(request: &HttpRequest, exposure: Option<&Exposure>) -> Result<(), String> {
    let own = match exposure {
        None => {
            "the emulator accepts requests for localhost only, so that no web page can reach it \
             by a name that resolves to this machine"
        }
        Some(_) => {
            "an exposed emulator accepts requests for the names that it was given only, so that no web \
             page can reach it by another name: add this one with `--allow-host` or `.allow_host(…)`"
        }
    };
    let given = exposure.map(|it| it.hosts.as_slice()).unwrap_or_default();
    let given = given.iter().map(String::as_str);
    let all: Vec<&str> = NAMES.into_iter().chain(given).collect();
    let names = all.join(", ");
    let by_header = request
        .headers()
        .get_all(HOST)
        .map(|host| host.to_str().ok());
    let by_target = request.uri().authority().map(|it| Some(it.as_str()));
    let mut hosts = by_header.chain(by_target).peekable();
    if hosts.peek().is_none() {
        return Err(format!("no Host header was sent; {own}: {names}"));
    }
    let is_own = |host: &str| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        all.iter().any(|own| name.eq_ignore_ascii_case(own))
    };
    match hosts.find(|host| !host.is_some_and(is_own)) {
        None => Ok(()),
        Some(host) => {
            let host: String = host.unwrap_or_default().chars().take(100).collect();
            Err(format!(
                "the Host header {host:?} is none of {names}; {own}"
            ))
        }
    }
}
