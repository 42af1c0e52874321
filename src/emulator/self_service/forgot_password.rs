//! Choosing a password without the current one, by a link in an email.

use super::{Code, Entered, Refusal, enter, log_in::check_account};
use crate::{
    LoginMethod,
    api::SerializableSecret,
    emulator::state::{EmailKind, LinkPurpose, Store, case_fold, is_email},
    words::ids::UserId,
};

/// The number of emails for one user within the lifetime of a link.
const MAX_LINKS: usize = 5;

/// Sends a link to the user with an email address. Nothing tells whether there is one.
pub(crate) fn forgot_password(store: &mut Store, email: &str) -> Result<(), Refusal> {
    if !is_email(email) {
        let message = "This is not a valid email address";
        return Err(Refusal::field("email", "invalid", message));
    }
    let Some(user) = store.users.by_email(email) else {
        return Ok(());
    };
    let (user_id, to) = (user.metadata.user_id.clone(), user.metadata.email.clone());
    let purpose = LinkPurpose::ResetPassword {
        user_id: user_id.clone(),
        email: to.clone(),
    };
    let now = store.now();
    let links = store.login_state.links.values();
    let open = links.filter(|it| it.purpose == purpose && now < it.expires_at);
    let is_allowed = store.project.settings.has_password_login
        && user.metadata.enabled
        && open.count() < MAX_LINKS;
    if is_allowed {
        let link = store.new_email_link(purpose);
        store.send_email(to, EmailKind::ResetPassword, Some(user_id), link);
    }
    Ok(())
}

/// Returns the user of a link that can be used, by the token in its URL.
///
/// A link to an address that the account had earlier does nothing: who receives emails there may be another
/// person by now.
pub(crate) fn check_reset_link(store: &Store, token: &str) -> Result<UserId, Refusal> {
    let is_current = |user_id: &UserId, email: &str| {
        let user = store.users.get(user_id);
        user.is_some_and(|user| case_fold(&user.metadata.email) == case_fold(email))
    };
    match store.email_link(token) {
        Some(LinkPurpose::ResetPassword { user_id, email }) if is_current(user_id, email) => {
            Ok(user_id.clone())
        }
        _ => Err(Refusal::new(
            Code::NotFound,
            "This link has expired or was used already. Please ask for another one",
        )),
    }
}

/// Sets the password, ends all other sessions and starts one.
///
/// The link proves that the user receives emails at the address, so that it confirms it, and unlocks an
/// account that wrong passwords locked. A second factor is needed all the same.
pub(crate) fn reset_password(
    store: &mut Store,
    token: &str,
    password: &SerializableSecret,
) -> Result<Entered, Refusal> {
    let user_id = check_reset_link(store, token)?;
    if password.expose().is_empty() {
        let message = "Please choose a password";
        return Err(Refusal::field("password", "required", message));
    }
    let is_enabled = |store: &Store| {
        let user = store.users.get(&user_id);
        user.is_some_and(|user| user.metadata.enabled)
    };
    if !is_enabled(store) {
        check_account(store, &user_id)?;
    }
    let password = store.hashed(Some(password));
    store.drop_sessions(&user_id);
    store.remove_reset_links(&user_id);
    if let Some(mut user) = store.users.get_mut(&user_id) {
        user.account.password = password;
        user.account.failed_logins = 0;
        let metadata = &mut user.metadata;
        metadata.has_password = true;
        metadata.update_password_required = false;
        metadata.email_confirmed = true;
        metadata.locked = false;
    }
    enter(store, &user_id, LoginMethod::Password, false)
}
