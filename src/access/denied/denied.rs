//! The reason for denying a request, and the status of the response.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::{
    forbidden::Forbidden,
    invalid_token::InvalidToken,
    too_many::TooMany,
    unauthorized::{MalformedHeader, Unauthorized},
    unreachable::Unreachable,
};
use crate::access::{
    callers::invalid_api_key::InvalidApiKey, malformed_credential::MalformedCredential,
    misconfigured::Misconfigured, no_environment::NoEnvironment,
};

/// The reason for denying a request.
///
/// Middleware, guards and extractors deny with it, and [`User::authorize`](crate::User::authorize)
/// and the `validate_…` methods of [`PropelAuth`](crate::PropelAuth) return it. `Display` writes
/// the exact reason, which is meant for logs. As a [`ResponseError`], the response has only the
/// status, the challenge and a generic body, so a handler can return it with `?`. The exact reason
/// is in the body only if [`debug_mode`](crate::PropelAuthBuilder::debug_mode) is on.
///
/// Match on it to word the response yourself, for example to redirect a browser to the login page:
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION};
/// use actix_web_propelauth::{Denied, PropelAuth};
///
/// fn login_page(denied: &Denied, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
///     if denied.is_unauthorized() && request.path().starts_with("/pages/") {
///         return HttpResponse::SeeOther()
///             .insert_header((LOCATION, "/login"))
///             .finish();
///     }
///     response
/// }
///
/// let builder =
///     PropelAuth::builder("https://auth.example.com", "the-api-key").on_denied(login_page);
/// ```
///
/// # In an error of the application
///
/// An application's own error can hold it. Let its `error_response` return that of the denial, so that the
/// status, the headers and [`on_denied`](crate::PropelAuthBuilder::on_denied) apply:
///
/// ```
/// use actix_web::{HttpResponse, ResponseError};
/// use actix_web_propelauth::Denied;
///
/// #[derive(Debug, thiserror::Error)]
/// enum AppError {
///     #[error(transparent)]
///     Denied(#[from] Denied),
///     #[error("the database is away")]
///     Database,
/// }
///
/// impl ResponseError for AppError {
///     fn error_response(&self) -> HttpResponse {
///         match self {
///             Self::Denied(denied) => denied.error_response(),
///             Self::Database => HttpResponse::ServiceUnavailable().finish(),
///         }
///     }
/// }
/// ```
///
/// The middleware finds a denial in such an error by its `Debug`, which must print the denial, as a derived
/// one and that of `anyhow::Error` do. Without an
/// `error_response`, actix-web would send the exact reason to the caller as the error's text; the middleware
/// sends the usual response instead. A body and a status that the application chose stay, and the middleware
/// adds the headers that its response lacks: `WWW-Authenticate`, `Retry-After` and `Cache-Control`.
///
/// [`ResponseError`]: actix_web::ResponseError
// `Debug`, `Display` and `Error` are in denied_search.rs.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denied {
    /// The request is not authenticated (401).
    Unauthorized(Unauthorized),
    /// The user is authenticated but not allowed (403).
    Forbidden(Forbidden),
    /// The token cannot be verified, because no verifier key has been fetched yet (503).
    ///
    /// The token may be valid, so the response is not 401: a client that gets a 401 usually logs
    /// its user out. The response has a `Retry-After` header instead.
    #[non_exhaustive]
    Unavailable {
        /// How long to wait before the next attempt, at least 1 second. `Retry-After` has it in
        /// whole seconds.
        retry_after: Duration,
    },
    /// The access token is longer than
    /// [`max_token_len`](crate::PropelAuthBuilder::max_token_len) (431,
    /// [RFC 6585 §5](https://www.rfc-editor.org/rfc/rfc6585#section-5)).
    ///
    /// The response is not 401, because a client would then refresh its token, and the next token
    /// of the same user would be just as long. A token lists every organization of its user, so
    /// this is mostly seen with users who are in dozens of them.
    #[non_exhaustive]
    TokenTooLong {
        /// The length of the token in bytes.
        len: usize,
        /// The maximum length in bytes.
        max_token_len: usize,
    },
    /// Something cannot be known for certain now, because PropelAuth or the fleet cannot be asked (503).
    ///
    /// The caller may well be allowed, so the response is neither 401 nor 403. It has a `Retry-After` header.
    #[non_exhaustive]
    Unreachable {
        /// What cannot be known.
        what: Unreachable,
        /// How long to wait before the next attempt, at least 1 second. `Retry-After` has it in
        /// whole seconds.
        retry_after: Duration,
    },
    /// The caller does something too often (429,
    /// [RFC 6585 §4](https://www.rfc-editor.org/rfc/rfc6585#section-4)).
    ///
    /// The limit of this backend's own calls is [`Unreachable`](Self::Unreachable) instead: the caller cannot do
    /// anything about it.
    #[non_exhaustive]
    TooManyRequests {
        /// What the caller does too often.
        what: TooMany,
        /// How long the caller must wait, in whole seconds, at least 1. `Retry-After` has it.
        retry_after: Duration,
    },
    /// The request is for none of several [`Environments`](crate::Environments) (400, 404 or 421).
    ///
    /// Middleware of one handle never denies with it.
    NoEnvironment(NoEnvironment),
    /// The application is misconfigured (500).
    ///
    /// For example, a handler takes a [`User`](crate::User), but no middleware is around it and no
    /// handle is in the app data. Only a change of the program helps, so the reason is logged at
    /// error level, with the fix.
    Misconfigured(Misconfigured),
}

impl Denied {
    /// Returns the status of the response: 401, 403, 429, 431, 500 or 503, and with several
    /// [`Environments`](crate::Environments) also 400, 404 or 421.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unavailable { .. } | Self::Unreachable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::TokenTooLong { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NoEnvironment(reason) => reason.status_code(),
            Self::Misconfigured(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns `true` if the request is not authenticated (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Unauthorized(_))
    }

    /// Returns `true` if the user is authenticated but not allowed (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden(_))
    }

    /// Returns `true` if the request has no bearer token, which is not a mistake: the caller may
    /// not have logged in yet.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Unauthorized(Unauthorized::NoCredentials))
    }
}

impl Denied {
    /// Returns `true` if the request has invalid credentials.
    ///
    /// A token that is too long counts as invalid. A token that cannot be verified because there is
    /// no key does not: it may be valid, so even
    /// [`allow_anonymous`](crate::PropelAuth::allow_anonymous) denies it with 503.
    pub(crate) fn is_bad_credentials(&self) -> bool {
        let is_too_long = matches!(self, Self::TokenTooLong { .. });
        is_too_long || (self.is_unauthorized() && !self.is_anonymous())
    }
}

impl From<NoEnvironment> for Denied {
    fn from(reason: NoEnvironment) -> Self {
        Self::NoEnvironment(reason)
    }
}

impl From<MalformedCredential> for Denied {
    fn from(problem: MalformedCredential) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<MalformedHeader> for Denied {
    fn from(problem: MalformedHeader) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<InvalidApiKey> for Denied {
    fn from(problem: InvalidApiKey) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<InvalidToken> for Denied {
    fn from(problem: InvalidToken) -> Self {
        Unauthorized::from(problem).into()
    }
}
