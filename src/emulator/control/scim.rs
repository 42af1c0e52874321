//! What tests do with groups in the place of an identity provider, as nothing in the backend API
//! creates any.

use std::collections::BTreeSet;

use crate::{
    emulator::{
        control::{Emulator, EmulatorError},
        state::{ScimGroupRecord, Store, ids::canonical},
    },
    id::{OrgId, ScimGroupId, UserId},
};

/// A group that is to be added to an organization.
///
/// ```
/// use actix_web_propelauth::emulator::{Emulator, NewScimGroup};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let alice = emulator.create_user("alice@example.com")?;
/// let acme = emulator.create_org("Acme Inc")?;
/// emulator.add_user_to_org(&alice, &acme, "Member")?;
/// emulator.add_scim_group(&acme, NewScimGroup::new("Engineers").members([&alice]))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is added by `Emulator::add_scim_group`"]
pub struct NewScimGroup {
    display_name: String,
    external_id_from_idp: Option<String>,
    members: BTreeSet<UserId>,
}

impl NewScimGroup {
    /// Makes a group of this name, without members.
    pub fn new(display_name: impl Into<String>) -> Self {
        Self {
            display_name: display_name.into(),
            external_id_from_idp: None,
            members: BTreeSet::new(),
        }
    }

    /// Sets the id that the identity provider has for it. By default there is none.
    pub fn external_id_from_idp(mut self, id: impl Into<String>) -> Self {
        self.external_id_from_idp = Some(id.into());
        self
    }

    /// Sets who is in it. By default nobody is.
    pub fn members<U: Into<UserId>>(mut self, members: impl IntoIterator<Item = U>) -> Self {
        self.members = members.into_iter().map(canonical).collect();
        self
    }
}

impl From<&str> for NewScimGroup {
    fn from(display_name: &str) -> Self {
        Self::new(display_name)
    }
}

impl Emulator {
    /// Adds a group to an organization, from a name or a whole [`NewScimGroup`].
    ///
    /// # Errors
    ///
    /// Fails when there is no such organization, or when one of the members is none of its own.
    pub fn add_scim_group(
        &self,
        org_id: impl Into<OrgId>,
        group: impl Into<NewScimGroup>,
    ) -> Result<ScimGroupId, EmulatorError> {
        let (org_id, group): (OrgId, NewScimGroup) = (canonical(org_id), group.into());
        let mut store = self.store();
        if !store.orgs.contains_key(&org_id) {
            return Err(rejected(&format!("there is no organization {org_id:?}")));
        }
        check_members(&store, &org_id, &group.members)?;
        let names = ["scim group", &org_id, &group.display_name];
        let group_id = ScimGroupId::from(store.ids.uuid_of(&names));
        store.scim_groups.push(ScimGroupRecord {
            org_id,
            group_id: group_id.clone(),
            display_name: group.display_name,
            external_id_from_idp: group.external_id_from_idp,
            members: group.members,
        });
        Ok(group_id)
    }

    /// Sets who is in a group, in place of all who were.
    ///
    /// # Errors
    ///
    /// Fails when there is no such group, or when one of the members is not in its organization.
    pub fn set_scim_group_members<U: Into<UserId>>(
        &self,
        group_id: impl Into<ScimGroupId>,
        members: impl IntoIterator<Item = U>,
    ) -> Result<(), EmulatorError> {
        let group_id: ScimGroupId = canonical(group_id);
        let members = members.into_iter().map(canonical).collect();
        let mut store = self.store();
        let mut groups = store.scim_groups.iter();
        let at = groups.position(|group| group.group_id == group_id);
        let org_id = at.and_then(|at| Some(store.scim_groups.get(at)?.org_id.clone()));
        let org_id = org_id.ok_or_else(|| rejected(&format!("there is no group {group_id:?}")))?;
        check_members(&store, &org_id, &members)?;
        if let Some(group) = at.and_then(|at| store.scim_groups.get_mut(at)) {
            group.members = members;
        }
        Ok(())
    }

    /// Removes a group and tells whether there was one.
    pub fn remove_scim_group(&self, group_id: impl Into<ScimGroupId>) -> bool {
        let group_id: ScimGroupId = canonical(group_id);
        let groups = &mut self.store().scim_groups;
        let before = groups.len();
        groups.retain(|group| group.group_id != group_id);
        groups.len() < before
    }
}

fn check_members(
    store: &Store,
    org_id: &OrgId,
    members: &BTreeSet<UserId>,
) -> Result<(), EmulatorError> {
    let is_member = |user_id: &UserId| {
        let user = store.users.get(user_id);
        user.is_some_and(|user| user.memberships.contains_key(org_id))
    };
    if members.iter().all(is_member) {
        Ok(())
    } else {
        Err(rejected("a group has members of its organization only"))
    }
}

fn rejected(reason: &str) -> EmulatorError {
    EmulatorError::Rejected(reason.to_owned())
}
