//! Snapshots: writing the state as JSON, and reading and checking it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    emulator::state::{Project, Store, case_fold, ids::is_uuid, json_document::find_ignored},
    endpoint::canonical,
};

/// The version of the snapshot format.
const VERSION: u64 = 1;

impl Store {
    /// Returns the state as JSON, without the project's settings and the clock.
    pub(crate) fn snapshot(&self) -> Value {
        // Serialization fails only for map keys that are not strings or numbers; ours are.
        let mut snapshot = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(members) = &mut snapshot {
            members.insert("version".to_owned(), VERSION.into());
        }
        snapshot
    }

    /// Returns a copy, to change without changing this one.
    pub(crate) fn copy(&mut self) -> Result<Self, String> {
        self.observe();
        Self::from_snapshot(self.project.clone(), self.snapshot())
    }

    /// Returns the state in a snapshot, if it is valid and fits the project.
    pub(crate) fn from_snapshot(project: Project, mut snapshot: Value) -> Result<Self, String> {
        let version = snapshot.as_object_mut().and_then(|it| it.remove("version"));
        if version.as_ref().and_then(Value::as_u64) != Some(VERSION) {
            return Err(format!("a snapshot needs the version {VERSION}"));
        }
        let mut store: Self = serde_json::from_value(snapshot.clone())
            .map_err(|error| unreadable(snapshot.clone(), &error))?;
        // serde ignores unknown fields below the top level; here they are errors.
        let read = serde_json::to_value(&store).unwrap_or_default();
        if let Some(why) = find_ignored(&snapshot, &read, "") {
            return Err(format!("the snapshot's {why}"));
        }
        store.project = project;
        store.check()?;
        store.protect()?;
        store.start_activity_log();
        Ok(store)
    }

    /// Returns the reason if a reference is dangling or an id or name is invalid.
    fn check(&self) -> Result<(), String> {
        let ids = self.users.keys().map(|it| it.as_str());
        let mut ids = ids.chain(self.orgs.keys().map(|it| it.as_str()));
        if let Some(id) = ids.find(|id| canonical((*id).to_owned()) != **id) {
            return Err(format!("the id {id:?} is not in lower case"));
        }
        let mut names = BTreeMap::new();
        for (user_id, user) in self.users.iter() {
            if !is_uuid(user_id) {
                return Err(format!("the user {user_id:?} has an id that is not a UUID"));
            }
            let email = Some(("email address", case_fold(&user.metadata.email)));
            let username = user.metadata.username.as_deref();
            let username = username.map(|name| ("username", case_fold(name)));
            for name in [email, username].into_iter().flatten() {
                if let Some(other) = names.insert(name.clone(), user_id) {
                    let (kind, name) = name;
                    return Err(format!(
                        "the users {other:?} and {user_id:?} have the same {kind} {name:?}"
                    ));
                }
            }
            if *user_id != user.metadata.user_id {
                return Err(format!("the user {user_id:?} has another id inside"));
            }
            for (org_id, membership) in &user.memberships {
                let mut held =
                    std::iter::once(&membership.role).chain(&membership.additional_roles);
                if !self.orgs.contains_key(org_id) {
                    return Err(format!(
                        "{user_id:?} is a member of {org_id:?}, which does not exist"
                    ));
                }
                if let Some(role) = held.find(|role| !self.roles_of(org_id).has(role)) {
                    return Err(format!("{user_id:?} has the unknown role {role:?}"));
                }
            }
        }
        for (org_id, org) in self.orgs.iter() {
            if !is_uuid(org_id) {
                return Err(format!(
                    "the organization {org_id:?} has an id that is not a UUID"
                ));
            }
            if *org_id != org.org_id {
                return Err(format!("the organization {org_id:?} has another id inside"));
            }
            let mapping = &org.custom_role_mapping_name;
            let mappings = &self.project.custom_role_mappings;
            if let Some(name) = mapping.as_ref().filter(|&it| !mappings.contains_key(it)) {
                return Err(format!(
                    "{org_id:?} has the role mapping {name:?}, which does not exist"
                ));
            }
        }
        let invites = self.invites.iter().map(|invite| &invite.org_id);
        let groups = self.scim_groups.iter().map(|group| &group.org_id);
        let links = self.saml_links.values().map(|link| &link.org_id);
        let mut named = invites.chain(groups).chain(links);
        match named.find(|org_id| !self.orgs.contains_key(*org_id)) {
            Some(org_id) => Err(format!(
                "an invitation, group or link belongs to {org_id:?}, which does not exist"
            )),
            None => Ok(()),
        }
    }
}

/// Returns an error that names the part of a snapshot that cannot be read.
fn unreadable(snapshot: Value, error: &serde_json::Error) -> String {
    let reads = |area: &str, part: Value| {
        let alone = Map::from_iter([(area.to_owned(), part)]);
        serde_json::from_value::<Store>(Value::Object(alone))
    };
    let Value::Object(areas) = snapshot else {
        return format!("the snapshot cannot be read: {error}");
    };
    for (area, part) in areas {
        let Err(error) = reads(&area, part.clone()) else {
            continue;
        };
        let has_entries = ["users", "orgs", "employees", "saml_links"].contains(&area.as_str());
        if let (true, Value::Object(entries)) = (has_entries, part) {
            for (name, entry) in entries {
                let alone = Map::from_iter([(name.clone(), entry)]);
                if let Err(error) = reads(&area, Value::Object(alone)) {
                    return format!("the snapshot's {area}.{name} cannot be read: {error}");
                }
            }
        }
        return format!("the snapshot's {area} cannot be read: {error}");
    }
    format!("the snapshot cannot be read: {error}")
}
