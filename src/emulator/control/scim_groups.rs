//! SCIM groups, synchronized in place of an identity provider. The backend API cannot create any.

use std::collections::BTreeSet;

use crate::{
    emulator::{
        control::{Emulator, EmulatorError},
        state::{ScimGroupRecord, Store, ids::canonical},
    },
    words::ids::{OrgId, ScimGroupId, UserId},
};

/// A SCIM group to add to an organization.
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
    /// Creates a group with this display name, without members.
    pub fn new(display_name: impl Into<String>) -> Self {
        Self {
            display_name: display_name.into(),
            external_id_from_idp: None,
            members: BTreeSet::new(),
        }
    }

    /// Sets the identity provider's id of the group.
    pub fn external_id_from_idp(mut self, id: impl Into<String>) -> Self {
        self.external_id_from_idp = Some(id.into());
        self
    }

    /// Sets the members of the group.
    pub fn members<U: Into<UserId>>(mut self, members: impl IntoIterator<Item = U>) -> Self {
        self.members = members.into_iter().map(canonical).collect();
        self
    }
}

impl From<String> for NewScimGroup {
    fn from(display_name: String) -> Self {
        Self::new(display_name)
    }
}

impl From<&str> for NewScimGroup {
    fn from(display_name: &str) -> Self {
        Self::new(display_name)
    }
}

impl Emulator {
    /// Adds a SCIM group to an organization, from a display name or a whole [`NewScimGroup`].
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the organization does not exist, or if a user is not
    /// one of its members.
    pub fn add_scim_group(
        &self,
        org_id: impl Into<OrgId>,
        group: impl Into<NewScimGroup>,
    ) -> Result<ScimGroupId, EmulatorError> {
        let (org_id, group): (OrgId, NewScimGroup) = (canonical(org_id), group.into());
        let mut store = self.store();
        if !store.orgs.contains_key(&org_id) {
            return Err(EmulatorError::missing("organization", &org_id));
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

    /// Replaces the members of a SCIM group.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the group does not exist, or if a user is not a member
    /// of its organization.
    pub fn set_scim_group_members<U: Into<UserId>>(
        &self,
        group_id: impl Into<ScimGroupId>,
        members: impl IntoIterator<Item = U>,
    ) -> Result<(), EmulatorError> {
        let group_id: ScimGroupId = canonical(group_id);
        let members = members.into_iter().map(canonical).collect();
        let mut store = self.store();
        let mut groups = store.scim_groups.iter();
        let group = groups.find(|group| group.group_id == group_id);
        let org_id = group.map(|group| group.org_id.clone());
        let org_id = org_id.ok_or_else(|| EmulatorError::missing("group", &group_id))?;
        check_members(&store, &org_id, &members)?;
        if let Some(group) = store.scim_groups.get_mut(&group_id) {
            group.members = members;
        }
        Ok(())
    }

    /// Renames a SCIM group.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the group does not exist.
    pub fn rename_scim_group(
        &self,
        group_id: impl Into<ScimGroupId>,
        display_name: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        let group_id: ScimGroupId = canonical(group_id);
        let mut store = self.store();
        let group = store.scim_groups.get_mut(&group_id);
        let group = group.ok_or_else(|| EmulatorError::missing("group", &group_id))?;
        group.display_name = display_name.into();
        Ok(())
    }

    /// Removes a SCIM group. Returns `true` if it existed.
    pub fn remove_scim_group(&self, group_id: impl Into<ScimGroupId>) -> bool {
        let group_id: ScimGroupId = canonical(group_id);
        let mut store = self.store();
        let groups = &mut store.scim_groups;
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
        Err(EmulatorError::rejected(
            "the members of a group must be members of its organization",
        ))
    }
}
