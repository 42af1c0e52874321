//! Logging in with a password, and starting the session of any login.

use super::{Code, Fields, Refusal, sms};
use crate::{
    LoginMethod,
    emulator::state::{LoginStep, NewSession, Store},
    words::{ids::UserId, secret::Secret},
};

/// A session that began.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) refresh_token: Secret,
    /// What the login still needs.
    pub(crate) step: LoginStep,
}

/// Logs in with an email address or a username and a password.
///
/// A name that no user has is refused as a wrong password is.
pub(crate) fn log_in(store: &mut Store, name: &str, password: &str) -> Result<Entered, Refusal> {
    if !store.project.settings.has_password_login {
        return Err(Refusal::new(
            Code::ActionDisabled,
            "Logging in with a password is disabled",
        ));
    }
    let mut fields = Fields::default();
    for (field, text) in [("email", name), ("password", password)] {
        if text.is_empty() {
            fields.add(field, "required", "This is required");
        }
    }
    fields.check()?;
    let wrong = || Refusal::new(Code::UserNotFound, "Incorrect email or password");
    let user = store.users.by_email_or_username(name).ok_or_else(wrong)?;
    let user_id = user.metadata.user_id.clone();
    check_lock(store, &user_id)?;
    if !store.try_password(&user_id, password) {
        check_lock(store, &user_id)?;
        return Err(wrong());
    }
    enter(store, &user_id, LoginMethod::Password, false)
}

/// Refuses a locked user. No password is tried, so that guessing ends.
fn check_lock(store: &Store, user_id: &UserId) -> Result<(), Refusal> {
    let user = store.users.get(user_id);
    match user.is_some_and(|user| user.metadata.locked) {
        true => Err(Refusal::new(
            Code::AccountLocked,
            "Your account is locked because of too many wrong passwords",
        )),
        false => Ok(()),
    }
}

/// Refuses a user who cannot log in at all.
pub(super) fn check_account(store: &Store, user_id: &UserId) -> Result<(), Refusal> {
    check_lock(store, user_id)?;
    let user = store.users.get(user_id);
    match user.is_some_and(|user| user.metadata.enabled) {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::AccountDisabled,
            "Your account is disabled",
        )),
    }
}

/// Starts the session of a user who proved to be one, by whatever means.
///
/// `skips_second_factor` is for means that have their own, such as single sign-on.
pub(crate) fn enter(
    store: &mut Store,
    user_id: &UserId,
    login_method: LoginMethod,
    skips_second_factor: bool,
) -> Result<Entered, Refusal> {
    check_account(store, user_id)?;
    let session = store.open_session(NewSession {
        user_id: user_id.clone(),
        login_method,
        skips_second_factor,
    });
    let refresh_token = session.map_err(|why| Refusal::new(Code::UnexpectedError, why))?;
    store.send_first_confirmation(user_id);
    sms::send_login_code(store, refresh_token.expose());
    let step = store.login_step(refresh_token.expose());
    Ok(Entered {
        refresh_token,
        step,
    })
}
