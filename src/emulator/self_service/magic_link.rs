//! Logging in with a link that is sent by email.

use std::collections::BTreeMap;

use super::{
    Code, Entered, Refusal,
    email_rules::{EmailVerdict, judge_email},
    enter,
    log_in::check_account,
};
use crate::{
    LoginMethod,
    emulator::state::{EmailKind, EmulatedMagicLink, Store, case_fold, is_email},
};

/// The time until a link expires, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;

/// Sends a link to an email address.
///
/// Nothing is sent, and nothing is said, if the address has no account and cannot get one: the
/// answer must not tell who has an account.
pub(crate) fn send_magic_link(
    store: &mut Store,
    email: &str,
    create_if_doesnt_exist: bool,
    redirect_to_url: Option<String>,
) -> Result<(), Refusal> {
    let settings = &store.project.settings;
    if !settings.has_passwordless_login {
        return Err(Refusal::new(
            Code::NotFound,
            "Logging in with a link is disabled",
        ));
    }
    if !is_email(email) {
        let message = "This is not a valid email address";
        return Err(Refusal::field("email", "invalid", message));
    }
    let user_id = store.users.by_email(email);
    let user_id = user_id.map(|user| user.metadata.user_id.clone());
    match &user_id {
        Some(user_id) => check_account(store, user_id)?,
        None if !create_if_doesnt_exist || !settings.allow_public_signups => return Ok(()),
        None => match judge_email(store, email) {
            EmailVerdict::Allowed => {}
            EmailVerdict::Personal => {
                let message = "Please use the email address of your company";
                return Err(Refusal::new(Code::BadRequest, message));
            }
            EmailVerdict::Blocked => {
                let message = "Email addresses of this domain cannot sign up";
                return Err(Refusal::new(Code::DomainNotAllowed, message));
            }
        },
    }
    let token = store.ids.hex_of(&["magic link", &case_fold(email)], 2);
    let path = format!("/api/fe/v2/login/magic?t={token}");
    let settings = &store.project.settings;
    let link = EmulatedMagicLink {
        url: format!("{}{path}", store.project.pages_url()),
        email: email.to_owned(),
        redirect_to_url,
        expires_at: store.now().saturating_add(LIFETIME),
        creates_user: user_id.is_none(),
        expires_after_first_use: settings.magic_link_expire_after_first_use,
        requires_interstitial: settings.magic_link_requires_interstitial,
        user_signup_query_parameters: BTreeMap::new(),
        uses: 0,
    };
    store.login_state.magic_links.insert(token, link);
    store.send_email(email.to_owned(), EmailKind::MagicLink, user_id, path);
    Ok(())
}

/// Opens a magic link by its token: logs in the user, who is created if the link allows it, and
/// confirms the email address.
pub(crate) fn open_magic_link(store: &mut Store, token: &str) -> Result<Entered, Refusal> {
    let link = store.magic_link(token);
    let known = link.map(|link| store.users.by_email(&link.email));
    if let Ok(Some(user)) = known {
        check_account(store, &user.metadata.user_id)?;
    }
    let user_id = store.redeem_magic_link(token).map_err(|_| {
        let message = "This link has expired or was used already. Please ask for another one";
        Refusal::new(Code::NotFound, message)
    })?;
    enter(store, &user_id, LoginMethod::MagicLink, false)
}
