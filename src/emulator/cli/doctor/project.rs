//! What is known of the project: from the emulator's status page, or from the memberships of its
//! users.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    http::{self, Request},
    metadata::Server,
};
use crate::{api::UserMetadata, words::org_member_info::OrgMemberInfo};

/// The number of users whose memberships are looked at.
const USERS: u32 = 100;

/// The page `/propelauth-dev/status` of an emulator, as far as it is needed here.
#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) issuer: String,
    #[serde(default)]
    pub(super) clock_is_frozen: bool,
    /// The emulator's clock, as a Unix timestamp in seconds.
    pub(super) now: Option<f64>,
    #[serde(default)]
    roles: serde_json::Value,
    #[serde(default)]
    permissions: serde_json::Value,
}

/// The project's users, roles and permissions.
#[derive(Default)]
pub(super) struct Project {
    pub(super) status: Option<Status>,
    /// The first users, with their organizations.
    pub(super) users: Vec<UserMetadata>,
    pub(super) roles: BTreeSet<String>,
    pub(super) permissions: BTreeSet<String>,
    /// Whether these are all roles and permissions, and not only those that a user has.
    pub(super) is_complete: bool,
}

impl Project {
    /// Asks for the project. Reads only, and no user of PropelAuth unless roles are to be compared.
    pub(super) async fn fetch(server: &Server, has_names: bool) -> Self {
        let mut project = Self::default();
        if server.is_emulator {
            project.status = status(server).await;
        }
        let users = server.auth.user().fetch_users_by_query();
        if (server.is_emulator || has_names)
            && let Ok(page) = users.include_orgs(true).page_size(USERS).await
        {
            project.users = page.users;
        }
        let memberships = project
            .users
            .iter()
            .flat_map(|user| &user.org_id_to_org_info);
        for membership in memberships.flat_map(|orgs| orgs.values()) {
            add(membership, &mut project.roles, &mut project.permissions);
        }
        if let Some(status) = &project.status {
            let roles = names(&status.roles);
            // The status page has the roles of the default mapping only.
            let mappings = server.auth.org().fetch_custom_role_mappings().await;
            let has_more = mappings.is_ok_and(|it| !it.custom_role_mappings.is_empty());
            project.is_complete = !roles.is_empty() && !has_more;
            project.roles.extend(roles);
            project.permissions.extend(names(&status.permissions));
        }
        project
    }
}

fn add(member: &OrgMemberInfo, roles: &mut BTreeSet<String>, permissions: &mut BTreeSet<String>) {
    roles.insert(member.user_role.clone());
    roles.extend(member.additional_roles.iter().cloned());
    roles.extend(
        member
            .inherited_user_roles_plus_current_role
            .iter()
            .cloned(),
    );
    permissions.extend(member.user_permissions.iter().cloned());
}

async fn status(server: &Server) -> Option<Status> {
    let url = server.url.join("/propelauth-dev/status").ok()?;
    let request = Request {
        method: "GET",
        url: &url,
        headers: &[],
        proxy: None,
    };
    let response = http::send(request).await.ok()?;
    serde_json::from_slice(&response.body).ok()
}

/// Returns all strings in a value: of a list of names, or of a map from roles to permissions.
fn names(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(name) => vec![name.clone()],
        serde_json::Value::Array(values) => values.iter().flat_map(names).collect(),
        serde_json::Value::Object(map) => map.values().flat_map(names).collect(),
        _ => Vec::new(),
    }
}
