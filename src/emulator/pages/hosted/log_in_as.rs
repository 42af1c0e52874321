//! The list of users on the login page, as whom a developer logs in with one click.
//!
//! Known differences to PropelAuth: `one-click-login` in docs/differences.md.

use maud::{Markup, html};

use super::next_step::logged_in;
use crate::LoginMethod;
use crate::emulator::{
    pages::{
        layout::Layout,
        parts::{Person, form, people},
        row::{Page, PageRoute},
        visit::Visit,
    },
    state::{NewSession, Store, UserRecord},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[Page::form(
    "/login/as",
    "logs in as a user without a password",
    log_in_as,
)];

/// How many users the list shows. The rest is found by their email address.
const SHOWN: usize = 6;

/// Returns the list of users with its form, or nothing if there are none.
pub(super) fn list(store: &Store, visit: &Visit<'_>) -> Markup {
    let find = visit.parameter("find").to_lowercase();
    let settings = &store.project.settings;
    let total = store.users.values().count();
    let mut users: Vec<&UserRecord> = store
        .users
        .values()
        .filter(|user| user.metadata.email.to_lowercase().contains(&find))
        .collect();
    users.sort_by_key(|user| user.age());
    let found = users.len();
    let shown: Vec<Person> = users
        .into_iter()
        .take(SHOWN)
        .map(|user| person(store, user))
        .collect();
    html! {
        @if total > 0 && !store.project.is_exposed {
            section aria-labelledby="log-in-as" {
                h2.label #log-in-as { "As one of the users" }
                @if total > SHOWN { (finder(visit, &find)) }
                @if shown.is_empty() { p.lead { "No user has such an email address." } }
                @else {
                    (form(
                        visit,
                        &visit.keep_return_to("/login/as", settings),
                        &people("user_id", &shown),
                    ))
                }
                @if found > SHOWN {
                    p.aside { (shown.len()) " of " (found) " users are shown." }
                }
            }
        }
    }
}

fn finder(visit: &Visit<'_>, find: &str) -> Markup {
    html! {
        form method="get" action="/login" role="search" {
            @if let Some(rt) = visit.request.query("rt") { input type="hidden" name="rt" value=(rt); }
            div.row.end {
                div.field {
                    label for="find" { "Find a user" }
                    input #find name="find" type="search" value=(find) autocomplete="off";
                }
                button.second { "Find" }
            }
        }
    }
}

fn person(store: &Store, user: &UserRecord) -> Person {
    let it = &user.metadata;
    let names = [it.first_name.as_deref(), it.last_name.as_deref()];
    let name: Vec<&str> = names.into_iter().flatten().collect();
    let orgs = store.org_infos(user);
    let memberships = orgs
        .values()
        .take(2)
        .map(|org| format!("{} in {}", org.user_role, org.org_name));
    let email = (!name.is_empty()).then(|| it.email.clone());
    let state = match (it.enabled, it.locked) {
        (false, _) => Some("disabled".to_owned()),
        (_, true) => Some("locked".to_owned()),
        _ => None,
    };
    let about = email.into_iter().chain(memberships).chain(state).collect();
    Person {
        value: it.user_id.to_string(),
        name: match name.is_empty() {
            true => it.email.clone(),
            false => name.join(" "),
        },
        about,
    }
}

fn log_in_as(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let user_id = visit.field("user_id");
    let new = NewSession {
        user_id: user_id.into(),
        login_method: LoginMethod::Password,
        skips_second_factor: true,
    };
    let session = match store.project.is_exposed {
        true => Err("others than this machine reach this emulator, so a password is needed"),
        false => store.open_session(new),
    };
    match session {
        Ok(token) => logged_in(store, visit, token.expose()),
        Err(why) => {
            let settings = &store.project.settings;
            let back = visit.keep_return_to("/login", settings);
            let content = html! {
                div.card {
                    h1 { "You were not logged in" }
                    p { "It is not possible to log in as this user: " (why) "." }
                    a.button href=(back) { "Back to the login" }
                }
            };
            Layout::new("Not logged in")
                .status(403)
                .reply(settings, &content)
        }
    }
}
