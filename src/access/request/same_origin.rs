//! The defense against cross-site request forgery, for tokens that browsers send on their own.
//!
//! A page of any site can make a browser send a request with the cookies of another site (CSRF), also one that
//! opens a WebSocket, whose messages the page can then read. The page cannot change the headers by which the
//! browser says where the request comes from.
//!
//! | `Sec-Fetch-Site` | `Origin` | request that may change something, or opens a WebSocket |
//! |---|---|---|
//! | any | one that is allowed | passes |
//! | `same-origin`, `none` | none, or any other | passes |
//! | `same-site`, `cross-site`, any other text | none, or any other | is denied |
//! | none | the host and port of the request | passes |
//! | none | none, `null`, or any other | is denied |
//! | more than one | any | is denied |
//! | any | more than one | is denied |
//!
//! Chrome sends `Sec-Fetch-Site` since 2019, Firefox since 2021 and Safari since 2023, over `https` and to this machine.

use actix_web::{
    dev::RequestHead,
    http::{
        Method,
        header::{HOST, HeaderMap, HeaderName, ORIGIN, UPGRADE},
        uri::Authority,
    },
};

use crate::access::denied::Forbidden;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The length in the log of what a caller sends.
const MAX_LOGGED: usize = 100;

/// Denies a request that may change something, or opens a WebSocket, unless it comes from the same origin or
/// from one of those given.
pub(in crate::access) fn check(head: &RequestHead, allowed: &[String]) -> Result<(), Forbidden> {
    let headers = head.headers();
    let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&head.method);
    // In HTTP/2, a WebSocket is opened with the method CONNECT, which is not safe.
    if is_safe && !headers.contains_key(UPGRADE) {
        return Ok(());
    }
    let (site, origin) = (single(headers, SEC_FETCH_SITE), single(headers, ORIGIN));
    let is_allowed = match (site, origin) {
        (Value::Many, _) | (_, Value::Many) => false,
        (_, Value::One(origin)) if allowed.iter().any(|it| it == origin) => true,
        (Value::One(site), _) => site == "same-origin" || site == "none",
        (Value::None, Value::One(origin)) => is_host_of(origin, head),
        (Value::None, Value::None) => false,
    };
    if is_allowed {
        return Ok(());
    }
    let found = format!(
        "{}; {}",
        site.describe("Sec-Fetch-Site"),
        origin.describe("Origin")
    );
    Err(Forbidden::OtherOrigin(found))
}

/// The values of a header.
#[derive(Clone, Copy)]
enum Value<'h> {
    None,
    One(&'h str),
    /// More than one, or one that is not text.
    Many,
}

fn single(headers: &HeaderMap, name: HeaderName) -> Value<'_> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Value::None,
        (Some(value), None) => value.to_str().map_or(Value::Many, Value::One),
        _ => Value::Many,
    }
}

impl Value<'_> {
    fn describe(self, name: &str) -> String {
        match self {
            Self::None => format!("no {name}"),
            // `to_str` has let only visible ASCII, spaces and tabs through.
            Self::One(value) => format!("{name} {:?}", value.get(..MAX_LOGGED).unwrap_or(value)),
            Self::Many => format!("more than one {name}"),
        }
    }
}

/// Returns `true` if an origin has the host and the port of the request.
///
/// It is read as browsers write it: a scheme, a host and a port, and nothing else.
fn is_host_of(origin: &str, head: &RequestHead) -> bool {
    let is_same = || {
        let (scheme, authority) = origin.split_once("://")?;
        let default = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        let of_request: Authority = match (head.uri.authority(), single(head.headers(), HOST)) {
            (Some(authority), _) => authority.clone(),
            (None, Value::One(host)) => host.parse().ok()?,
            _ => return None,
        };
        let origin: Authority = authority.parse().ok()?;
        let is_same_host = origin.host().eq_ignore_ascii_case(of_request.host());
        Some(is_same_host && port(&origin, default)? == port(&of_request, default)?)
    };
    is_same().unwrap_or(false)
}

/// Returns the port, or `None` if there is anything else beside the host.
fn port(authority: &Authority, default: u16) -> Option<u16> {
    let rest = authority.as_str().strip_prefix(authority.host())?;
    match rest.strip_prefix(':') {
        None => rest.is_empty().then_some(default),
        Some(digits) => {
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse().ok())?
        }
    }
}
