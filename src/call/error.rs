//! [`Error`]: the failures of a call, and the conversions between them.

mod any_refusal;
mod code;
mod context;
mod convert;
mod decode;
mod optional_ext;
mod wording;

use std::time::Duration;

pub(super) use self::wording::Attempted;
use self::wording::{Because, During, Status, To, Wait};
pub use self::{
    any_refusal::{AnyRefusal, Reason},
    decode::DecodeError,
    optional_ext::OptionalExt,
};
use crate::{
    client::{Delivery, Source},
    endpoint::{FieldErrors, Never},
};

/// The failure of a call of the backend API.
///
/// `R` is the operation's own refusal; every other variant can happen to every operation. A
/// function that calls several operations returns plain `Error`, which the failures of each turn
/// into by `?`, their refusals as [`AnyRefusal`]:
///
/// ```
/// use actix_web_propelauth::{Error, PropelAuth};
///
/// async fn rename(auth: &PropelAuth, email: &str, name: &str) -> Result<(), Error> {
///     let user = auth.user().fetch_user_metadata_by_email(email).await?;
///     auth.user().update_user_metadata(user.user_id).first_name(name).await?;
///     Ok(())
/// }
/// ```
///
/// A function that calls one operation can keep the refusal's type, and match on it:
///
/// ```
/// use actix_web_propelauth::{Error, PropelAuth};
///
/// async fn try_delete(auth: &PropelAuth, user_id: &str) -> Result<&'static str, Error> {
///     match auth.user().delete_user(user_id).await {
///         Ok(()) => Ok("deleted"),
///         Err(error) if error.is_not_found() => Ok("there was no such user"),
///         // Deleting is idempotent, so that the crate has retried this already.
///         Err(Error::Timeout { after, .. }) => {
///             eprintln!("gave up after {after:?}");
///             Ok("unknown")
///         }
///         Err(error) => Err(error.into()),
///     }
/// }
/// ```
///
/// An error can be logged and shown to operators: no variant holds the integration key, the
/// request's headers or the response's body, and no message repeats what the request or the
/// response contained, except for the names of fields. The operating system's or TLS's own error
/// is part of the message and of the chain of [`source`](std::error::Error::source)s.
///
/// A handler may return it with `?`: see its implementation of
/// [`ResponseError`](#impl-ResponseError-for-Error%3CR%3E). An application's own error takes the errors of all
/// calls by one `From`, which [`Reason`](crate::api::Reason) shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error<R = AnyRefusal> {
    /// PropelAuth refused the operation for a reason that only this operation has.
    #[error("PropelAuth refused: {0}")]
    Refused(R),

    /// PropelAuth rejected the arguments (400).
    #[error("PropelAuth rejected the arguments (400): {0}; `field_errors()` returns the reasons")]
    BadRequest(FieldErrors),

    /// An argument cannot be sent, so nothing was.
    ///
    /// An empty id is one, or `..` in its place: as a part of the URL it would address another
    /// operation.
    #[error("`{argument}` cannot be sent: {reason}")]
    #[non_exhaustive]
    InvalidArgument {
        /// The name of the argument.
        argument: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// PropelAuth rejected the integration API key (401).
    #[error(
        "PropelAuth rejected the integration API key (401): check that the key and the auth URL \
         belong to the same environment, and that the key was not revoked"
    )]
    InvalidApiKey,

    /// The rate limit of the backend API was exceeded (429).
    #[error("rate limited by PropelAuth (429): {}{}", Because(source.as_deref()), Wait(*retry_after))]
    #[non_exhaustive]
    RateLimited {
        /// The time after which PropelAuth accepts calls again, if the response has it.
        retry_after: Option<Duration>,
        /// The operation, and the origin that it was sent to.
        source: Option<Source>,
    },

    /// The request is larger than PropelAuth accepts (413), as one for too many users at once is.
    #[error("the request is too large for PropelAuth (413): ask for less at once")]
    PayloadTooLarge,

    /// Organizations are not enabled for the project (426).
    #[error(
        "organizations are not enabled for the project (426): turn on B2B support in the dashboard"
    )]
    OrgsNotEnabled,

    /// PropelAuth could not be reached, the connection broke, or the status was 502, 503 or 504.
    ///
    /// It is also the failure of a call that was not sent because the circuit breaker is
    /// [open](crate::PropelAuthBuilder::circuit_breaker).
    #[error("PropelAuth is unavailable{}: {}the request {delivery}; try again later", Status(*status), Because(source.as_deref()))]
    #[non_exhaustive]
    Unavailable {
        /// Whether PropelAuth received the request, as far as that is known.
        delivery: Delivery,
        /// The status, if there was a response.
        status: Option<u16>,
        /// The time after which a call may succeed, if the response or the circuit breaker has it.
        retry_after: Option<Duration>,
        /// The error of the connection.
        source: Option<Source>,
    },

    /// The call timed out. The request may have been received.
    #[error("PropelAuth did not respond within {after:?}: {}the request may have been received", Because(source.as_deref()))]
    #[non_exhaustive]
    Timeout {
        /// The timeout that passed.
        after: Duration,
        /// The operation, and the origin that it was sent to.
        source: Option<Source>,
    },

    /// The TLS handshake failed, or the server's certificate is not trusted.
    #[error(
        "no secure connection to PropelAuth: {source}; check the base URL, the system clock and the \
         trusted certificates"
    )]
    #[non_exhaustive]
    Tls {
        /// The error of the TLS library.
        source: Source,
    },

    /// The base URL is https, and the crate was built without TLS.
    #[error(
        "the base URL is https, but no TLS feature of actix-web-propelauth is on: turn on `rustls`, \
         `rustls-native-roots` or `openssl`"
    )]
    MissingTls,

    /// The response is not valid HTTP, or a list does not end.
    #[error(
        "the response is invalid: {source}; the request may have been received. Does the base URL \
         belong to PropelAuth?"
    )]
    #[non_exhaustive]
    Protocol {
        /// What is wrong with the response.
        source: Source,
    },

    /// The call was awaited outside of a tokio runtime, so nothing was sent.
    #[error(
        "no tokio runtime drives this call, so nothing was sent: await it under `actix_web::main`, \
         `tokio::main`, or within a runtime's `block_on`"
    )]
    NoRuntime,

    /// The response is a redirect, which is not followed.
    ///
    /// PropelAuth's API does not redirect. A request that followed would carry the integration
    /// key to another host.
    #[error("the response is a redirect ({status}){}, which is not followed: {}check the base URL", To(to.as_deref()), Because(source.as_deref()))]
    #[non_exhaustive]
    Redirect {
        /// The status.
        status: u16,
        /// The origin of the target, if `Location` is a whole URL.
        to: Option<String>,
        /// The operation, and the origin that it was sent to.
        source: Option<Source>,
    },

    /// The response is longer than the limit.
    #[error(
        "the response is longer than {limit} bytes: {}ask for less at once, such as a smaller page",
        Because(source.as_deref())
    )]
    #[non_exhaustive]
    ResponseTooLarge {
        /// The limit, in bytes.
        limit: usize,
        /// The operation, and the origin that it was sent to.
        source: Option<Source>,
    },

    /// The call succeeded, but its response could not be decoded.
    #[error("the call succeeded, but its response could not be decoded: {0}")]
    Decode(DecodeError),

    /// The status is not one that this operation responds with.
    #[error("PropelAuth responded with an unexpected status ({status}){}", During(source.as_deref()))]
    #[non_exhaustive]
    UnexpectedStatus {
        /// The status.
        status: u16,
        /// The `error_code` of the response, if it has one.
        error_code: Option<String>,
        /// The operation, and the origin that it was sent to.
        source: Option<Source>,
    },
}

/// The failures that all operations share.
pub(crate) type CallError = Error<Never>;

impl CallError {
    pub(super) fn timeout(after: Duration) -> Self {
        Self::Timeout {
            after,
            source: None,
        }
    }

    pub(super) fn protocol(source: impl Into<Source>) -> Self {
        Self::Protocol {
            source: source.into(),
        }
    }
}

impl<R: Reason> Error<R> {
    /// Returns `true` if the requested entity does not exist.
    ///
    /// [`OptionalExt::optional`] turns such an error into `None`.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_not_found())
    }

    /// Returns how long to wait before the next call, if PropelAuth or the circuit breaker says so.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use actix_web_propelauth::Error;
    ///
    /// fn next_attempt(error: &Error) -> Duration {
    ///     error.retry_after().unwrap_or(Duration::from_secs(60))
    /// }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Returns the status of the response, if there was one that the error keeps.
    ///
    /// A refusal has its own meaning, whatever its status, so that its status is not known. Neither is that
    /// of a response that is not valid.
    ///
    /// ```
    /// use actix_web::http::Method;
    /// use actix_web_propelauth::{Error, PropelAuth};
    ///
    /// async fn plan(auth: &PropelAuth) -> Result<Option<serde_json::Value>, Error> {
    ///     match auth.request(Method::GET, "/api/backend/v1/plan").send().await {
    ///         Ok(plan) => Ok(Some(plan)),
    ///         Err(error) if error.status() == Some(404) => Ok(None),
    ///         Err(error) => Err(error.into()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::BadRequest(_) => Some(400),
            Self::InvalidApiKey => Some(401),
            Self::PayloadTooLarge => Some(413),
            Self::OrgsNotEnabled => Some(426),
            Self::RateLimited { .. } => Some(429),
            Self::Unavailable { status, .. } => *status,
            Self::Redirect { status, .. } | Self::UnexpectedStatus { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Returns the reasons why PropelAuth rejected the arguments, by field.
    ///
    /// ```
    /// use actix_web_propelauth::Error;
    ///
    /// fn form_message(error: &Error) -> Option<&str> {
    ///     let reasons = error.field_errors()?.get("username");
    ///     reasons.first().map(String::as_str)
    /// }
    /// ```
    #[must_use]
    pub fn field_errors(&self) -> Option<&FieldErrors> {
        match self {
            Self::BadRequest(errors) => Some(errors),
            _ => None,
        }
    }
}
