//! Creating, joining and deleting organizations.

use std::fmt::Display;

use super::{
    Code, Needs, Refusal,
    email_rules::{domain_of, is_personal},
    membership::{check_orgs, member, org_not_found},
    session_user,
};
use crate::{
    api::{CreateOrg, DeleteOrg},
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            org::domains,
        },
        state::{
            Ability, Invite, Membership, OrgRecord, Store, UserRecord, case_fold, ids::canonical,
        },
    },
    words::ids::{OrgId, UserId},
};

/// An organization that a user creates.
#[derive(Debug)]
pub(crate) struct NewOrg {
    pub(crate) name: String,
    /// Whether users of the same email domain can join.
    pub(crate) autojoin_by_domain: bool,
    /// Whether only users of the same email domain can be members.
    pub(crate) restrict_to_domain: bool,
}

/// An organization that a user is in by now.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) org_id: OrgId,
    /// Whether it is the user's first one.
    pub(crate) first_org: bool,
}

/// An organization that a user can join.
#[derive(Debug)]
pub(crate) struct JoinableOrg {
    pub(crate) org_id: OrgId,
    pub(crate) name: String,
    /// Whether the user was invited. Otherwise, the domain of the email address is enough.
    pub(crate) is_invited: bool,
}

/// Creates an organization, whose first member gets the highest role.
pub(crate) fn create_own_org(
    store: &mut Store,
    session: &str,
    new: NewOrg,
) -> Result<Joined, Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    check_orgs(store)?;
    let user = find(store, &user_id)?;
    if !may_create_orgs(store, user) {
        let message = "You cannot create organizations";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    if new.name.trim().is_empty() {
        return Err(Refusal::field("name", "required", "Please enter a name"));
    }
    let uses_domain = new.autojoin_by_domain || new.restrict_to_domain;
    if new.autojoin_by_domain && !store.project.settings.allow_autojoin_by_domain {
        let message = "Organizations cannot admit a whole domain";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    let domain = domain_of(&user.metadata.email);
    if uses_domain && !user.metadata.email_confirmed {
        let message = "Please confirm your email address first";
        return Err(Refusal::new(Code::EmailNotConfirmed, message));
    }
    if uses_domain && is_personal(&domain) {
        let message = "The domain of your email address does not belong to your company";
        return Err(Refusal::new(Code::PersonalDomainError, message));
    }
    let first_org = user.memberships.is_empty();
    check_max_orgs(store, user)?;
    let set = store.project.settings.default_owner_role.as_ref();
    let role = store.project.roles.founder(set);
    let mut create = CreateOrg::new(new.name);
    create.enable_auto_joining_by_domain = Some(new.autojoin_by_domain);
    create.members_must_have_matching_domain = Some(new.restrict_to_domain);
    create.domain = Some(domain).filter(|_| uses_domain);
    let created = store.handle(create);
    let org_id = created.map_err(|why| unexpected(&why))?.org_id;
    let membership = Membership {
        role,
        additional_roles: Vec::new(),
    };
    let joined = store.join(&user_id, &org_id, membership, "org_id");
    joined.map_err(|why| unexpected(&why))?;
    Ok(Joined { org_id, first_org })
}

fn find<'s>(store: &'s Store, user_id: &UserId) -> Result<&'s UserRecord, Refusal> {
    let user = store.users.get(user_id);
    user.ok_or_else(super::not_logged_in)
}

/// Returns `true` if a user may create organizations.
pub(crate) fn may_create_orgs(store: &Store, user: &UserRecord) -> bool {
    let all_may = store.project.settings.users_can_create_orgs;
    store.project.orgs_enabled && (all_may || user.metadata.can_create_orgs)
}

fn unexpected<R: Display>(rejection: &Rejection<R>) -> Refusal {
    Refusal::new(Code::UnexpectedError, rejection.to_string())
}

fn check_max_orgs(store: &Store, user: &UserRecord) -> Result<(), Refusal> {
    let max = store.project.max_orgs_per_user.unwrap_or(usize::MAX);
    match user.memberships.len() < max {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::UserMaxOrgsLimitExceeded,
            "You are in as many organizations as possible. Please leave one first",
        )),
    }
}

/// Returns the organizations that the user can join: by an invitation, or by the domain of the email
/// address. Both need the address to be confirmed.
pub(crate) fn joinable_orgs(store: &Store, session: &str) -> Result<Vec<JoinableOrg>, Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    check_orgs(store)?;
    let user = find(store, &user_id)?;
    let mut orgs: Vec<&OrgRecord> = store.orgs.values().collect();
    orgs.sort_by_key(|org| org.number);
    let joinable = orgs.into_iter().filter_map(|org| {
        let is_invited = match way_in(store, user, org)? {
            WayIn::Invitation(_) => true,
            WayIn::Domain => false,
        };
        Some(JoinableOrg {
            org_id: org.org_id.clone(),
            name: org.name.clone(),
            is_invited,
        })
    });
    Ok(joinable.collect())
}

/// Why a user can join an organization.
enum WayIn<'s> {
    Invitation(&'s Invite),
    Domain,
}

/// Returns why a user can join an organization of which the user is no member.
fn way_in<'s>(store: &'s Store, user: &UserRecord, org: &OrgRecord) -> Option<WayIn<'s>> {
    let metadata = &user.metadata;
    if user.memberships.contains_key(&org.org_id) || !metadata.email_confirmed {
        return None;
    }
    let (email, now) = (case_fold(&metadata.email), store.now());
    let mut invites = store.invites.iter();
    let invite = invites.find(|invite| {
        invite.org_id == org.org_id
            && case_fold(&invite.invitee_email) == email
            && invite.expires_at > now
    });
    let is_open = store.project.settings.allow_autojoin_by_domain
        && org.domain_autojoin
        && domains::has(org, &domain_of(&email));
    invite
        .map(WayIn::Invitation)
        .or_else(|| is_open.then_some(WayIn::Domain))
}

/// Makes the user a member: with the role of the invitation, or else with the lowest one.
pub(crate) fn join_own_org(
    store: &mut Store,
    session: &str,
    org_id: &str,
) -> Result<Joined, Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    check_orgs(store)?;
    let org_id = canonical::<OrgId>(org_id);
    let user = find(store, &user_id)?;
    let org = store.orgs.get(&org_id).ok_or_else(org_not_found)?;
    let membership = match way_in(store, user, org).ok_or_else(org_not_found)? {
        WayIn::Invitation(invite) => offered(invite),
        WayIn::Domain => Membership {
            role: (store.roles_of(&org_id)).newcomer(store.project.settings.default_role.as_ref()),
            additional_roles: Vec::new(),
        },
    };
    enter_org(store, &user_id, &org_id, membership)
}

/// Accepts the invitation of a link, by the token in its URL.
///
/// The link was sent to the user's address, and so confirms it.
pub(crate) fn accept_invite(
    store: &mut Store,
    session: &str,
    token: &str,
) -> Result<Joined, Refusal> {
    let user_id = session_user(store, session, Needs::Factors)?;
    check_orgs(store)?;
    let user = find(store, &user_id)?;
    let invite = store.invites.with_token(token);
    let invite = invite.filter(|invite| invite.expires_at > store.now());
    let is_mine =
        |invite: &&Invite| case_fold(&invite.invitee_email) == case_fold(&user.metadata.email);
    let Some(invite) = invite.filter(is_mine) else {
        let message = "This invitation is for another email address, has expired, or was withdrawn";
        return Err(Refusal::new(Code::OrgNotFound, message));
    };
    let (org_id, membership) = (invite.org_id.clone(), offered(invite));
    let joined = enter_org(store, &user_id, &org_id, membership)?;
    if let Some(mut user) = store.users.get_mut(&user_id) {
        user.metadata.email_confirmed = true;
    }
    Ok(joined)
}

fn offered(invite: &Invite) -> Membership {
    Membership {
        role: invite.role.clone(),
        additional_roles: invite.additional_roles.clone(),
    }
}

fn enter_org(
    store: &mut Store,
    user_id: &UserId,
    org_id: &OrgId,
    membership: Membership,
) -> Result<Joined, Refusal> {
    let user = find(store, user_id)?;
    let first_org = user.memberships.is_empty();
    check_max_orgs(store, user)?;
    let org = store.orgs.get(org_id).ok_or_else(org_not_found)?;
    check_not_full(store, org)?;
    if !domains::admits(org, &user.metadata.email) {
        return Err(org_not_found());
    }
    let joined = store.join(user_id, org_id, membership, "org_id");
    joined.map_err(|why| unexpected(&why))?;
    Ok(Joined {
        org_id: org_id.clone(),
        first_org,
    })
}

/// Refuses another member of an organization that is full.
pub(super) fn check_not_full(store: &Store, org: &OrgRecord) -> Result<(), Refusal> {
    let max = org
        .max_users
        .map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
    match store.users.member_count(&org.org_id) < max {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::OrgMaxUsersLimitExceeded,
            "The organization has as many members as possible",
        )),
    }
}

/// Deletes an organization of the user.
pub(crate) fn delete_own_org(
    store: &mut Store,
    session: &str,
    org_id: &str,
) -> Result<(), Refusal> {
    let member = member(store, session, org_id).map_err(as_unconfirmed)?;
    if !store.project.settings.users_can_delete_their_own_orgs {
        let message = "Deleting organizations is disabled";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    member.check(Ability::DeleteOrg)?;
    let org_id = member.org_id;
    let deleted = store.handle(DeleteOrg { org_id });
    deleted.map_err(|_| org_not_found())
}

/// Replaces a code that the method of the frontend library does not know.
fn as_unconfirmed(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::EmailNotConfirmed => super::not_logged_in(),
        _ => refusal,
    }
}
