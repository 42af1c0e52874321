//! [`Authorized`]: what the roles and permissions of a caller say about a requirement.

use super::{
    denied::Denied, misconfigured::Misconfigured, requirement::Requirement, step_up::proof::Proof,
};
use crate::words::org_member_info::OrgMemberInfo;

/// The membership of a caller who meets a requirement, now or with a grant.
pub(in crate::access) enum Authorized<'a> {
    /// The requirement is met.
    Now(&'a OrgMemberInfo),
    /// It is met once this is proven.
    // In a box, because every request pays for the size of what most of them do not have.
    After(Box<Proof>, &'a OrgMemberInfo),
}

impl<'a> Authorized<'a> {
    /// Returns the membership where no grant can be verified.
    ///
    /// # Errors
    ///
    /// Returns an error if the requirement includes a grant, and not only if it decides: the first request of the route
    /// shows the mistake.
    pub(in crate::access) fn without_step_up(
        self,
        requirement: &Requirement,
    ) -> Result<&'a OrgMemberInfo, Denied> {
        match self {
            Self::Now(org) if !requirement.has_step_up() => Ok(org),
            _ => Err(Misconfigured::StepUpNotAwaited.into()),
        }
    }
}
