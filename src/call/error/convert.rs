//! Conversions between errors: from the client's failures, and between the errors of operations.

use super::{AnyRefusal, CallError, Error, Reason};
use crate::{
    client::SendError,
    endpoint::{InvalidArgument, Refusal},
};

impl CallError {
    /// Converts a shared failure into one of any operation.
    pub(in crate::call) fn widen<R>(self) -> Error<R> {
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
            SendError::ResponseTooLarge { limit } => Self::ResponseTooLarge {
                limit,
                source: None,
            },
        }
    }
}

impl<R> From<InvalidArgument> for Error<R> {
    fn from(InvalidArgument { argument, reason }: InvalidArgument) -> Self {
        Self::InvalidArgument { argument, reason }
    }
}

impl<R> Error<R> {
    /// Converts the refusal, and keeps every other failure as it is.
    fn map_refusal<S>(self, map: impl FnOnce(R) -> S) -> Error<S> {
        match self {
            Self::Refused(refusal) => Error::Refused(map(refusal)),
            Self::BadRequest(errors) => Error::BadRequest(errors),
            Self::InvalidArgument { argument, reason } => {
                Error::InvalidArgument { argument, reason }
            }
            Self::InvalidApiKey => Error::InvalidApiKey,
            Self::RateLimited {
                retry_after,
                source,
            } => Error::RateLimited {
                retry_after,
                source,
            },
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
            Self::Redirect { status, to, source } => Error::Redirect { status, to, source },
            Self::ResponseTooLarge { limit, source } => Error::ResponseTooLarge { limit, source },
            Self::Decode(error) => Error::Decode(error),
            Self::UnexpectedStatus {
                status,
                error_code,
                source,
            } => Error::UnexpectedStatus {
                status,
                error_code,
                source,
            },
        }
    }
}

impl<R: Reason> Error<R> {
    /// Converts the error of an operation into that of any operation, as `?` does in a function that returns
    /// [`Error`] without a parameter.
    ///
    /// It is for the `From` of an application's own error, where one `?` has to do two conversions;
    /// [`Reason`](crate::api::Reason) has an example.
    #[must_use]
    pub fn into_any(self) -> Error {
        self.map_refusal(Reason::into_any)
    }
}

impl<R: Refusal> From<Error<R>> for Error {
    fn from(error: Error<R>) -> Self {
        error.map_refusal(AnyRefusal::from)
    }
}
