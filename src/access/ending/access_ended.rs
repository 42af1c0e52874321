//! [`AccessEnded`]: why a caller's access has ended.

use std::fmt;

use crate::{access::freshness::Cause, words::ids::OrgId};

/// The reason why the access of a caller has ended, as an [`AccessEnding`](crate::AccessEnding) resolves to.
///
/// It is for logs and for decisions of the application. Tell a client only that it may connect again with a
/// new token, such as by closing a WebSocket with code 1008 ([RFC 6455 §7.4.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1)).
///
/// ```
/// use actix_web_propelauth::AccessEnded;
///
/// fn log_line(ended: &AccessEnded) -> String {
///     format!("closed ({}): {ended}", ended.code())
/// }
///
/// assert_eq!(log_line(&AccessEnded::Expired), "closed (expired): the token has expired");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessEnded {
    /// The token has expired. For an API key: as much time has passed since PropelAuth was asked about it as
    /// a token lives ([`token_lifetime`](crate::PropelAuthBuilder::token_lifetime)).
    Expired,
    /// The credential no longer speaks, such as because its user was disabled or logged out.
    Stale(Cause),
    /// The membership in the organization changed, or it ended. Where the memberships are fetched after a change
    /// ([`OnStale::Refetch`](crate::freshness::OnStale::Refetch)), the roles or permissions in it are others, or do
    /// not meet the requirement any more.
    #[non_exhaustive]
    MembershipChanged {
        /// The id of the organization.
        org_id: OrgId,
        /// What changed.
        cause: Cause,
    },
    /// The caller was not in the organization from the beginning.
    NotInOrg(OrgId),
    /// The caller did not meet the requirement from the beginning.
    RequirementNotMet(OrgId),
    /// Too little is known of the other instances of the fleet, so that requests are denied with 503.
    FleetUnreachable,
}

impl AccessEnded {
    /// Returns a stable code: `expired`, `stale`, `membership_changed`, `not_in_org`, `requirement_not_met` or
    /// `fleet_unreachable`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Stale(_) => "stale",
            Self::MembershipChanged { .. } => "membership_changed",
            Self::NotInOrg(_) => "not_in_org",
            Self::RequirementNotMet(_) => "requirement_not_met",
            Self::FleetUnreachable => "fleet_unreachable",
        }
    }

    /// Returns the cause of the mark that ended it.
    pub(super) fn into_cause(self) -> Option<Cause> {
        match self {
            Self::Stale(cause) | Self::MembershipChanged { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl fmt::Display for AccessEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => f.write_str("the token has expired"),
            Self::Stale(cause) => write!(f, "the credential no longer speaks ({cause})"),
            Self::MembershipChanged { org_id, cause } => {
                let org_id = org_id.escape_debug();
                write!(f, "the membership in {org_id} changed ({cause})")
            }
            Self::NotInOrg(org_id) => {
                write!(f, "the caller is not in {}", org_id.escape_debug())
            }
            Self::RequirementNotMet(org_id) => {
                let org_id = org_id.escape_debug();
                write!(f, "the caller does not meet the requirement in {org_id}")
            }
            Self::FleetUnreachable => {
                f.write_str("too little is known of the other instances of the fleet")
            }
        }
    }
}
