//! [`UnspecifiedOrg`]: why a request names no organization that can be checked.

/// The reason why a request names no organization, or none that can be checked.
///
/// ```
/// use actix_web_propelauth::{Denied, Forbidden, UnspecifiedOrg};
///
/// /// Returns `true` if the frontend should ask for a token of one organization.
/// fn needs_active_org(denied: &Denied) -> bool {
///     matches!(
///         denied,
///         Denied::Forbidden(Forbidden::OrgUnspecified(UnspecifiedOrg::NoActiveOrg))
///     )
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnspecifiedOrg {
    /// The lookup of the guard found no organization in the request, or more than one.
    #[error("{0}")]
    NotInRequest(String),
    /// The lookup reads a path parameter that the route does not have, or that actix-web has not matched
    /// yet. This is a mistake in the program: the guard denies every request.
    #[error("{0}")]
    NoPathParameter(String),
    /// The token has no active organization.
    #[error("the token has no active organization")]
    NoActiveOrg,
    /// The text in the request is empty or has characters that no id or name has.
    #[error("{0}")]
    Unusable(String),
}
