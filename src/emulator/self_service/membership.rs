//! The user of a session as a member of an organization, and what the member may do there.

use super::{Code, Needs, Refusal, session_user};
use crate::{
    emulator::state::{Ability, Membership, OrgRecord, RoleMapping, Store, ids::canonical},
    words::ids::{OrgId, UserId},
};

/// A member who acts in an organization.
pub(super) struct Member<'s> {
    pub(super) user_id: UserId,
    pub(super) org_id: OrgId,
    pub(super) org: &'s OrgRecord,
    pub(super) membership: &'s Membership,
    pub(super) roles: &'s RoleMapping,
}

/// Returns the session's user as a member of an organization.
///
/// An organization that the user is not in is refused as one that does not exist.
///
/// # Errors
///
/// The codes are those of [`session_user`], `action_disabled` and `org_not_found`.
pub(super) fn member<'s>(
    store: &'s Store,
    session: &str,
    org_id: &str,
) -> Result<Member<'s>, Refusal> {
    let user_id = session_user(store, session, Needs::Finished)?;
    check_orgs(store)?;
    let org_id = canonical::<OrgId>(org_id);
    let user = store.users.get(&user_id);
    let membership = user.and_then(|user| user.memberships.get(&org_id));
    match (store.orgs.get(&org_id), membership) {
        (Some(org), Some(membership)) => Ok(Member {
            roles: store.roles_of(&org_id),
            user_id,
            org_id,
            org,
            membership,
        }),
        _ => Err(org_not_found()),
    }
}

pub(super) fn org_not_found() -> Refusal {
    Refusal::new(
        Code::OrgNotFound,
        "There is no such organization, or you are not in it",
    )
}

pub(super) fn check_orgs(store: &Store) -> Result<(), Refusal> {
    match store.project.orgs_enabled {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::ActionDisabled,
            "There are no organizations here",
        )),
    }
}

impl Member<'_> {
    pub(super) fn may(&self, ability: Ability) -> bool {
        self.roles.may(self.membership, ability)
    }

    /// Refuses what the member's role does not allow.
    pub(super) fn check(&self, ability: Ability) -> Result<(), Refusal> {
        match self.may(ability) {
            true => Ok(()),
            false => Err(forbidden()),
        }
    }

    /// Refuses roles that the member cannot give or take.
    pub(super) fn check_manages(&self, other: &Membership) -> Result<(), Refusal> {
        match self.roles.manages(self.membership, other) {
            true => Ok(()),
            false => Err(forbidden()),
        }
    }
}

pub(super) fn forbidden() -> Refusal {
    Refusal::new(
        Code::ActionForbidden,
        "Your role in this organization does not allow this",
    )
}
