//! Invitations to an organization, by its members.

use serde::Serialize;

use super::{
    Code, Refusal,
    list::{ListPage, ListSlice},
    members::check_roles,
    membership::member,
    orgs::check_not_full,
};
use crate::{
    api::InviteUserToOrg,
    emulator::{
        operations::org::domains,
        state::{Ability, Invite, Membership, Store, is_email},
    },
};

/// An invitation as members see it.
#[derive(Debug, Serialize)]
pub(crate) struct InviteRow {
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) additional_roles: Vec<String>,
    /// As a Unix timestamp in seconds.
    pub(crate) expires_at_seconds: i64,
}

/// Invites an email address into an organization of the user.
pub(crate) fn invite_member(
    store: &mut Store,
    session: &str,
    org_id: &str,
    email: &str,
    offered: Membership,
) -> Result<(), Refusal> {
    let me = member(store, session, org_id)?;
    me.check(Ability::Invite)?;
    if !is_email(email) {
        let message = "This is not a valid email address";
        return Err(Refusal::field("email", "invalid", message));
    }
    check_roles(store, &me, &offered)?;
    me.check_manages(&offered)?;
    let user = store.users.by_email(email);
    if user.is_some_and(|user| user.memberships.contains_key(&me.org_id)) {
        let message = "This user is in the organization already";
        return Err(Refusal::new(Code::ActionAlreadyComplete, message));
    }
    if !domains::admits(me.org, email) || user.is_none() && store.is_domain_blocked(email) {
        let message = "Email addresses of this domain cannot be invited";
        return Err(Refusal::field("email", "domain_not_allowed", message));
    }
    check_not_full(store, me.org)?;
    let (org_id, inviter) = (me.org_id, me.user_id);
    let mut invite = InviteUserToOrg::new(email, org_id, offered.role);
    invite.additional_roles = Some(offered.additional_roles.into());
    let invited = store.invite(invite, Some(inviter));
    invited.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))
}

/// Withdraws an invitation, which may have expired.
pub(crate) fn revoke_invite(
    store: &mut Store,
    session: &str,
    org_id: &str,
    email: &str,
) -> Result<(), Refusal> {
    let me = member(store, session, org_id)?;
    me.check(Ability::Invite)?;
    let org_id = me.org_id;
    match store.invites.take(&org_id, email) {
        Some(_) => Ok(()),
        None => {
            let message = "There is no invitation to this email address";
            Err(Refusal::field("email", "not_found", message))
        }
    }
}

/// Returns a page of the invitations that can be accepted.
pub(crate) fn pending_invites(
    store: &Store,
    session: &str,
    org_id: &str,
    page: &ListPage,
) -> Result<ListSlice<InviteRow>, Refusal> {
    let now = store.now();
    invites(store, session, org_id, page, |it| now < it.expires_at)
}

/// Returns a page of the invitations that were not accepted in time.
pub(crate) fn expired_invites(
    store: &Store,
    session: &str,
    org_id: &str,
    page: &ListPage,
) -> Result<ListSlice<InviteRow>, Refusal> {
    let now = store.now();
    invites(store, session, org_id, page, |it| it.expires_at <= now)
}

/// Members who cannot view others see no invitations either.
fn invites(
    store: &Store,
    session: &str,
    org_id: &str,
    page: &ListPage,
    is_listed: impl Fn(&Invite) -> bool,
) -> Result<ListSlice<InviteRow>, Refusal> {
    let me = member(store, session, org_id)?;
    let sees_others = me.may(Ability::ViewOtherMembers);
    let is_seen = |invite: &&Invite| {
        sees_others
            && invite.org_id == me.org_id
            && is_listed(invite)
            && page.finds(&invite.invitee_email)
    };
    let rows = store
        .invites
        .iter()
        .filter(is_seen)
        .map(|invite| InviteRow {
            email: invite.invitee_email.clone(),
            role: invite.role.clone(),
            additional_roles: invite.additional_roles.clone(),
            expires_at_seconds: invite.expires_at,
        });
    Ok(page.slice(rows.collect()))
}
