//! The response to a denied request: a status, a challenge, and a body that says no more than the
//! status does.
//!
//! An exact reason would tell an attacker which part of a forged token to change next, and a caller
//! which organizations exist. The exact reason goes to the log, which this file writes as well.

use std::fmt::{self, Write as _};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody as _},
    dev::RequestHead,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;

use super::{
    denied::{Denied, Unauthorized},
    settings::{DEFAULT_REALM, Settings},
};
use crate::access::token::hint::Hint;

/// The body of the response: a problem document
/// ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)). `detail` is only there in debug mode.
#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Logs a denial and returns the response to it.
pub(crate) fn deny(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    log(denied, settings, Some(request.head()));
    respond(denied, settings, request)
}

/// Logs a denial and returns the response to it, for a place that no longer has the request. The hook
/// is not called there, because it takes the request.
pub(crate) fn deny_without_request(denied: &Denied, settings: &Settings) -> HttpResponse {
    log(denied, settings, None);
    response(denied, &settings.realm, settings.debug)
}

/// A marker in the extensions of a response: it was made from this denial with the default settings.
///
/// A handler that returns a denial with `?` does not know the settings of its project. By this
/// marker, the middleware around the handler finds such a response and replaces it.
pub(crate) struct Unreviewed {
    pub(crate) denied: Denied,
    /// The length of the body. If it differs, the application wrote a body of its own, which stays.
    pub(crate) body_len: u64,
}

/// Returns the response to a denial that has been logged already.
///
/// If there is a hook, its response is used, completed with the headers in [`KEPT`].
pub(crate) fn respond(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    let response = response(denied, &settings.realm, settings.debug);
    let Some(on_denied) = &settings.on_denied else {
        return response;
    };
    let ours = KEPT.map(|name| (name.clone(), response.headers().get(name).cloned()));
    let status = response.status();
    let mut response = on_denied(denied, request, response);
    for (name, value) in ours {
        // With another status, such as a redirect, a challenge or a time to wait would be wrong.
        // `Cache-Control: no-store` stays in any case: a shared cache must not serve one caller's
        // response to another.
        let applies = name == header::CACHE_CONTROL || response.status() == status;
        if let Some(value) = value
            && applies
            && !response.headers().contains_key(&name)
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The headers that are added to the hook's response unless it has them. A 401 without a challenge
/// violates [RFC 9110 §15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2), also if the
/// hook made it.
pub(crate) const KEPT: [HeaderName; 3] = [
    header::WWW_AUTHENTICATE,
    header::RETRY_AFTER,
    header::CACHE_CONTROL,
];

/// Returns the response to a denial, before any hook.
fn response(denied: &Denied, realm: &str, debug: bool) -> HttpResponse {
    let status = denied.status_code();
    let problem = Problem {
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: debug.then(|| denied.to_string()),
    };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_TYPE, "application/problem+json"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(challenge) = challenge(denied, realm) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if let Denied::Unavailable { retry_after } = denied {
        response.insert_header((header::RETRY_AFTER, retry_after.as_secs().max(1)));
    }
    response.body(serde_json::to_string(&problem).unwrap_or_default())
}

/// Returns the challenge ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)).
///
/// For a request without credentials it has no error code, because the request was not wrong: the
/// challenge only states what is needed. The codes let a client decide what to do: refresh the token
/// after `invalid_token`, and do not retry after `insufficient_scope`.
fn challenge(denied: &Denied, realm: &str) -> Option<HeaderValue> {
    let error = match denied {
        Denied::Unauthorized(Unauthorized::NoCredentials) => "",
        Denied::Unauthorized(Unauthorized::MalformedHeader(_)) => r#", error="invalid_request""#,
        Denied::Unauthorized(Unauthorized::InvalidToken(_)) => r#", error="invalid_token""#,
        Denied::Forbidden(_) => r#", error="insufficient_scope""#,
        Denied::Unavailable { .. } | Denied::TokenTooLong { .. } | Denied::Misconfigured(_) => {
            return None;
        }
    };
    HeaderValue::try_from(format!(r#"Bearer realm="{realm}"{error}"#)).ok()
}

/// Logs the exact reason for a denial.
///
/// - A denial that is the caller's mistake is logged at debug level, because any caller can cause it
///   at any rate. If only the operator can fix it, it is a warning instead ([`super::alerts`]).
/// - A missing verifier key is a warning: all requests with a token are denied.
/// - A misconfigured application is an error: only a change of the program helps.
pub(crate) fn log(denied: &Denied, settings: &Settings, head: Option<&RequestHead>) {
    let method = head.map_or("?", |head| head.method.as_str());
    let path = head.map_or("?", |head| head.uri.path());
    let (method, path) = (Escaped(method), Escaped(path));
    let (status, code) = (denied.status_code().as_u16(), denied.code());
    match denied {
        Denied::Unauthorized(_) | Denied::Forbidden(_) | Denied::TokenTooLong { .. } => {
            if let Some(advice) = settings.alerts.advice_if_due(denied) {
                tracing::warn!(%method, %path, status, code, "{denied}{advice}");
                return;
            }
            if !tracing::enabled!(tracing::Level::DEBUG) {
                return;
            }
            let header = head.and_then(|head| head.headers().get(header::AUTHORIZATION));
            let header = header.map(HeaderValue::as_bytes);
            match Hint::of(denied, settings, header) {
                Some(hint) => tracing::debug!(%method, %path, status, code, "{denied}: {hint}"),
                None => tracing::debug!(%method, %path, status, code, "{denied}"),
            }
        }
        Denied::Unavailable { .. } => tracing::warn!(%method, %path, status, code, "{denied}"),
        Denied::Misconfigured(_) => tracing::error!(%method, %path, status, code, "{denied}"),
    }
}

/// Text of a caller, displayed as one word of one line.
///
/// Not every subscriber of `tracing` escapes control characters, and a line break in a path could
/// then forge a log line. Quotes are not added, because some subscribers would escape them again.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_ascii_graphic() && c != '"' && c != '\\' {
                f.write_char(c)?;
            } else {
                write!(f, "{}", c.escape_debug())?;
            }
        }
        Ok(())
    }
}

/// Responds as the middleware does with its default settings.
///
/// If the middleware is around the handler, it replaces this response with one by its own settings,
/// also if an error of the application returns this response as its own.
impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        self.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        log(self, &Settings::fallback(), None);
        let mut response = response(self, DEFAULT_REALM, false);
        if let BodySize::Sized(body_len) = response.body().size() {
            let denied = self.clone();
            response
                .extensions_mut()
                .insert(Unreviewed { denied, body_len });
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use crate::access::denied_response::Escaped;

    #[test]
    fn text_of_a_caller_stays_one_word_of_one_line() {
        for (text, escaped) in [
            ("/orgs/1/o'neil?a=b&c", "/orgs/1/o'neil?a=b&c"),
            ("/a\nERROR forged", "/a\\nERROR forged"),
            (
                "/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
                r"/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
            ),
            (r#"/"x"\n"#, r#"/\"x\"\\n"#),
            ("/é/日本", "/é/日本"),
        ] {
            assert_eq!(Escaped(text).to_string(), escaped);
        }
    }
}
