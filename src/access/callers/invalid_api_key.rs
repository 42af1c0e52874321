//! [`InvalidApiKey`]: why an API key does not authenticate a request.

/// The reason why an API key does not authenticate a request (401).
///
/// The response does not tell them apart. Its challenge has the code `invalid_token`, as for access tokens.
///
/// ```
/// use actix_web_propelauth::{Denied, InvalidApiKey, Unauthorized};
///
/// /// Returns `true` if an operator has to be woken up.
/// fn is_leak(denied: &Denied) -> bool {
///     matches!(
///         denied,
///         Denied::Unauthorized(Unauthorized::InvalidApiKey(InvalidApiKey::IntegrationKey))
///     )
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidApiKey {
    /// PropelAuth does not know the key, or it was deleted or has expired.
    #[error("PropelAuth does not know the API key; it may have been deleted or have expired")]
    Unknown,
    /// The header for API keys has a text that cannot be a key.
    #[error("the header for API keys has a text that cannot be an API key")]
    NotAKey,
    /// The user of the key is disabled.
    #[error("the user of the API key is disabled")]
    UserDisabled,
    /// The key is the integration key of this backend, which no client may have.
    #[error(
        "the caller sent the integration API key of this backend, which opens all of the project's data; \
         replace it in PropelAuth's dashboard at once, and find out how the caller got it"
    )]
    IntegrationKey,
    /// A middleware outside accepted the key, and this one accepts access tokens only.
    #[error(
        "the request is authenticated by an API key, and this middleware accepts access tokens only; \
         add `.accept_api_keys(…)` to it if the route is meant for programs as well"
    )]
    NotAccepted,
}
