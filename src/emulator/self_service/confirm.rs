//! Confirming an email address.

use super::{Code, Needs, Refusal, session_user};
use crate::{
    api::{ResendEmailConfirmation, ResendEmailConfirmationRefusal},
    emulator::{
        operations::handler::{Handler, Rejection},
        state::{LinkPurpose, Store},
    },
    words::ids::UserId,
};

/// Confirms the address that a link was sent to, by the token in its URL.
pub(crate) fn confirm_email(store: &mut Store, token: &str) -> Result<UserId, Refusal> {
    let expired = |_| {
        let message = "This link has expired or was used already";
        Refusal::new(Code::NotFound, message)
    };
    let Some(LinkPurpose::ConfirmEmail { user_id, email }) = store.email_link(token).cloned()
    else {
        return Err(expired(""));
    };
    store.confirm_address(&user_id, &email).map_err(expired)?;
    store.login_state.links.remove(token);
    Ok(user_id)
}

/// Sends the email with the link again.
pub(crate) fn resend_confirmation(store: &mut Store, session: &str) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Factors)?;
    let resent = store.handle(ResendEmailConfirmation { user_id });
    resent.map_err(|rejection| match rejection {
        Rejection::Refused(ResendEmailConfirmationRefusal::TooManyEmails(_)) => Refusal::new(
            Code::RateLimitExceeded,
            "Too many emails were sent. Please try again later",
        ),
        Rejection::Refused(ResendEmailConfirmationRefusal::UserNotFound) => super::not_logged_in(),
        _ => Refusal::new(
            Code::EmailAlreadyConfirmed,
            "Your email address is confirmed already",
        ),
    })
}
