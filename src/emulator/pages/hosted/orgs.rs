//! The organizations of the user.

use maud::html;

use super::{frame::account_layout, next_step::user, org_frame};
use crate::emulator::{
    pages::{
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service,
    state::Store,
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/org", "Organizations", Reach::Member, show),
    Page::at(
        "/org/settings",
        "Organization settings",
        Reach::Member,
        |store, visit| org_frame::to_only_org(store, visit, "settings"),
    ),
    Page::at("/org/members", "Members", Reach::Member, |store, visit| {
        org_frame::to_only_org(store, visit, "members")
    }),
    Page::at(
        "/org/api_keys",
        "Organization API keys",
        Reach::Member,
        |store, visit| org_frame::to_only_org(store, visit, "api_keys"),
    ),
];

/// PropelAuth's frontend libraries name the organization in the query.
fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let id = visit.parameter("id");
    let settings = &store.project.settings;
    if !id.is_empty() {
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        return Reply::redirect(visit.keep_return_to(&format!("/org/members/{id}"), settings));
    }
    let user = match user(store, visit) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let orgs = store.org_infos(user);
    let path = |path: &str| visit.keep_return_to(path, settings);
    let another = if orgs.is_empty() { "one" } else { "another" };
    let content = html! {
        h1 { (settings.orgs_metaname) }
        @if orgs.is_empty() {
            div.card { p { "You are in none yet." } }
        } @else {
            div.card {
                div.table {
                    table {
                        caption.hidden { "Where you are a member" }
                        thead { tr { th scope="col" { "Name" } th scope="col" { "Your role" } th scope="col" { "Pages" } } }
                        tbody {
                            @for (org_id, org) in &orgs {
                                tr {
                                    th scope="row" { (org.org_name) }
                                    td { span.tag { (org.user_role) } }
                                    td {
                                        @for (part, label) in org_frame::parts(store) {
                                            a href=(path(&format!("/org/{part}/{org_id}"))) {
                                                (label) span.hidden { " of " (org.org_name) }
                                            }
                                            " "
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if store.project.orgs_enabled && self_service::may_create_orgs(store, user) {
            a.button href=(path("/create_org")) { "Create " (another) }
        } @else {
            a.button.second href=(path("/create_org")) { "Join " (another) }
        }
    };
    account_layout(store, visit, user, &settings.orgs_metaname).reply(settings, &content)
}
