//! The stable codes of failed calls.

use super::{Error, Reason};
use crate::client::CircuitOpen;

impl<R: Reason> Error<R> {
    /// Returns the stable code of the failure, such as `rate_limited`.
    ///
    /// [`explanation`](crate::explanation) returns what it means and what to do. A refusal is `not_found`
    /// if the requested entity does not exist, and `refused` otherwise: match on the refusal itself for
    /// more.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, api::NotFound};
    ///
    /// assert_eq!(Error::Refused(NotFound::NotFound).code(), "not_found");
    /// assert_eq!(Error::<NotFound>::InvalidApiKey.code(), "api_key_rejected");
    /// ```
    #[must_use]
    #[doc(alias = "error_code")]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) if refusal.is_not_found() => "not_found",
            Self::Refused(_) => "refused",
            Self::BadRequest(_) => "bad_request",
            Self::InvalidArgument { .. } => "invalid_argument",
            Self::InvalidApiKey => "api_key_rejected",
            Self::RateLimited { .. } => "rate_limited",
            Self::PayloadTooLarge => "payload_too_large",
            Self::OrgsNotEnabled => "orgs_not_enabled",
            Self::Unavailable { source, .. } => match source {
                Some(source) if is_circuit_open(&**source) => "circuit_open",
                _ => "unavailable",
            },
            Self::Timeout { .. } => "timeout",
            Self::Tls { .. } => "tls_failed",
            Self::MissingTls => "missing_tls",
            Self::Protocol { .. } => "invalid_response",
            Self::NoRuntime => "no_runtime",
            Self::Redirect { .. } => "redirected",
            Self::ResponseTooLarge { .. } => "response_too_large",
            Self::Decode(_) => "undecodable_response",
            Self::UnexpectedStatus { .. } => "unexpected_status",
        }
    }
}

/// Returns `true` if a source is the circuit breaker, or was caused by it.
fn is_circuit_open(source: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(source), |error| error.source())
        .any(|error| error.is::<CircuitOpen>())
}
