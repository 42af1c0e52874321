//! The next page of a login: what it still needs, and in the end where the browser wanted to be.

use crate::emulator::{
    frontend::session_cookie::session_cookie,
    pages::visit::Visit,
    state::{LoginStep, Store, UserRecord},
    web::Reply,
};

/// Returns the reply that sends a browser to the next page of the login with this refresh token.
pub(super) fn to_next_step(store: &Store, visit: &Visit<'_>, refresh_token: &str) -> Reply {
    let settings = &store.project.settings;
    match page_of(store.login_step(refresh_token)) {
        Some(path) => Reply::redirect(visit.keep_return_to(path, settings)),
        None => match visit.return_to(settings) {
            Some(return_to) => Reply::redirect(return_to.url()),
            None => Reply::redirect(settings.login_redirect_url()),
        },
    }
}

/// Returns the reply to a login that has just begun or gone on: its cookie, and the next page.
pub(super) fn logged_in(store: &Store, visit: &Visit<'_>, refresh_token: &str) -> Reply {
    let cookie = session_cookie(store, refresh_token);
    to_next_step(store, visit, refresh_token).cookie(&cookie)
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

/// Returns the user of a login that is at a step, or is finished. Else, it is sent to the page that is due.
pub(super) fn user_at<'s>(
    store: &'s Store,
    visit: &Visit<'_>,
    step: LoginStep,
) -> Result<&'s UserRecord, Reply> {
    let settings = &store.project.settings;
    let current = store.login_step(visit.session());
    let session = store.session(visit.session());
    let user = session.and_then(|session| store.users.get(&session.user_id));
    match user {
        Some(user) if current == step || current == LoginStep::Finished => Ok(user),
        _ => {
            let path = page_of(current).unwrap_or("/login");
            // What was sent with a form is lost, so that its page is where to go on.
            let path = match visit.request.method.as_str() {
                "GET" if current != LoginStep::LoginRequired || step == LoginStep::Finished => {
                    visit.and_back(path, settings)
                }
                _ => visit.keep_return_to(path, settings),
            };
            Err(Reply::redirect(path))
        }
    }
}
