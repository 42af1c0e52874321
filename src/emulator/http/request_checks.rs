//! What the emulator says of requests that no operation gets, to the developer who sent one.

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{AUTHORIZATION, HOST},
    },
};

use crate::secret::Secret;

/// Says what is wrong with a request's credentials, if anything is.
pub(crate) fn check_api_key(request: &HttpRequest, key: &Secret) -> Result<(), &'static str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Err(
            "no Authorization header was sent: the emulator wants `Authorization: Bearer` and \
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
            "the name of an absent value was sent as integration API key: the variable that it \
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

/// Says what no operation does, and what does instead; `methods` are those of the path.
pub(crate) fn not_emulated(
    method: &Method,
    path: &str,
    methods: &[&Method],
    is_known: impl Fn(&str) -> bool,
) -> String {
    const BROWSERS: &str = "the emulator sends no CORS headers, as services call its backend API \
                            and web pages do not";
    if !methods.is_empty() {
        let names: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
        let names = names.join(" and ");
        let what = format!("the emulator has no such operation: it answers {names} here");
        return match *method {
            Method::OPTIONS => format!("{what}; {BROWSERS}"),
            _ => format!("{what}, not {method}"),
        };
    }
    let other = match path.strip_suffix('/') {
        Some(without) => without.to_owned(),
        None => format!("{path}/"),
    };
    if is_known(&other) {
        return format!("the emulator has no such operation: the path that it knows is {other}");
    }
    if path.starts_with("/api/backend/") {
        return "the emulator has no such operation: PropelAuth's backend API has none of this \
                path that is known here; SUPPORTED.md lists those there are"
            .to_owned();
    }
    if path.starts_with("/propelauth-dev/") {
        return "the emulator answers this in the program propelauth-dev only".to_owned();
    }
    if *method == Method::OPTIONS {
        return format!("this is not emulated: {BROWSERS}");
    }
    "this is not emulated: there are no pages for people, such as one to log in, and no API for \
     frontends, but the backend API under /api/backend/v1 only; a user's access token comes from \
     POST /api/backend/v1/access_token, or from Emulator::access_token in Rust"
        .to_owned()
}

/// Where PropelAuth serves its backend API.
pub(crate) const BACKEND_API_HOST: &str = "propelauth-api.com";

/// The names under which the emulator is asked. The last is what SDKs that cannot be told another
/// host send, through a proxy or a changed name resolution; nobody else owns it.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", BACKEND_API_HOST];

/// Says why a request was not meant for the emulator, if it was not: a page elsewhere whose name
/// was made to resolve to loopback (DNS rebinding) still sends its own name.
pub(crate) fn check_host(request: &HttpRequest) -> Result<(), String> {
    const OWN: &str = "the emulator answers to localhost only, so that no web page can reach it \
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
