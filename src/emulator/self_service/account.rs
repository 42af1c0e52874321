//! Changing and deleting one's own account.
//!
//! Known differences to PropelAuth: `owner-stays` in docs/differences.md.

use super::{Code, Needs, Refusal, members, session_user};
use crate::{
    api::{DeleteUser, SerializableSecret, UpdateUserEmail},
    emulator::{
        operations::{handler::Handler, org::domains},
        state::{Store, is_email},
    },
    words::ids::UserId,
};

/// The time in which only one email asks to confirm a changed address, in seconds.
const EMAIL_PAUSE: i64 = 60;

/// Sets the password. Users who have one give it, unless they must choose another one.
pub(crate) fn update_password(
    store: &mut Store,
    session: &str,
    current: Option<&str>,
    password: &SerializableSecret,
) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    if password.expose().is_empty() {
        let message = "Please choose a password";
        return Err(Refusal::field("password", "required", message));
    }
    let is_asked = (store.users.get(&user_id))
        .is_some_and(|user| user.metadata.has_password && !user.metadata.update_password_required);
    if is_asked && current.is_none() {
        let message = "Please enter your current password";
        return Err(Refusal::field("current_password", "required", message));
    }
    if is_asked {
        check_password(store, &user_id, current.unwrap_or_default())?;
    }
    let password = store.hashed(Some(password));
    if let Some(mut user) = store.users.get_mut(&user_id) {
        user.account.password = password;
        user.account.failed_logins = 0;
        user.metadata.has_password = true;
        user.metadata.update_password_required = false;
    }
    store.remove_reset_links(&user_id);
    Ok(())
}

/// Refuses a wrong password, and counts it as one of a login.
fn check_password(store: &mut Store, user_id: &UserId, password: &str) -> Result<(), Refusal> {
    if store.try_password(user_id, password) {
        return Ok(());
    }
    let user = store.users.get(user_id);
    Err(match user.is_some_and(|user| user.metadata.locked) {
        true => Refusal::new(
            Code::AccountLocked,
            "Your account is locked because of too many wrong passwords",
        ),
        false => Refusal::new(Code::IncorrectPassword, "Your password is wrong"),
    })
}

/// Asks to confirm another email address, which replaces the current one then.
pub(crate) fn update_email(
    store: &mut Store,
    session: &str,
    new_email: &str,
    password: Option<&str>,
) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    if !store.project.settings.users_can_change_email {
        let message = "Changing the email address is disabled";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    if !is_email(new_email) {
        let message = "This is not a valid email address";
        return Err(Refusal::field("new_email", "invalid", message));
    }
    if store.users.is_email_taken(new_email, None) {
        let message = "This email address is in use already";
        return Err(Refusal::field("new_email", "taken", message));
    }
    if store.is_domain_blocked(new_email) {
        let message = "Email addresses of this domain are not allowed";
        return Err(Refusal::field("new_email", "domain_not_allowed", message));
    }
    let user = store.users.get(&user_id);
    let user = user.ok_or_else(super::not_logged_in)?;
    let mut orgs = user.memberships.keys().filter_map(|id| store.orgs.get(id));
    if let Some(org) = orgs.find(|org| !domains::admits(org, new_email)) {
        let name = &org.name;
        let message = format!("{name} admits only email addresses of its own domain");
        return Err(Refusal::new(Code::ActionForbidden, message));
    }
    let last = user.account.confirmations_sent.last();
    let is_recent = last.is_some_and(|at| store.now() < at.saturating_add(EMAIL_PAUSE));
    if is_recent && user.account.pending_email.is_some() {
        let message = "An email was sent to you a moment ago. Please wait before you try again";
        return Err(Refusal::new(Code::ConfirmationEmailSent, message));
    }
    if user.metadata.has_password {
        check_password(store, &user_id, password.unwrap_or_default())?;
    }
    let update = UpdateUserEmail {
        user_id,
        new_email: new_email.to_owned(),
        require_email_confirmation: true,
    };
    store
        .handle(update)
        .map_err(|_| Refusal::field("new_email", "invalid", "This address cannot be taken"))
}

/// Deletes the account of the session's user, unless an organization with other members would have no owner then.
pub(crate) fn delete_me(store: &mut Store, session: &str) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Factors)?;
    if !store.project.settings.users_can_delete_own_account {
        let message = "Deleting your own account is disabled";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    if let Some(org) = members::ownerless_without(store, &user_id) {
        let name = &org.name;
        let message = format!(
            "{name} has other members and needs an owner: give one of them your role first, or delete {name}"
        );
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    let deleted = store.handle(DeleteUser { user_id });
    deleted.map_err(|_| super::not_logged_in())
}
