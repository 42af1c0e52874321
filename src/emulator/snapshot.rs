//! The state as JSON: out, in, and in a form that people write by hand.

use serde::Deserialize;
use serde_json::Value;

use super::{
    dispatch::Handle,
    store::{Project, Store},
};
use crate::api::{AddUserToOrg, CreateOrg, CreateUser, List, wire::canonical};

/// The one version of snapshots that there is so far.
const VERSION: u64 = 1;

impl Store {
    /// Writes the state, without the project's settings and the clock.
    pub(super) fn snapshot(&self) -> Value {
        // It fails for keys that are neither text nor numbers, and there are none.
        let mut snapshot = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(members) = &mut snapshot {
            members.insert("version".to_owned(), VERSION.into());
        }
        snapshot
    }

    /// Reads a snapshot into the state of a project, if the two fit.
    pub(super) fn restored(project: Project, mut snapshot: Value) -> Result<Self, String> {
        let version = snapshot.as_object_mut().and_then(|it| it.remove("version"));
        if version.as_ref().and_then(Value::as_u64) != Some(VERSION) {
            return Err(format!("a snapshot has the version {VERSION}"));
        }
        let mut store: Self = serde_json::from_value(snapshot)
            .map_err(|error| format!("the snapshot cannot be read: {error}"))?;
        store.project = project;
        store.check()?;
        store.start_history();
        Ok(store)
    }

    /// Says what points nowhere, if anything does.
    fn check(&self) -> Result<(), String> {
        let ids = self.users.keys().map(|it| it.as_str());
        let mut ids = ids.chain(self.orgs.keys().map(|it| it.as_str()));
        if let Some(id) = ids.find(|id| canonical((*id).to_owned()) != **id) {
            return Err(format!("the id {id:?} is not in lower case"));
        }
        for (user_id, user) in self.users.iter() {
            if *user_id != user.metadata.user_id {
                return Err(format!("the user {user_id:?} has another id inside"));
            }
            for (org_id, membership) in &user.memberships {
                let mut held =
                    std::iter::once(&membership.role).chain(&membership.additional_roles);
                if !self.orgs.contains_key(org_id) {
                    return Err(format!(
                        "{user_id:?} is in {org_id:?}, which does not exist"
                    ));
                }
                if let Some(role) = held.find(|role| !self.roles_of(org_id).has(role)) {
                    return Err(format!("{user_id:?} has the role {role:?}, which is none"));
                }
            }
        }
        for (org_id, org) in self.orgs.iter() {
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
            Some(org_id) => Err(format!("something is of {org_id:?}, which does not exist")),
            None => Ok(()),
        }
    }

    /// Creates what a seed lists, as the backend API would.
    pub(super) fn plant(&mut self, seed: Value) -> Result<(), String> {
        let seed: Seed = serde_json::from_value(seed)
            .map_err(|error| format!("the seed cannot be read: {error}"))?;
        for user in seed.users {
            let email = user.email.clone();
            self.handle(user)
                .map_err(|why| format!("the seed's user {email:?}: {why}"))?;
        }
        for SeedOrg { org, members } in seed.orgs {
            let name = org.name.clone();
            let failed = |why: String| format!("the seed's organization {name:?}: {why}");
            let created = self.handle(org).map_err(|why| failed(why.to_string()))?;
            for member in members {
                let user = self.users.by_email(&member.email);
                let user =
                    user.ok_or_else(|| failed(format!("there is no user {:?}", member.email)))?;
                let user_id = &user.metadata.user_id;
                let mut request = AddUserToOrg::new(user_id, &created.org_id, member.role);
                if !member.additional_roles.is_empty() {
                    request =
                        request.additional_roles(List::<String>::from(member.additional_roles));
                }
                self.handle(request)
                    .map_err(|why| failed(why.to_string()))?;
            }
        }
        Ok(())
    }
}

/// What people write: the bodies of `create_user` and `create_org`, the latter with members.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Seed {
    users: Vec<CreateUser>,
    orgs: Vec<SeedOrg>,
}

#[derive(Deserialize)]
struct SeedOrg {
    #[serde(flatten)]
    org: CreateOrg,
    #[serde(default)]
    members: Vec<SeedMember>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedMember {
    email: String,
    role: String,
    #[serde(default)]
    additional_roles: Vec<String>,
}
