//! The test identity provider: a page on which one chooses who logs in, and whether that succeeds.

use maud::html;

use super::frame;
use crate::{
    emulator::{
        pages::{
            parts::{Field, Person, Problems, Tone, form, note, people},
            visit::Visit,
        },
        self_service::Identity,
        state::{Store, UserRecord},
        web::Reply,
    },
    words::ids::OrgId,
};

/// How many users the page shows.
const SHOWN: usize = 6;

/// Returns the page of a provider, with the members of an organization or with any users.
pub(super) fn page(
    store: &Store,
    visit: &Visit<'_>,
    provider: &str,
    org_id: Option<&OrgId>,
    status: u16,
    problems: &Problems,
) -> Reply {
    let is_shown =
        |user: &&UserRecord| org_id.is_none_or(|org_id| user.memberships.contains_key(org_id));
    let mut users: Vec<&UserRecord> = store.users.values().filter(is_shown).collect();
    users.sort_by_key(|user| user.age());
    let users: Vec<Person> = users.into_iter().take(SHOWN).map(person).collect();
    // The query has where to return to, and which organization it is.
    let action = format!("{}?{}", visit.request.path, visit.request.query);
    let typed = visit.field("email");
    let other = html! {
        (Field::email("email", "Email").value(&typed).show(problems))
        (Field::new("first_name", "First name").value(&visit.field("first_name")).optional().show(problems))
        (Field::new("last_name", "Last name").value(&visit.field("last_name")).optional().show(problems))
        button.whole { "Continue as this person" }
    };
    let refusals = html! {
        div.row {
            button.second name="outcome" value="denied" { "Cancel the login" }
            button.second name="outcome" value="error" { "Fail with an error" }
        }
    };
    let content = html! {
        (problems.summary())
        (note(Tone::Plain, &html! {
            p {
                "This stands for " strong { (provider) } ", and nothing is asked of the real one. Choose who logs in."
            }
        }))
        @if !users.is_empty() {
            (form(visit, &action, &people("user_email", &users)))
            p.or { "or as another person" }
        }
        (form(visit, &action, &other))
        p.or { "or not at all" }
        (form(visit, &action, &refusals))
    };
    frame::card_with_status(store, status, &format!("Log in with {provider}"), &content)
}

fn person(user: &UserRecord) -> Person {
    let it = &user.metadata;
    let names = [it.first_name.as_deref(), it.last_name.as_deref()];
    let name: Vec<&str> = names.into_iter().flatten().collect();
    match name.is_empty() {
        true => Person {
            value: it.email.clone(),
            name: it.email.clone(),
            about: Vec::new(),
        },
        false => Person {
            value: it.email.clone(),
            name: name.join(" "),
            about: vec![it.email.clone()],
        },
    }
}

/// Returns the person who was chosen, or what the provider says instead.
pub(super) fn chosen(visit: &Visit<'_>) -> Result<Identity, Problems> {
    match visit.field("outcome").as_str() {
        "" => {}
        "denied" => return Err(Problems::whole("The login was canceled at the provider")),
        _ => return Err(Problems::whole("The provider answered with an error")),
    }
    let name = |field: &str| Some(visit.field(field)).filter(|text| !text.is_empty());
    let user = name("user_email");
    Ok(Identity {
        email: user.unwrap_or_else(|| visit.field("email")),
        first_name: name("first_name"),
        last_name: name("last_name"),
    })
}

/// Returns the page at a path that names no provider.
pub(super) fn unknown_provider(store: &Store, visit: &Visit<'_>) -> Reply {
    let back = visit.keep_return_to("/login", &store.project.settings);
    let content = html! {
        p { "There is no login with this service." }
        a.button href=(back) { "Back to the login" }
    };
    frame::card_with_status(store, 404, "Unknown service", &content)
}
