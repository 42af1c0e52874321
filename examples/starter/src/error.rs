//! One format for every error: `{"error": {"code": "…", "message": "…"}}`.
//!
//! A caller learns the status and what to do. The reason is in the log.

use std::fmt;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    error::JsonPayloadError,
    http::{StatusCode, header},
};
use actix_web_propelauth::{Denied, Error as CallError, PropelAuthBuilder};
use serde_json::json;

/// What goes wrong in a handler.
#[derive(Debug)]
pub enum ApiError {
    /// The user may not do this.
    Denied(Denied),
    /// PropelAuth did not do what it was asked for.
    PropelAuth(CallError),
    /// The request is not what the route expects.
    BadRequest(String),
    /// There is no such thing in this organization.
    NotFound,
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl<R> From<CallError<R>> for ApiError
where
    CallError: From<CallError<R>>,
{
    fn from(error: CallError<R>) -> Self {
        Self::PropelAuth(error.into())
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(denied) => denied.fmt(f),
            Self::PropelAuth(error) => error.fmt(f),
            Self::BadRequest(reason) => f.write_str(reason),
            Self::NotFound => f.write_str("not found"),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Denied(denied) => denied.status_code(),
            Self::PropelAuth(error) if error.field_errors().is_some() => StatusCode::BAD_REQUEST,
            Self::PropelAuth(error) => error.status_code(),
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        match self {
            // Unchanged: the middleware recognizes it and calls the hook of `in_envelopes`.
            Self::Denied(denied) => denied.error_response(),
            Self::PropelAuth(error) => {
                if status.is_server_error() {
                    tracing::error!(%error, "a call to PropelAuth failed");
                }
                let message = error.field_errors().and_then(|it| it.user_facing_error());
                let mut response = envelope(status, message);
                // Such as `Retry-After`.
                let theirs = error.error_response();
                if let Some(wait) = theirs.headers().get(header::RETRY_AFTER) {
                    response
                        .headers_mut()
                        .insert(header::RETRY_AFTER, wait.clone());
                }
                response
            }
            Self::BadRequest(reason) => envelope(status, Some(reason)),
            Self::NotFound => envelope(status, None),
        }
    }
}

/// Words the denials of middleware and guards like every other error.
pub fn in_envelopes(builder: PropelAuthBuilder) -> PropelAuthBuilder {
    builder.on_denied(|denied, _request, _response| envelope(denied.status_code(), None))
}

/// Words the errors of the JSON extractor.
pub fn malformed_json(error: JsonPayloadError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::BadRequest(error.to_string()).into()
}

fn envelope(status: StatusCode, message: Option<&str>) -> HttpResponse {
    let (code, usual) = match status.as_u16() {
        400 => ("bad_request", "the request is malformed"),
        401 => ("unauthenticated", "log in, or refresh the access token"),
        403 => (
            "forbidden",
            "ask an administrator of your organization for access",
        ),
        404 => ("not_found", "there is nothing here"),
        503 => ("unavailable", "try again later"),
        _ => ("internal", "something went wrong"),
    };
    let message = message.unwrap_or(usual);
    HttpResponse::build(status).json(json!({ "error": { "code": code, "message": message } }))
}
