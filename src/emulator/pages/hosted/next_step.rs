//! The next page of a login: what it still needs, and in the end where the browser wanted to be.

use crate::emulator::{
    frontend::session_cookie::session_cookie,
    pages::{
        return_to::{ReturnTo, with_return_to},
        visit::Visit,
    },
    state::{LoginStep, Store, UserRecord},
    web::Reply,
};

/// Returns the reply that sends a browser to the next page of the login with this refresh token.
pub(super) fn to_next_step(store: &Store, visit: &Visit<'_>, refresh_token: &str) -> Reply {
    let return_to = visit.return_to(&store.project.settings);
    to_next_step_and(store, refresh_token, return_to.as_ref())
}

fn to_next_step_and(store: &Store, refresh_token: &str, return_to: Option<&ReturnTo>) -> Reply {
    let step = store.login_step(refresh_token);
    match (page_of(step), return_to) {
        (Some(path), return_to) => Reply::redirect(with_return_to(path, return_to)),
        (None, Some(return_to)) => Reply::redirect(return_to.url()),
        (None, None) => Reply::redirect(store.project.settings.login_redirect_url()),
    }
}

/// Returns the reply to a login that has just begun: its cookie, and the next page.
pub(super) fn logged_in(store: &mut Store, visit: &Visit<'_>, refresh_token: &str) -> Reply {
    let return_to = visit.return_to(&store.project.settings);
    logged_in_and(store, visit, refresh_token, return_to.as_ref())
}

/// The same with another place to return to.
pub(super) fn logged_in_and(
    store: &mut Store,
    visit: &Visit<'_>,
    refresh_token: &str,
    return_to: Option<&ReturnTo>,
) -> Reply {
    // Whoever was logged in before in this browser is not any more.
    if visit.session() != refresh_token {
        store.end_session(visit.session());
    }
    let cookie = session_cookie(store, refresh_token);
    to_next_step_and(store, refresh_token, return_to).cookie(&cookie)
}

/// Returns the page of a step, or `None` if the login is finished.
fn page_of(step: LoginStep) -> Option<&'static str> {
    match step {
        LoginStep::LoginRequired => Some("/login"),
        LoginStep::TwoFactorRequired => Some("/verify"),
        LoginStep::ConfirmEmailRequired => Some("/confirm_email"),
        LoginStep::UpdatePasswordRequired => Some("/update_password"),
        LoginStep::UserMetadataRequired => Some("/update_metadata"),
        LoginStep::TwoFactorEnablementRequired => Some("/mfa"),
        LoginStep::OrgCreationRequired => Some("/create_org"),
        LoginStep::Finished => None,
    }
}

/// Returns the user of a finished login, or the reply that sends the browser to the page that is due, and
/// back afterwards.
pub(super) fn user<'s>(store: &'s Store, visit: &Visit<'_>) -> Result<&'s UserRecord, Reply> {
    user_at(store, visit, LoginStep::Finished)
}

/// Returns the user of a login that is at a step, or is finished. Any other login is sent to the page that
/// is due.
pub(super) fn user_at<'s>(
    store: &'s Store,
    visit: &Visit<'_>,
    step: LoginStep,
) -> Result<&'s UserRecord, Reply> {
    let current = store.login_step(visit.session());
    let session = store.session(visit.session());
    let user = session.and_then(|session| store.users.get(&session.user_id));
    if let Some(user) = user
        && (current == step || current == LoginStep::Finished)
    {
        return Ok(user);
    }
    let settings = &store.project.settings;
    let path = page_of(current).unwrap_or("/login");
    // Pages of a login are no place to return to, and a form cannot be returned to.
    let returns = step == LoginStep::Finished && visit.is_read();
    Err(Reply::redirect(match returns {
        true => visit.and_back(path, settings),
        false => visit.keep_return_to(path, settings),
    }))
}
