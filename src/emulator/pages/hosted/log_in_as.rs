//! The list of users on the login page, as whom a developer logs in with one click.
//!
//! Known differences to PropelAuth: `one-click-login` in docs/differences.md.

use maud::{Markup, html};

use super::{frame, next_step::logged_in};
use crate::LoginMethod;
use crate::emulator::{
    pages::{
        parts::{Person, Problems, form, people},
        row::{Page, PageRoute},
        visit::Visit,
    },
    self_service::{self, Code, Refusal},
    state::{Store, UserRecord},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[Page::form(
    "/login/as",
    "logs in as a user without a password",
    log_in_as,
)];

/// How many users the list shows. The rest is found by their email address.
const SHOWN: usize = 6;

/// Returns the list of users with its form, or `None` if there are none.
pub(super) fn list(store: &Store, visit: &Visit<'_>) -> Option<Markup> {
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
    let list = html! {
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
    };
    // Where other machines reach the emulator, a click must not be enough.
    (total > 0 && !store.project.is_exposed).then_some(list)
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

/// There is no second factor, because the developer has none of the users' telephones.
fn log_in_as(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let user_id = visit.field("user_id").into();
    let entered = match store.project.is_exposed {
        true => {
            let message = "Others than this machine reach this emulator, so a password is needed";
            Err(Refusal::new(Code::ActionForbidden, message))
        }
        false => self_service::enter(store, &user_id, LoginMethod::Password, true),
    };
    match entered {
        Ok(entered) => logged_in(store, visit, entered.refresh_token.expose()),
        Err(refusal) => {
            let back = visit.keep_return_to("/login", &store.project.settings);
            let status = refusal.code.status();
            let content = html! {
                (Problems::from(refusal).summary())
                a.button href=(back) { "Back to the login" }
            };
            frame::card_with_status(store, status, "You are not logged in", &content)
        }
    }
}
