//! Logging in through an identity provider: a social login, or the single sign-on of an organization.

use super::{
    Code, Entered, Refusal,
    email_rules::{EmailVerdict, judge_email},
    enter,
    log_in::check_account,
};
use crate::{
    LoginMethod, SamlLoginProvider, SocialLoginProvider,
    api::{SocialLoginToken, SocialLoginTokenProvider},
    emulator::state::{Membership, Store, is_email},
    words::ids::{OrgId, UserId},
};

/// The lifetime of a provider's token, in seconds.
const TOKEN_LIFETIME: i64 = 60 * 60;

/// Whom an identity provider vouches for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) email: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
}

/// Logs in the user of an account at a provider, who is created at the first login if anyone may sign up.
pub(crate) fn log_in_with_provider(
    store: &mut Store,
    identity: Identity,
    provider: SocialLoginProvider,
    token_provider: SocialLoginTokenProvider,
    scopes: Vec<String>,
) -> Result<Entered, Refusal> {
    check_identity(&identity)?;
    let user_id = match known_user(store, &identity) {
        Some(user_id) => {
            check_account(store, &user_id)?;
            user_id
        }
        None => {
            check_signup(store, &identity.email)?;
            new_user(store, identity)
        }
    };
    let token = SocialLoginToken {
        access_token: store.ids.hex_of(&["social token", &user_id], 4).into(),
        token_provider: token_provider.clone(),
        refresh_token: Some(store.ids.hex_of(&["social refresh", &user_id], 4).into()),
        token_expiration: Some(store.now().saturating_add(TOKEN_LIFETIME)),
        authorized_scopes: Some(scopes),
    };
    if let Some(mut user) = store.users.get_mut(&user_id) {
        user.metadata.email_confirmed = true;
        user.account.oauth_tokens.insert(token_provider, token);
    }
    let method = LoginMethod::SocialSso {
        provider: Some(provider),
    };
    enter(store, &user_id, method, false)
}

/// Logs in a member of an organization through its identity provider, who becomes one at the first login.
///
/// The identity provider has asked for a second factor if the organization wants one.
pub(crate) fn log_in_with_sso(
    store: &mut Store,
    identity: Identity,
    org_id: &OrgId,
    provider: SamlLoginProvider,
) -> Result<Entered, Refusal> {
    check_identity(&identity)?;
    let is_connected = store
        .orgs
        .get(org_id)
        .is_some_and(|org| org.connection.is_some());
    if !is_connected {
        return Err(Refusal::new(
            Code::OrgNotFound,
            "There is no organization with single sign-on",
        ));
    }
    let known = known_user(store, &identity);
    if let Some(user_id) = &known {
        check_account(store, user_id)?;
    }
    let is_member = known.as_ref().is_some_and(|user_id| {
        let user = store.users.get(user_id);
        user.is_some_and(|user| user.memberships.contains_key(org_id))
    });
    if !is_member {
        check_new_member(store, org_id, &identity.email, known.as_ref())?;
    }
    let user_id = known.unwrap_or_else(|| new_user(store, identity));
    if !is_member {
        let role = store.roles_of(org_id).names().last().cloned();
        let membership = Membership {
            role: role.unwrap_or_default(),
            additional_roles: Vec::new(),
        };
        let joined = store.join(&user_id, org_id, membership, "org_id");
        // What could keep the user out was checked before.
        joined.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))?;
    }
    if let Some(mut user) = store.users.get_mut(&user_id) {
        user.metadata.email_confirmed = true;
    }
    let method = LoginMethod::SamlSso {
        provider: Some(provider),
        org_id: Some(org_id.clone()),
    };
    enter(store, &user_id, method, true)
}

fn check_identity(identity: &Identity) -> Result<(), Refusal> {
    match is_email(&identity.email) {
        true => Ok(()),
        false => Err(Refusal::field(
            "email",
            "invalid",
            "This is not a valid email address",
        )),
    }
}

fn known_user(store: &Store, identity: &Identity) -> Option<UserId> {
    let user = store.users.by_email(&identity.email)?;
    Some(user.metadata.user_id.clone())
}

fn check_signup(store: &Store, email: &str) -> Result<(), Refusal> {
    if !store.project.settings.allow_public_signups {
        let message = "Signing up is possible with an invitation only";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    match judge_email(store, email) {
        EmailVerdict::Allowed => Ok(()),
        EmailVerdict::Personal => Err(Refusal::field(
            "email",
            "personal_domain",
            "Please use the email address of your company",
        )),
        EmailVerdict::Blocked => Err(Refusal::field(
            "email",
            "domain_not_allowed",
            "Email addresses of this domain cannot sign up",
        )),
    }
}

fn check_new_member(
    store: &Store,
    org_id: &OrgId,
    email: &str,
    user_id: Option<&UserId>,
) -> Result<(), Refusal> {
    if store.is_domain_blocked(email) {
        let message = "Email addresses of this domain are not allowed";
        return Err(Refusal::field("email", "domain_not_allowed", message));
    }
    let memberships = user_id
        .and_then(|user_id| store.users.get(user_id))
        .map_or(0, |user| user.memberships.len());
    let max = store.project.max_orgs_per_user.unwrap_or(usize::MAX);
    if memberships >= max {
        let message = "You are a member of as many organizations as possible";
        return Err(Refusal::new(Code::UserMaxOrgsLimitExceeded, message));
    }
    let entry = store.check_entry(org_id, email, "email");
    entry.map_err(|_| {
        let message = "This organization cannot take in another member";
        Refusal::new(Code::OrgMaxUsersLimitExceeded, message)
    })
}

fn new_user(store: &mut Store, identity: Identity) -> UserId {
    let mut user = store.new_user(identity.email);
    user.metadata.first_name = identity.first_name;
    user.metadata.last_name = identity.last_name;
    store.insert_user(user)
}
