//! Why a call did not give what was asked for.

mod any_refusal;
mod decode;
mod optional_ext;
mod wording;

use std::{mem, time::Duration};

use self::wording::{Because, InContext, Status, To, Wait};
pub use self::{any_refusal::AnyRefusal, decode::DecodeError, optional_ext::OptionalExt};
pub(super) use self::{any_refusal::Reason, wording::Attempted};
use crate::{
    client::{Delivery, SendError, Source},
    endpoint::{FieldErrors, InvalidArgument, Never, Refusal},
};

/// Why a call of the backend API failed.
///
/// `R` is what the one operation may be refused for; everything else can happen to any of them.
/// Where several operations are called, plain `Error` takes the failures of all by `?`, their
/// refusals as [`AnyRefusal`]:
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
/// No variant holds the integration key, the request's headers or the reply's body, and no
/// message repeats what the request or the reply contained, but for the names of fields.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error<R = AnyRefusal> {
    /// The operation was refused for a reason of its own.
    #[error("PropelAuth refused: {0}")]
    Refused(R),

    /// The arguments were not taken.
    #[error("PropelAuth did not take the arguments (400): {0}; `field_errors()` has the reasons")]
    BadRequest(FieldErrors),

    /// An argument cannot be sent, so nothing was.
    #[error("`{argument}` cannot be sent: {reason}")]
    InvalidArgument {
        /// The name of the argument.
        argument: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// The integration API key is not one of this environment.
    #[error(
        "PropelAuth does not know the integration API key (401): check that the key and the auth \
         URL are of the same environment, and that the key was not revoked"
    )]
    InvalidApiKey,

    /// There were too many calls.
    #[error("PropelAuth asks for fewer calls (429){}", Wait(*retry_after))]
    RateLimited {
        /// How long PropelAuth asks to wait, if it says.
        retry_after: Option<Duration>,
    },

    /// The request is longer than PropelAuth reads, as one for too many users at once is.
    #[error("the request is longer than PropelAuth reads (413): ask for less at once")]
    PayloadTooLarge,

    /// Organizations are not enabled for the project.
    #[error("the project has no organizations (426): turn on B2B support in the dashboard")]
    OrgsNotEnabled,

    /// PropelAuth could not be reached, broke off, or answered 502, 503 or 504; or it did so often
    /// enough that nothing is sent for a while.
    #[error("PropelAuth is not available{}: {}the request {delivery}; try again later", Status(*status), Because(source.as_deref()))]
    Unavailable {
        /// Whether the request arrived, as far as can be told.
        delivery: Delivery,
        /// The status, if it was one that said so.
        status: Option<u16>,
        /// How long PropelAuth asks to wait, if it says.
        retry_after: Option<Duration>,
        /// What the connection said.
        source: Option<Source>,
    },

    /// There was no whole reply in time.
    #[error("PropelAuth did not answer within {after:?}: {}the request may have arrived", Because(source.as_deref()))]
    Timeout {
        /// How long was waited.
        after: Duration,
        /// Which operation did not answer, and where it was to be.
        source: Option<Source>,
    },

    /// The peer's certificate or its TLS was not accepted.
    #[error(
        "no secure connection to PropelAuth: {source}; check the base URL, the clock and the trusted \
         certificates"
    )]
    Tls {
        /// What TLS said.
        source: Source,
    },

    /// The base URL is https, and the crate was built without TLS.
    #[error(
        "the base URL is https, but no TLS feature of actix-web-propelauth is on: turn on `rustls`, \
         `rustls-native-roots` or `openssl`"
    )]
    MissingTls,

    /// What came back was no proper HTTP.
    #[error(
        "the reply is not as it should be: {source}; the request may have arrived. Is the base URL \
         PropelAuth's?"
    )]
    Protocol {
        /// What is wrong with it.
        source: Source,
    },

    /// The call was awaited outside of a tokio runtime, so nothing was sent.
    #[error(
        "no tokio runtime drives this call, so nothing was sent: await it under `actix_web::main`, \
         `tokio::main`, or within a runtime's `block_on`"
    )]
    NoRuntime,

    /// PropelAuth answered with a redirect, which is not followed.
    #[error("the reply is a redirect ({status}){}, which is not followed: check the base URL", To(to.as_deref()))]
    Redirect {
        /// The status.
        status: u16,
        /// The origin that it leads to, if it is another URL.
        to: Option<String>,
    },

    /// The reply is longer than is read.
    #[error("the reply is longer than {limit} bytes, which is the most that is read")]
    ResponseTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },

    /// The call succeeded, but the reply is not what was due.
    #[error("the call succeeded, but the reply cannot be read: {0}")]
    Decode(DecodeError),

    /// The status is one that this operation does not have.
    #[error("PropelAuth answered with an unexpected status ({status})")]
    UnexpectedStatus {
        /// The status.
        status: u16,
        /// The `error_code` of the reply, if it has one.
        error_code: Option<String>,
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

    /// Adds to what has a cause which operation it is of.
    pub(super) fn attempted(mut self, what: impl FnOnce() -> Attempted) -> Self {
        match &mut self {
            Self::Unavailable { source, .. } | Self::Timeout { source, .. } => {
                *source = Some(InContext::new(what(), source.take()));
            }
            Self::Tls { source } | Self::Protocol { source } => {
                let cause = mem::replace(source, "".into());
                *source = InContext::new(what(), Some(cause));
            }
            _ => {}
        }
        self
    }

    pub(super) fn protocol(source: impl Into<Source>) -> Self {
        Self::Protocol {
            source: source.into(),
        }
    }

    /// Returns the same failure among those of another operation.
    pub(super) fn widen<R>(self) -> Error<R> {
        self.map_refusal(|never| match never {})
    }
}

impl From<SendError> for CallError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Unavailable { delivery, source } => Self::Unavailable {
                delivery,
                status: None,
                retry_after: None,
                source: Some(source),
            },
            SendError::Timeout { after } => Self::timeout(after),
            SendError::Tls { source } => Self::Tls { source },
            SendError::MissingTls => Self::MissingTls,
            SendError::NoRuntime => Self::NoRuntime,
            SendError::Protocol { source } => Self::Protocol { source },
            SendError::ResponseTooLarge { limit } => Self::ResponseTooLarge { limit },
        }
    }
}

impl<R> From<InvalidArgument> for Error<R> {
    fn from(InvalidArgument { argument, reason }: InvalidArgument) -> Self {
        Self::InvalidArgument { argument, reason }
    }
}

impl<R> Error<R> {
    /// Returns the same failure with another refusal in the place of this one.
    fn map_refusal<S>(self, map: impl FnOnce(R) -> S) -> Error<S> {
        match self {
            Self::Refused(refusal) => Error::Refused(map(refusal)),
            Self::BadRequest(errors) => Error::BadRequest(errors),
            Self::InvalidArgument { argument, reason } => {
                Error::InvalidArgument { argument, reason }
            }
            Self::InvalidApiKey => Error::InvalidApiKey,
            Self::RateLimited { retry_after } => Error::RateLimited { retry_after },
            Self::PayloadTooLarge => Error::PayloadTooLarge,
            Self::OrgsNotEnabled => Error::OrgsNotEnabled,
            Self::Unavailable {
                delivery,
                status,
                retry_after,
                source,
            } => Error::Unavailable {
                delivery,
                status,
                retry_after,
                source,
            },
            Self::Timeout { after, source } => Error::Timeout { after, source },
            Self::Tls { source } => Error::Tls { source },
            Self::MissingTls => Error::MissingTls,
            Self::NoRuntime => Error::NoRuntime,
            Self::Protocol { source } => Error::Protocol { source },
            Self::Redirect { status, to } => Error::Redirect { status, to },
            Self::ResponseTooLarge { limit } => Error::ResponseTooLarge { limit },
            Self::Decode(error) => Error::Decode(error),
            Self::UnexpectedStatus { status, error_code } => {
                Error::UnexpectedStatus { status, error_code }
            }
        }
    }
}

impl<R: Refusal> From<Error<R>> for Error {
    fn from(error: Error<R>) -> Self {
        error.map_refusal(AnyRefusal::from)
    }
}

impl<R: Reason> Error<R> {
    /// Tells whether what was asked for does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_not_found())
    }

    /// Returns how long PropelAuth asks to wait before the next call, if it does.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Returns what is wrong with which argument, if PropelAuth said so.
    #[must_use]
    pub fn field_errors(&self) -> Option<&FieldErrors> {
        match self {
            Self::BadRequest(errors) => Some(errors),
            _ => None,
        }
    }
}
