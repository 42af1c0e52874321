//! The members of an organization: listed, removed, and given other roles.

use serde::Serialize;

use super::{
    Code, Refusal,
    list::{ListPage, ListSlice},
    membership::{Member, check_orgs, forbidden, member},
    session_user::{Needs, session_user},
};
use crate::{
    api::{ChangeUserRoleInOrg, FieldErrors, RemoveUserFromOrg},
    emulator::{
        operations::handler::Handler,
        state::{Ability, Membership, OrgRecord, Store, UserRecord, ids::canonical},
    },
    words::ids::{OrgId, UserId},
};

/// A member as others see it.
#[derive(Debug, Serialize)]
pub(crate) struct OrgMemberRow {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) additional_roles: Vec<String>,
    /// The roles that the session's user may give to this member.
    pub(crate) possible_roles: Vec<String>,
    /// Whether the session's user may remove this member.
    pub(crate) can_be_deleted: bool,
    pub(crate) is_enabled: bool,
    pub(crate) is_2fa_enabled: bool,
}

/// Returns a page of the members. Members who cannot view others see themselves only.
pub(crate) fn org_members(
    store: &Store,
    session: &str,
    org_id: &str,
    page: &ListPage,
) -> Result<ListSlice<OrgMemberRow>, Refusal> {
    let me = member(store, session, org_id)?;
    let sees_others = me.may(Ability::ViewOtherMembers);
    let is_seen = |user: &&UserRecord| {
        let is_me = user.metadata.user_id == me.user_id;
        let membership = user.memberships.get(&me.org_id);
        let is_internal = membership.is_some_and(|it| me.roles.is_internal(&it.role));
        is_me || sees_others && !is_internal
    };
    let mut users: Vec<&UserRecord> = store.users.members(&me.org_id).filter(is_seen).collect();
    users.retain(|user| page.finds(&user.metadata.email));
    users.sort_by_key(|user| user.age());
    let rows = users.into_iter().filter_map(|user| row(store, &me, user));
    Ok(page.slice(rows.collect()))
}

fn row(store: &Store, me: &Member<'_>, user: &UserRecord) -> Option<OrgMemberRow> {
    let membership = user.memberships.get(&me.org_id)?;
    let metadata = &user.metadata;
    let may_change = check_change(me, membership).is_ok();
    let possible_roles = match may_change {
        true => me.roles.manageable(me.membership),
        false => Vec::new(),
    };
    Some(OrgMemberRow {
        user_id: metadata.user_id.clone(),
        email: metadata.email.clone(),
        role: membership.role.clone(),
        additional_roles: membership.additional_roles.clone(),
        possible_roles,
        can_be_deleted: check_removal(store, me, &metadata.user_id, membership).is_ok(),
        is_enabled: metadata.enabled,
        is_2fa_enabled: metadata.mfa_enabled,
    })
}

/// Refuses to change the roles of a member.
fn check_change(me: &Member<'_>, old: &Membership) -> Result<(), Refusal> {
    me.check(Ability::ChangeRoles)?;
    me.check_manages(old)
}

/// Refuses to remove a member. Every member may leave, but for the last member with the highest role.
fn check_removal(
    store: &Store,
    me: &Member<'_>,
    user_id: &UserId,
    membership: &Membership,
) -> Result<(), Refusal> {
    if *user_id != me.user_id {
        me.check(Ability::RemoveUsers)?;
        me.check_manages(membership)?;
    }
    check_other_owner(store, me, user_id, membership)
}

/// Refuses to take the highest role from the only member who has it.
fn check_other_owner(
    store: &Store,
    me: &Member<'_>,
    user_id: &UserId,
    membership: &Membership,
) -> Result<(), Refusal> {
    let Some(highest) = me.roles.names().first() else {
        return Ok(());
    };
    let has_role = |user: &UserRecord| {
        let membership = user.memberships.get(&me.org_id);
        membership.is_some_and(|membership| membership.has(highest))
    };
    let mut others = store.users.members(&me.org_id);
    let has_other = others.any(|user| user.metadata.user_id != *user_id && has_role(user));
    match has_other || !membership.has(highest) {
        true => Ok(()),
        false => {
            let message = format!("There must be at least one {highest}");
            Err(Refusal::field("org_id", "must_have_owner", message))
        }
    }
}

/// Returns an organization with other members of whom none has the highest role, if this user has it there.
pub(super) fn ownerless_without<'s>(store: &'s Store, user_id: &UserId) -> Option<&'s OrgRecord> {
    let memberships = &store.users.get(user_id)?.memberships;
    let needs_user = |org_id: &OrgId, membership: &Membership| {
        let highest = store.roles_of(org_id).names().first();
        let is_owner = |it: &Membership| highest.is_some_and(|highest| it.has(highest));
        let mut others = (store.users.members(org_id))
            .filter(|other| other.metadata.user_id != *user_id)
            .filter_map(|other| other.memberships.get(org_id))
            .peekable();
        is_owner(membership) && others.peek().is_some() && !others.any(is_owner)
    };
    let mut needing = memberships.iter().filter(|(id, it)| needs_user(id, it));
    store.orgs.get(needing.next()?.0)
}

fn find<'s>(store: &'s Store, org_id: &OrgId, user_id: &UserId) -> Result<&'s Membership, Refusal> {
    let user = store.users.get(user_id);
    let membership = user.and_then(|user| user.memberships.get(org_id));
    membership.ok_or_else(|| {
        let message = "There is no such member in the organization";
        Refusal::new(Code::UserNotFound, message)
    })
}

/// Removes a member, or the session's user itself, who then leaves.
pub(crate) fn remove_member(
    store: &mut Store,
    session: &str,
    org_id: &str,
    user_id: &str,
) -> Result<(), Refusal> {
    let me = member(store, session, org_id)?;
    let user_id = canonical::<UserId>(user_id);
    if user_id != me.user_id {
        me.check(Ability::RemoveUsers)?;
    }
    let membership = find(store, &me.org_id, &user_id)?;
    check_removal(store, &me, &user_id, membership)?;
    let org_id = me.org_id;
    let removed = store.handle(RemoveUserFromOrg { user_id, org_id });
    removed.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))
}

/// Gives a member other roles.
///
/// An organization that the session's user is not in is forbidden: the method of the frontend library knows
/// no other code for it.
pub(crate) fn change_member_role(
    store: &mut Store,
    session: &str,
    org_id: &str,
    user_id: &str,
    new: Membership,
) -> Result<(), Refusal> {
    session_user(store, session, Needs::Finished)?;
    check_orgs(store)?;
    let me = member(store, session, org_id).map_err(|_| forbidden())?;
    me.check(Ability::ChangeRoles)?;
    let user_id = canonical::<UserId>(user_id);
    let old = find(store, &me.org_id, &user_id)?;
    check_change(&me, old)?;
    check_roles(store, &me, &new)?;
    me.check_manages(&new)?;
    if me
        .roles
        .names()
        .first()
        .is_some_and(|highest| !new.has(highest))
    {
        check_other_owner(store, &me, &user_id, old)?;
    }
    let mut change = ChangeUserRoleInOrg::new(user_id, me.org_id, new.role);
    change.additional_roles = Some(new.additional_roles.into());
    let changed = store.handle(change);
    changed.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))
}

/// Refuses roles that the organization does not have, or that are not given to anyone.
pub(super) fn check_roles(
    store: &Store,
    me: &Member<'_>,
    membership: &Membership,
) -> Result<(), Refusal> {
    let mut errors = FieldErrors::default();
    store.check_roles(&mut errors, &me.org_id, membership);
    let mut all = std::iter::once(&membership.role).chain(&membership.additional_roles);
    let wrong = errors.iter().next().map(|(field, _)| field.to_owned());
    match wrong {
        Some(field) => Err(Refusal::field(field, "invalid", "There is no such role")),
        None if all.any(|role| !me.roles.is_given(role)) => Err(Refusal::field(
            "role",
            "invalid",
            "This role cannot be given",
        )),
        None => Ok(()),
    }
}
