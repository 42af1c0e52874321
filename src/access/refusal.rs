//! What a caller sees when a request is turned away: status, challenge and a body that says no
//! more than the status does.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::BoxBody,
    dev::RequestHead,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Serialize;

use super::{
    denied::{Denied, Unauthorized},
    settings::{DEFAULT_REALM, Settings},
};

/// The body of a refusal ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Answers a request that may not go on, and logs why.
pub(crate) fn refuse(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    log(denied, Some(request.head()));
    respond(denied, settings, request)
}

/// Answers a request that may not go on, for a reason that has been logged.
pub(crate) fn respond(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    let response = response(denied, &settings.realm, settings.debug);
    let Some(on_refusal) = &settings.on_refusal else {
        return response;
    };
    let challenge = response.headers().get(header::WWW_AUTHENTICATE).cloned();
    let mut response = on_refusal(denied, request, response);
    // A 401 without a challenge is not HTTP (RFC 9110 §15.5.2), whoever made it.
    if let Some(challenge) = challenge
        && response.status() == StatusCode::UNAUTHORIZED
        && !response.headers().contains_key(header::WWW_AUTHENTICATE)
    {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

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

/// Returns the challenge ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)). A
/// request without credentials is told no error code, as nothing about it was wrong.
fn challenge(denied: &Denied, realm: &str) -> Option<HeaderValue> {
    let error = match denied {
        Denied::Unauthorized(Unauthorized::NoCredentials) => "",
        Denied::Unauthorized(Unauthorized::MalformedHeader(_)) => r#", error="invalid_request""#,
        Denied::Unauthorized(Unauthorized::InvalidToken(_)) => r#", error="invalid_token""#,
        Denied::Forbidden(_) => r#", error="insufficient_scope""#,
        Denied::Unavailable { .. } | Denied::Misconfigured(_) => return None,
    };
    HeaderValue::try_from(format!(r#"Bearer realm="{realm}"{error}"#)).ok()
}

/// Logs why a request may not go on.
pub(crate) fn log(denied: &Denied, head: Option<&RequestHead>) {
    // Both come from the caller: escaped, so that they cannot forge a line.
    let method = head.map(|head| format!("{:?}", head.method.as_str()));
    let path = head.map(|head| format!("{:?}", head.uri.path()));
    let (method, path) = (
        method.as_deref().unwrap_or("?"),
        path.as_deref().unwrap_or("?"),
    );
    match denied {
        Denied::Unauthorized(_) | Denied::Forbidden(_) => {
            tracing::debug!(
                method,
                path,
                status = denied.status_code().as_u16(),
                "{denied}"
            );
        }
        Denied::Unavailable { .. } => tracing::warn!(method, path, status = 503, "{denied}"),
        Denied::Misconfigured(_) => tracing::error!(method, path, status = 500, "{denied}"),
    }
}

/// Answers as the middleware would with its default settings. Where the middleware is around
/// the handler it puts its own settings in place of these.
impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        self.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        log(self, None);
        response(self, DEFAULT_REALM, false)
    }
}
