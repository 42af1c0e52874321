//! The list of all pages, each with how it is reached in the present state.

use serde_json::{Value, json};

use crate::emulator::{
    pages::{answer::PAGES, row::Reach},
    state::{Store, UserRecord},
};

/// Returns every page and form: its method, its path, its title, and the URL and the user with which a browser sees it.
pub(crate) fn list(store: &Store) -> Value {
    let rows = PAGES.rows().map(|row| {
        let (info, reach) = (row.info, row.run.reach);
        let reached = reach.and_then(|reach| reached(store, info.path, reach));
        let (url, user) = reached.unzip();
        let user = user.flatten();
        json!({
            "method": info.method,
            "path": info.path,
            "title": info.about,
            "needs": match reach {
                Some(Reach::Anyone | Reach::Developer) => "nothing",
                Some(Reach::User) => "user",
                Some(Reach::Member) => "member",
                Some(Reach::Link) => "link",
                None => "form",
            },
            "url": url,
            "log_in_as": user.map(|user| &user.metadata.user_id),
            "email": user.map(|user| &user.metadata.email),
        })
    });
    rows.collect()
}

/// Returns the URL and the user with which a page is reached.
fn reached<'s>(
    store: &'s Store,
    path: &str,
    reach: Reach,
) -> Option<(String, Option<&'s UserRecord>)> {
    let url = |path: &str| format!("{}{path}", store.project.pages_url());
    let users = store.users.values();
    let mut users = users.filter(|user| user.metadata.enabled && !user.metadata.locked);
    match reach {
        Reach::Anyone => Some((url(path), None)),
        Reach::User => Some((url(path), Some(users.next()?))),
        Reach::Member => {
            let memberships = users.flat_map(|user| {
                let memberships = user.memberships.iter();
                memberships.map(move |(org_id, membership)| (user, org_id, membership))
            });
            // The highest role sees the most.
            let (user, org_id, _) = memberships.min_by_key(|(_, org_id, membership)| {
                let mut roles = store.roles_of(org_id).names().iter();
                roles.position(|role| *role == membership.role)
            })?;
            let path = path.replace("{org_id}", org_id.as_str());
            Some((url(&path), Some(user)))
        }
        Reach::Developer => {
            let user_id = store.users.keys().next().map(|it| it.as_str());
            let org_id = store.orgs.keys().next().map(|it| it.as_str());
            let fields = [("{user_id}", user_id), ("{org_id}", org_id)];
            let mut path = path.to_owned();
            for (field, id) in fields
                .into_iter()
                .filter(|(field, _)| path.contains(field))
                .collect::<Vec<_>>()
            {
                path = path.replace(field, id?);
            }
            Some((url(&path), None))
        }
        Reach::Link => None,
    }
}
