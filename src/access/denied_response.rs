//! The response to a denied request: a status, a challenge, and a body that says no more than the
//! status does.
//!
//! An exact reason would tell an attacker which part of a forged token to change next, and a caller
//! which organizations exist. The exact reason goes to the log, which [`super::denial_log`] writes.

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody as _},
    dev::ResponseHead,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;

use super::{
    denial_log::{LogLater, Place, log},
    denied::{Denied, Forbidden, Unauthorized},
    realm::Realm,
    settings::Settings,
};
use crate::observe::metrics;

/// The layer, in metrics, of a denial that a handler returned.
const HANDLER: &str = "handler";

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

/// A marker in the extensions of a response: it was made from this denial with the default settings.
///
/// A handler that returns a denial with `?` does not know the settings of its project. By this
/// marker, the middleware around the handler finds such a response and replaces it.
pub(crate) struct Unreviewed {
    pub(crate) denied: Denied,
    /// The length of the body. If it differs, the application wrote a body of its own, which stays.
    pub(crate) body_len: u64,
    /// Logs the denial with the request, or when the response is dropped.
    pub(in crate::access) log: LogLater,
}

/// A marker in the extensions of a request: it was responded to with this denial.
///
/// Middleware in between may replace the response by one of its own. By this marker, the middleware
/// outside knows which headers the new one needs.
pub(crate) struct Answered(pub(crate) Denied);

/// Returns the response to a denial that has been logged already.
///
/// If there is a hook, its response is used, completed with the headers in [`KEPT`].
pub(crate) fn respond(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    let mut response = respond_without_request(denied, settings);
    if let Some(on_denied) = &settings.on_denied {
        let body_size = response.body().size();
        response = on_denied(denied, request, response);
        if response.status() != denied.status_code() {
            remove_own(response.head_mut(), denied, settings.realm());
            // A hook that only changes the status hides the denial, which the body must not reveal.
            if response.body().size() == body_size {
                let problem = problem(response.status(), None).into_body();
                response = response.set_body(problem);
            }
        }
        complete(response.head_mut(), denied, settings);
    }
    request.extensions_mut().insert(Answered(denied.clone()));
    response
}

/// Returns the response to a denial that has been logged already, without the hook.
pub(crate) fn respond_without_request(denied: &Denied, settings: &Settings) -> HttpResponse {
    response(denied, settings.realm(), settings.debug)
}

/// The headers that a response to a denied request needs. A 401 without a challenge violates
/// [RFC 9110 §15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2), also if the application made it.
pub(crate) const KEPT: [HeaderName; 3] = [
    header::WWW_AUTHENTICATE,
    header::RETRY_AFTER,
    header::CACHE_CONTROL,
];

/// Adds the headers in [`KEPT`] to a response to a denied request, unless it has them.
///
/// With another status, such as that of a redirect, a challenge or a time to wait would be wrong, and would
/// reveal what the application hides. `Cache-Control: no-store` is added in any case: a shared cache must
/// not serve one caller's response to another.
pub(crate) fn complete(head: &mut ResponseHead, denied: &Denied, settings: &Settings) {
    let is_same = head.status == denied.status_code();
    for (name, value) in headers(denied, settings.realm()) {
        let applies = is_same || name == header::CACHE_CONTROL;
        if applies && !head.headers.contains_key(&name) {
            head.headers.insert(name, value);
        }
    }
}

/// Removes the challenge and the time to wait that this crate added for a realm, if they are unchanged: the
/// response has another status, or belongs to another realm.
pub(crate) fn remove_own(head: &mut ResponseHead, denied: &Denied, realm: Realm<'_>) {
    for (name, value) in headers(denied, realm) {
        if name != header::CACHE_CONTROL && head.headers.get(&name) == Some(&value) {
            head.headers.remove(&name);
        }
    }
}

/// Returns those of the headers in [`KEPT`] that a denial has.
fn headers(
    denied: &Denied,
    realm: Realm<'_>,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
    let retry_after = match denied {
        Denied::Unavailable { retry_after }
        | Denied::Unreachable { retry_after, .. }
        | Denied::TooManyRequests { retry_after, .. } => Some(retry_after.as_secs().max(1).into()),
        _ => None,
    };
    let no_store = HeaderValue::from_static("no-store");
    let values = [challenge(denied, realm), retry_after, Some(no_store)];
    let headers = KEPT.into_iter().zip(values);
    headers.filter_map(|(name, value)| Some((name, value?)))
}

/// Returns the response to a denial, before any hook.
fn response(denied: &Denied, realm: Realm<'_>, debug: bool) -> HttpResponse {
    let detail = debug.then(|| denied.to_string());
    let mut response = problem(denied.status_code(), detail);
    for (name, value) in headers(denied, realm) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Returns a response with a problem document and no headers but the type of its body.
pub(crate) fn problem(status: StatusCode, detail: Option<String>) -> HttpResponse {
    let problem = Problem {
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail,
    };
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "application/problem+json"))
        .body(serde_json::to_string(&problem).unwrap_or_default())
}

/// Returns the challenge for a request that an application answers with a 401 of its own.
pub(crate) fn bare_challenge(settings: &Settings) -> Option<HeaderValue> {
    challenge(&Unauthorized::NoCredentials.into(), settings.realm())
}

/// Returns the challenge ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)).
///
/// For a request without credentials it has no error code, because the request was not wrong: the
/// challenge only states what is needed. The codes let a client decide what to do: refresh the token
/// after `invalid_token`, and do not retry after `insufficient_scope`.
fn challenge(denied: &Denied, realm: Realm<'_>) -> Option<HeaderValue> {
    let error = match denied {
        Denied::Unauthorized(Unauthorized::NoCredentials) => "",
        // RFC 9470 §3: a new token would not help, a second factor does.
        Denied::Unauthorized(Unauthorized::StepUpRequired { .. }) => {
            r#", error="insufficient_user_authentication""#
        }
        Denied::Unauthorized(
            Unauthorized::MalformedHeader(_) | Unauthorized::MalformedCredential(_),
        ) => r#", error="invalid_request""#,
        // No other token would help.
        Denied::Forbidden(Forbidden::OtherOrigin(_)) => return None,
        // Nor would other scopes, which a client would ask its user for.
        Denied::Forbidden(problem)
            if realm.resource.is_some()
                && !matches!(problem, Forbidden::InsufficientScope { .. }) =>
        {
            return None;
        }
        Denied::Unauthorized(Unauthorized::InvalidToken(_) | Unauthorized::InvalidApiKey(_)) => {
            r#", error="invalid_token""#
        }
        Denied::Forbidden(_) => r#", error="insufficient_scope""#,
        Denied::Unavailable { .. }
        | Denied::Unreachable { .. }
        | Denied::TokenTooLong { .. }
        | Denied::TooManyRequests { .. }
        | Denied::NoEnvironment(_)
        | Denied::Misconfigured(_) => return None,
    };
    HeaderValue::try_from(format!("Bearer {realm}{error}{}", realm.parameters(denied))).ok()
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
        metrics::decision(HANDLER, self.code());
        let mut response = response(self, Realm::DEFAULT, false);
        let log = LogLater::new(self.clone());
        if let BodySize::Sized(body_len) = response.body().size() {
            let denied = self.clone();
            response.extensions_mut().insert(Unreviewed {
                denied,
                body_len,
                log,
            });
        }
        response
    }
}
