//! What a middleware does with requests that have no user.

use crate::access::denied::Denied;

/// The policy for requests without a user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Policy {
    /// The request is denied.
    Require,
    /// The request continues if it has no token, and is denied if its token is invalid.
    Optional,
    /// The request continues, also if its token is invalid.
    AllowAnonymous,
}

impl Policy {
    /// Returns the name of the method that creates the middleware.
    pub(super) fn middleware_name(self) -> &'static str {
        match self {
            Self::Require => "require_user",
            Self::Optional => "optional_user",
            Self::AllowAnonymous => "allow_anonymous",
        }
    }

    /// Returns `true` if a request may continue without a user, although it was denied for this reason.
    /// A missing verifier key is never tolerated: the user may well have a valid token, and would be
    /// treated as a stranger.
    pub(super) fn tolerates(self, denied: &Denied) -> bool {
        match self {
            Self::Require => false,
            Self::Optional => denied.is_anonymous(),
            Self::AllowAnonymous => denied.is_anonymous() || denied.is_bad_credentials(),
        }
    }
}
