//! Whose session it is, and whether it may do something yet.

use super::{Code, Refusal};
use crate::{
    emulator::state::{LoginStep, Store},
    words::ids::UserId,
};

/// How far a login must have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// The password and the second factor were correct.
    Factors,
    /// The email address is confirmed as well, if the project requires it. This is for what finishes
    /// a login: updating the password, setting up a second factor, joining an organization.
    Confirmed,
    /// Nothing is left to do.
    Finished,
}

/// Returns the user of a session.
///
/// # Errors
///
/// The codes are `not_logged_in` and `email_not_confirmed`.
pub(crate) fn session_user(store: &Store, session: &str, needs: Needs) -> Result<UserId, Refusal> {
    let has = match store.login_step(session) {
        LoginStep::LoginRequired | LoginStep::TwoFactorRequired => None,
        LoginStep::ConfirmEmailRequired => Some(Needs::Factors),
        LoginStep::UpdatePasswordRequired
        | LoginStep::UserMetadataRequired
        | LoginStep::TwoFactorEnablementRequired
        | LoginStep::OrgCreationRequired => Some(Needs::Confirmed),
        LoginStep::Finished => Some(Needs::Finished),
    };
    let user_id = store.browser_session(session);
    let user_id = user_id.map(|session| &session.user_id);
    match (has, user_id) {
        (Some(has), Some(user_id)) if has >= needs => Ok(user_id.clone()),
        (Some(Needs::Factors), Some(_)) => Err(Refusal::new(
            Code::EmailNotConfirmed,
            "Please confirm your email address first",
        )),
        _ => Err(not_logged_in()),
    }
}

/// Returns the refusal of a request without a session.
pub(crate) fn not_logged_in() -> Refusal {
    Refusal::new(Code::NotLoggedIn, "Please log in first")
}
