//! [`Unreachable`]: what cannot be known for certain (503).

/// What cannot be known for certain, because PropelAuth or the fleet cannot be asked.
///
/// ```
/// use actix_web_propelauth::{Denied, Unreachable};
///
/// /// Names the dependency that an alert is about.
/// fn dependency(denied: &Denied) -> Option<&'static str> {
///     match denied {
///         Denied::Unreachable { what: Unreachable::Fleet, .. } => Some("redis"),
///         Denied::Unreachable { .. } | Denied::Unavailable { .. } => Some("propelauth"),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreachable {
    /// The membership of the user, on a route that trusts no claim.
    Membership,
    /// Whether an API key is valid, and whose it is.
    ApiKey,
    /// Whether a token for a protected resource is active.
    Introspection,
    /// Whether a step-up grant is valid.
    StepUpGrant,
    /// What has changed since the token was issued, as another instance of the service reported it.
    Fleet,
}

impl Unreachable {
    /// Returns what cannot be known, for the log.
    pub(in crate::access) fn text(self) -> &'static str {
        match self {
            Self::Membership => "the membership of the user cannot be fetched from PropelAuth",
            Self::ApiKey => "the API key cannot be validated by PropelAuth",
            Self::Introspection => "PropelAuth cannot be asked whether the token is active",
            Self::StepUpGrant => "the step-up grant cannot be verified by PropelAuth",
            Self::Fleet => "changes that other instances reported cannot be read",
        }
    }
}
