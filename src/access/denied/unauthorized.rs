//! [`Unauthorized`]: why a request is not authenticated (401).

use super::invalid_token::InvalidToken;
use crate::access::{
    callers::invalid_api_key::InvalidApiKey, malformed_credential::MalformedCredential,
};

/// The reason why a request is not authenticated.
///
/// The challenge in the response's `WWW-Authenticate` header depends on it
/// ([RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)): it has no error code if
/// there are no credentials, `invalid_request` for a malformed header, and `invalid_token` for an
/// invalid token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unauthorized {
    /// The request has no bearer token: the `Authorization` header is missing or has another
    /// scheme, such as `Basic`.
    #[error("the request has no bearer token; expected the header Authorization: Bearer <token>")]
    NoCredentials,
    /// The `Authorization` header is not of the form `Bearer <token>`.
    #[error("malformed Authorization header: {0}")]
    MalformedHeader(#[from] MalformedHeader),
    /// The token cannot be read from the places where it may be.
    #[error("malformed credentials: {0}")]
    MalformedCredential(#[from] MalformedCredential),
    /// The bearer token is not a valid access token.
    #[error("invalid access token: {0}")]
    InvalidToken(#[from] InvalidToken),
    /// The user is known, and has to prove a second factor for this
    /// ([`require_step_up`](crate::PropelAuth::require_step_up),
    /// [`Requirement::step_up`](crate::Requirement::step_up)).
    #[error("a step-up grant for the action {action_type:?} is required: {problem}")]
    #[non_exhaustive]
    StepUpRequired {
        /// The type of action that the grant has to be for; the first one of several.
        action_type: String,
        /// What is wrong with the grant of the request.
        problem: MissingStepUp,
    },
    /// The API key that was sent in place of a token does not authenticate the request.
    #[error("invalid API key: {0}")]
    InvalidApiKey(#[from] InvalidApiKey),
}

/// The reason why a request has no usable step-up grant.
///
/// The caller learns only that one is required. An application that wants to say more matches on it in
/// [`on_denied`](crate::PropelAuthBuilder::on_denied):
///
/// ```
/// use actix_web_propelauth::{Denied, Unauthorized};
///
/// /// Returns what the user is asked to confirm with a code.
/// fn action(denied: &Denied) -> Option<&str> {
///     match denied {
///         Denied::Unauthorized(Unauthorized::StepUpRequired { action_type, .. }) => Some(action_type),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MissingStepUp {
    /// The request has no header with a grant.
    #[error("the request has no grant")]
    NoGrant,
    /// There is more than one grant, or the header is not 1 to 512 visible ASCII characters.
    #[error("the request does not have exactly one grant of 1 to 512 visible ASCII characters")]
    MalformedGrant,
    /// PropelAuth does not know the grant for this user and action, or no longer.
    #[error(
        "PropelAuth has no such grant: it has expired, was used, or is for another user or action"
    )]
    GrantNotFound,
}

/// The reason why an `Authorization` header is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedHeader {
    /// There is more than one `Authorization` header, or one and a header for API keys. A proxy in front might have checked another
    /// one than this application would.
    #[error("there is more than one such header")]
    MultipleHeaders,
    /// The header contains bytes other than visible ASCII characters, spaces and tabs.
    #[error("the header contains bytes that are not visible ASCII")]
    InvalidBytes,
    /// `Bearer` is not followed by exactly one token.
    #[error("Bearer is not followed by exactly one token")]
    NotOneToken,
}
