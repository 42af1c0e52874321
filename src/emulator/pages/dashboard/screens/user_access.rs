//! How a user gets in: second factor, sessions, API keys, and employees who impersonate.

use maud::{Markup, html};

use super::users::about;
use crate::emulator::{
    pages::dashboard::{
        look::Look,
        parts::{card, code, empty, more, table, time},
    },
    state::{ApiKeyRecord, SecondFactor, Session, Store, UserRecord, totp},
};

pub(super) fn second_factor(look: &Look<'_>, store: &Store, user: &UserRecord) -> Markup {
    let now = store.now();
    card(
        "Second factor",
        &html! {
            @match &user.account.second_factor {
                None => {
                    p { "The user has no second factor." }
                    div.row { (about(look, "set_up_totp", user)) }
                }
                Some(SecondFactor::Totp { secret, .. }) => {
                    p { "The user has an authenticator app." }
                    @if let Some(key) = totp::key(secret.expose()) {
                        p { "It shows " (code(&totp::code(&key, now))) " now. Each code is accepted once." }
                    }
                    (about(look, "disable_user_2fa", user))
                }
                Some(SecondFactor::Phones(phones)) => {
                    p { "The user has " (phones.len()) " phones." }
                    ul { @for phone in phones { li { (phone.number) " " (code(phone.id.as_str())) } } }
                    (about(look, "disable_user_2fa", user))
                }
            }
            (more("Add a phone", look.failed("add_phone"), &about(look, "add_phone", user)))
        },
    )
}

pub(super) fn sessions(look: &Look<'_>, store: &Store, user: &UserRecord) -> Markup {
    let own = store.open_sessions().map(|(_, session)| session);
    let own: Vec<_> = own
        .filter(|it| it.user_id == user.metadata.user_id)
        .collect();
    let rows: Vec<_> = own.iter().map(|it| session_row(look, store, it)).collect();
    card(
        "Sessions",
        &html! {
            @if rows.is_empty() {
                (empty("The user has no open session. Log in as the user to start one."))
            } @else {
                (table("Sessions of the user", &["Session", "Started", "Used", "Expires", "End"], &rows))
                (about(look, "logout_all_user_sessions", user))
            }
        },
    )
}

/// Returns the row of a session, after the user if it is not known.
pub(super) fn session_row(look: &Look<'_>, store: &Store, session: &Session) -> Markup {
    let now = store.now();
    let end = look
        .form("end_session")
        .with("session_id", &session.session_id);
    html! {
        th scope="row" {
            (session.login_method.as_str())
            @if session.needs_second_factor { small.under { "waits for the second factor" } }
            @if session.impersonator_user_id.is_some() { small.under { "impersonated" } }
            small.under { (code(&session.session_id)) }
        }
        td { (time(session.created_at, now)) }
        td { (time(session.used_at, now)) }
        td { (time(session.expires_at(&store.project.settings), now)) }
        td { (end.small(format!("the session {}", session.session_id)).show()) }
    }
}

pub(super) fn api_keys(look: &Look<'_>, store: &Store, user: &UserRecord) -> Markup {
    let id = &user.metadata.user_id;
    let keys = store.api_keys.keys.iter();
    let own = keys.filter(|it| it.key.user_id.as_ref() == Some(id) && it.key.org_id.is_none());
    let create = look
        .form("create_api_key")
        .with("user_id", id)
        .with("org_id", "");
    key_card(look, store, own, &create.show())
}

/// Returns the API keys of a user or an organization.
pub(super) fn key_card<'k>(
    look: &Look<'_>,
    store: &Store,
    keys: impl Iterator<Item = &'k ApiKeyRecord>,
    create: &Markup,
) -> Markup {
    let now = store.now();
    let rows: Vec<_> = keys
        .filter(|record| store.exists(record))
        .map(|ApiKeyRecord { key, .. }| {
            let delete = look.form("delete_api_key").with("api_key_id", &key.api_key_id);
            html! {
                th scope="row" {
                    @if let Some(name) = &key.display_name { (name) }
                    small.under { (code(key.api_key_id.as_str())) }
                }
                td { (time(key.created_at, now)) }
                td { @match key.expires_at_seconds { Some(at) => { (time(at, now)) } None => "never" } }
                td { (delete.small(format!("the API key {}", key.api_key_id)).show()) }
            }
        })
        .collect();
    card(
        "API keys",
        &html! {
            @if rows.is_empty() { (empty("There are no API keys. Create one, and copy its token: it is shown once.")) }
            @else { (table("API keys", &["Key", "Created", "Expires", "Delete"], &rows)) }
            (more("Create an API key", look.failed("create_api_key"), create))
        },
    )
}

pub(super) fn impersonation(look: &Look<'_>, store: &Store, user: &UserRecord) -> Markup {
    let employees = store.employees.iter();
    let employees: Vec<_> = employees
        .map(|(id, it)| (id.to_string(), it.email.clone()))
        .collect();
    card(
        "Impersonation",
        &html! {
            @if employees.is_empty() {
                (empty("An employee of the project can impersonate users. Add one first."))
            } @else {
                (look.form("impersonate").with("user_id", &user.metadata.user_id)
                    .choices("employee_id", employees).second().show())
            }
            (more("Add an employee", look.failed("add_employee"), &look.form("add_employee").second().show()))
        },
    )
}
