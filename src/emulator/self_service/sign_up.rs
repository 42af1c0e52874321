//! Signing up, with or without an invitation.

use serde_json::{Map, Value};

use super::{
    Code, Entered, Fields, Refusal,
    email_rules::{EmailVerdict, judge_email},
    enter, profile,
};
use crate::{
    LoginMethod,
    api::SerializableSecret,
    emulator::state::{Invite, Membership, Store, case_fold, is_email},
    words::ids::UserId,
};

/// A form that was filled in.
#[derive(Debug)]
pub(crate) struct SignUp {
    pub(crate) email: String,
    pub(crate) password: SerializableSecret,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) properties: Map<String, Value>,
    /// The token in the URL of an invitation.
    pub(crate) invite_token: Option<String>,
    /// What the URL of the form had besides, which the backend can fetch later.
    pub(crate) query_parameters: Map<String, Value>,
}

/// A user who signed up.
#[derive(Debug)]
pub(crate) struct SignedUp {
    pub(crate) user_id: UserId,
    pub(crate) entered: Entered,
}

/// Creates an account and starts its session.
///
/// An invitation makes the user a member, and allows the sign-up where it is not public. As it was sent to
/// the address, it confirms it, too.
pub(crate) fn sign_up(store: &mut Store, form: SignUp) -> Result<SignedUp, Refusal> {
    let settings = &store.project.settings;
    let invite = open_invite(store, &form)?;
    if !settings.has_password_login {
        let message = "Signing up with a password is disabled";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    if invite.is_none() && !settings.allow_public_signups {
        let message = "Signing up is possible with an invitation only";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    check_form(store, &form, invite.is_some())?;

    let password = store.hashed(Some(&form.password));
    let mut user = store.new_user(form.email);
    user.account.password = password;
    user.account.signup_query_parameters = form.query_parameters;
    let metadata = &mut user.metadata;
    metadata.has_password = true;
    metadata.email_confirmed = invite.is_some();
    metadata.username = form.username.filter(|it| !it.is_empty());
    metadata.first_name = form.first_name.filter(|it| !it.is_empty());
    metadata.last_name = form.last_name.filter(|it| !it.is_empty());
    metadata.properties = Some(form.properties).filter(|it| !it.is_empty());
    let user_id = store.insert_user(user);
    if let Some(invite) = invite {
        let membership = Membership {
            role: invite.role,
            additional_roles: invite.additional_roles,
        };
        // What could keep the user out was checked before.
        let joined = store.join(&user_id, &invite.org_id, membership, "org_id");
        joined.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))?;
    }
    let entered = enter(store, &user_id, LoginMethod::Password, false)?;
    Ok(SignedUp { user_id, entered })
}

/// Returns the invitation of a form that has the token of one.
fn open_invite(store: &Store, form: &SignUp) -> Result<Option<Invite>, Refusal> {
    let Some(token) = form.invite_token.as_deref().filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let invite = store.invites.with_token(token);
    let open = invite.filter(|invite| invite.expires_at > store.now());
    let Some(invite) = open else {
        let message = "This invitation has expired or was withdrawn";
        return Err(Refusal::field("invite_token", "invalid", message));
    };
    if case_fold(&invite.invitee_email) != case_fold(&form.email) {
        let message = "This invitation is for another email address";
        return Err(Refusal::field("email", "invalid", message));
    }
    let entry = store.check_entry(&invite.org_id, &form.email, "email");
    if entry.is_err() && !store.users.is_email_taken(&form.email, None) {
        let message = "This organization cannot take in another member";
        return Err(Refusal::field("invite_token", "invalid", message));
    }
    Ok(Some(invite.clone()))
}

fn check_form(store: &Store, form: &SignUp, is_invited: bool) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    let email = form.email.as_str();
    if !is_email(email) {
        fields.add("email", "invalid", "This is not a valid email address");
    } else if store.users.is_email_taken(email, None) {
        fields.add("email", "taken", "This email address is in use already");
    } else if !is_invited {
        match judge_email(store, email) {
            EmailVerdict::Allowed => {}
            EmailVerdict::Personal => fields.add(
                "email",
                "personal_domain",
                "Please use the email address of your company",
            ),
            EmailVerdict::Blocked => fields.add(
                "email",
                "domain_not_allowed",
                "Email addresses of this domain cannot sign up",
            ),
        }
    }
    if form.password.expose().is_empty() {
        fields.add("password", "required", "Please choose a password");
    }
    profile::check_username(store, form.username.as_deref(), None, &mut fields);
    profile::check_properties(store, None, &form.properties, &mut fields);
    fields.check()
}
