//! The frame of the pages of one organization, and finding the organization that is meant.

use maud::{Markup, html};

use super::{frame::account_layout, next_step::user};
use crate::{
    emulator::{
        pages::{layout::Layout, visit::Visit},
        state::{Ability, Membership, OrgRecord, Store, UserRecord, ids::canonical},
        web::Reply,
    },
    words::ids::OrgId,
};

/// Returns the pages of an organization: as in a path, and as in a link.
pub(super) fn parts(store: &Store) -> Vec<(&'static str, &'static str)> {
    let mut parts = vec![("members", "Members"), ("settings", "Settings")];
    if store.project.settings.org_api_keys_enabled {
        parts.push(("api_keys", "API keys"));
    }
    parts
}

/// The organization of a page, and the user as its member.
pub(super) struct OrgPage<'s> {
    pub(super) user: &'s UserRecord,
    pub(super) org: &'s OrgRecord,
    pub(super) membership: &'s Membership,
}

impl OrgPage<'_> {
    /// Returns `true` if the role of the user allows something.
    pub(super) fn may(&self, store: &Store, ability: Ability) -> bool {
        let roles = store.roles_of(&self.org.org_id);
        roles.may(self.membership, ability)
    }
}

/// Returns the organization in the path, or the reply to someone who is not a member of it.
pub(super) fn org_page<'s>(store: &'s Store, visit: &Visit<'_>) -> Result<OrgPage<'s>, Reply> {
    let user = user(store, visit)?;
    let org_id = canonical::<OrgId>(visit.request.segment("org_id"));
    let membership = user.memberships.get(&org_id);
    match (store.orgs.get(&org_id), membership) {
        (Some(org), Some(membership)) if store.project.orgs_enabled => Ok(OrgPage {
            user,
            org,
            membership,
        }),
        _ => Err(not_a_member(store, visit, user)),
    }
}

/// An organization that the user is not in is answered as one that does not exist.
fn not_a_member(store: &Store, visit: &Visit<'_>, user: &UserRecord) -> Reply {
    let settings = &store.project.settings;
    let content = html! {
        h1 { "Not found" }
        div.card {
            p { "There is no such organization, or you are not in it." }
            a.button href=(visit.keep_return_to("/org", settings)) { "Your organizations" }
        }
    };
    account_layout(store, visit, user, "Not found")
        .status(404)
        .reply(settings, &content)
}

/// Sends the browser to a page of the only organization of the user, or to the list of all.
pub(super) fn to_only_org(store: &Store, visit: &Visit<'_>, part: &str) -> Reply {
    let user = match user(store, visit) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let mut orgs = user.memberships.keys();
    let path = match (orgs.next(), orgs.next()) {
        (Some(org_id), None) => format!("/org/{part}/{org_id}"),
        _ => "/org".to_owned(),
    };
    Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
}

/// Returns the frame of a page of an organization.
pub(super) fn org_layout<'p>(
    store: &Store,
    visit: &Visit<'_>,
    page: &OrgPage<'_>,
    title: &'p str,
) -> Layout<'p> {
    account_layout(store, visit, page.user, title)
}

/// Returns the heading of a page, with the links to the other pages of the organization.
pub(super) fn heading(store: &Store, visit: &Visit<'_>, page: &OrgPage<'_>) -> Markup {
    let settings = &store.project.settings;
    let links = parts(store).into_iter().map(|(part, label)| {
        let path = format!("/org/{part}/{}", page.org.org_id);
        let current = visit.request.path.starts_with(&path).then_some("page");
        (visit.keep_return_to(&path, settings), label, current)
    });
    html! {
        h1 { (page.org.name) }
        nav.parts aria-label={ "Pages of " (page.org.name) } {
            ul {
                @for (path, label, current) in links {
                    li { a href=(path) aria-current=[current] { (label) } }
                }
            }
        }
    }
}
