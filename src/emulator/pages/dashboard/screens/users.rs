//! The list of users, and creating one.

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{Paged, card, empty, more, search, table, tag, time},
    },
    state::{Store, UserRecord},
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Users", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let store = look.shared.lock_store();
    let typed = look.visit.parameter("q").to_lowercase();
    let mut found: Vec<_> = store
        .users
        .values()
        .filter(|user| is_found(user, &typed))
        .collect();
    found.sort_by_key(|user| std::cmp::Reverse(user.age()));
    let paged = Paged::new(look, found);
    let rows: Vec<_> = paged.items.iter().map(|user| row(&store, user)).collect();
    html! {
        section.card {
            (search(look, "Search by email, name or id"))
            @if paged.total == 0 {
                (empty(match typed.is_empty() {
                    true => "There are no users. Create one below, apply a seed, or sign up on the page /signup.",
                    false => "No user has this in its email address, its names or its id.",
                }))
            } @else {
                (table("Users", &["User", "State", "Organizations", "Last active"], &rows))
                (paged.links(look))
            }
        }
        (card("New user", &more("Create a user", look.failed("create_user") || paged.total == 0, &look.form("create_user").show())))
    }
}

fn is_found(user: &UserRecord, typed: &str) -> bool {
    let it = &user.metadata;
    let texts = [
        Some(it.email.as_str()),
        it.username.as_deref(),
        it.first_name.as_deref(),
        it.last_name.as_deref(),
        Some(it.user_id.as_str()),
    ];
    let mut texts = texts.into_iter().flatten();
    typed.is_empty() || texts.any(|text| text.to_lowercase().contains(typed))
}

fn row(store: &Store, user: &UserRecord) -> Markup {
    let it = &user.metadata;
    let orgs = store.org_infos(user);
    html! {
        th scope="row" {
            a href={ "/dashboard/users/" (it.user_id) } { (it.email) }
            @if let Some(name) = name(user) { small.under { (name) } }
        }
        td { (state(user)) }
        td {
            @for org in orgs.values().take(3) { small.under { (org.user_role) " in " (org.org_name) } }
            @if orgs.len() > 3 { small.under { "and " (orgs.len() - 3) " more" } }
            @if orgs.is_empty() { "none" }
        }
        td { (time(it.last_active_at, store.now())) }
    }
}

/// Returns the name of a user, if it has one.
pub(super) fn name(user: &UserRecord) -> Option<String> {
    let it = &user.metadata;
    let names = [it.first_name.as_deref(), it.last_name.as_deref()];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    match names.is_empty() {
        true => it.username.clone(),
        false => Some(names.join(" ")),
    }
}

/// Returns what stands out about a user.
pub(super) fn state(user: &UserRecord) -> Markup {
    let it = &user.metadata;
    html! {
        span.tags {
            @if !it.enabled { (tag("bad", "disabled")) }
            @if it.locked { (tag("bad", "locked")) }
            @if it.email_confirmed { (tag("good", "confirmed")) } @else { (tag("warn", "not confirmed")) }
            @if it.mfa_enabled { (tag("good", "second factor")) }
        }
    }
}

/// Returns the form of an action about a user.
pub(super) fn about(look: &Look<'_>, action: &'static str, user: &UserRecord) -> Markup {
    look.form(action)
        .with("user_id", &user.metadata.user_id)
        .second()
        .show()
}
