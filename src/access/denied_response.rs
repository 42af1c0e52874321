//! The response to a denied request: a status, a challenge, and a body that says no more than the
//! status does.
//!
//! An exact reason would tell an attacker which part of a forged token to change next, and a caller
//! which organizations exist. The exact reason goes to the log, which [`super::denial_log`] writes.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody as _},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;

use super::{
    denial_log::{Place, log},
    denied::{Denied, Unauthorized},
    settings::{DEFAULT_REALM, Settings},
};

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
    log(denied, settings, Place::Request(request));
    respond(denied, settings, request)
}

/// Logs a denial and returns the response to it, for a place that no longer has the request. The hook
/// is not called there, because it takes the request.
pub(crate) fn deny_without_request(denied: &Denied, settings: &Settings) -> HttpResponse {
    log(denied, settings, Place::Unknown);
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

/// Responds as the middleware does with its default settings.
///
/// If the middleware is around the handler, it replaces this response with one by its own settings,
/// also if an error of the application returns this response as its own.
impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        self.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        log(self, &Settings::fallback(), Place::Unknown);
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
