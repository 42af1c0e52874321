//! The list of organizations, and creating one.

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{Paged, card, empty, more, search, table, time},
    },
    state::Store,
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Organizations", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let store = look.shared.lock_store();
    let typed = look.visit.parameter("q").to_lowercase();
    let is_found = |texts: [Option<&str>; 3]| {
        let mut texts = texts.into_iter().flatten();
        typed.is_empty() || texts.any(|text| text.to_lowercase().contains(&typed))
    };
    let mut found: Vec<_> = store
        .orgs
        .iter()
        .filter(|(id, org)| is_found([Some(&org.name), Some(id.as_str()), org.domain.as_deref()]))
        .collect();
    found.sort_by_key(|(_, org)| std::cmp::Reverse(org.number));
    let paged = Paged::new(look, found);
    let rows: Vec<_> = paged
        .items
        .iter()
        .map(|(id, org)| {
            html! {
                th scope="row" { a href={ "/dashboard/orgs/" (id) } { (org.name) } }
                td { (store.users.member_count(id)) }
                td { (org.custom_role_mapping_name.as_deref().unwrap_or("default")) }
                td { (org.domain.as_deref().unwrap_or("none")) }
                td { (time(org.created_at, store.now())) }
            }
        })
        .collect();
    let create = look
        .form("create_org")
        .choices("custom_role_mapping_name", mappings(&store));
    html! {
        section.card {
            (search(look, "Search by name, domain or id"))
            @if paged.total == 0 {
                (empty(match (store.project.orgs_enabled, typed.is_empty()) {
                    (false, _) => "The project has no organizations. The settings can change that.",
                    (true, true) => "There are no organizations. Create one below, or apply a seed.",
                    (true, false) => "No organization has this in its name, its domain or its id.",
                }))
            } @else {
                (table("Organizations", &["Organization", "Members", "Roles", "Domain", "Created"], &rows))
                (paged.links(look))
            }
        }
        (card("New organization", &more("Create an organization", look.failed("create_org") || paged.total == 0, &create.show())))
    }
}

/// Returns the role mappings to choose from.
pub(super) fn mappings(store: &Store) -> Vec<(String, String)> {
    let default = (String::new(), "The default roles".to_owned());
    let names = store.project.custom_role_mappings.keys();
    let names = names.map(|name| (name.clone(), name.clone()));
    std::iter::once(default).chain(names).collect()
}
