//! [`TooMany`]: what a caller does too often (429).

/// What a caller does too often.
///
/// ```
/// use actix_web_propelauth::{Denied, TooMany};
///
/// /// Returns `true` if the caller may be guessing.
/// fn is_suspicious(denied: &Denied) -> bool {
///     matches!(denied, Denied::TooManyRequests { what: TooMany::StepUpGrants, .. })
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TooMany {
    /// The owner of an API key uses it too often, by the rate limit that the project sets.
    ///
    /// PropelAuth counts one use of a key for each validation, and not for each request: raise
    /// [`cache_for`](crate::ApiKeys::cache_for) to count fewer.
    ApiKeyUses,
    /// The user sent ten step-up grants that PropelAuth does not know within a minute, or more than 20 at a time.
    StepUpGrants,
}

impl TooMany {
    /// Returns what the caller does too often, for the log.
    pub(in crate::access) fn text(self) -> &'static str {
        match self {
            Self::ApiKeyUses => {
                "the owner of the API key uses it too often, by the rate limit of the project"
            }
            Self::StepUpGrants => {
                "the user sends too many step-up grants that PropelAuth does not know, or too many at a time"
            }
        }
    }
}
