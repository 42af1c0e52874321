//! Role mappings: the default one of the project, and custom ones.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::role_abilities::{Ability, Place, RoleSettings};
use crate::{
    emulator::state::Membership,
    words::{
        org_member_info::{OrgMember, OrgRoleStructure},
        roles::{OrgIdentity, Roles},
    },
};

/// Roles and their permissions, for the organizations that are subscribed to the mapping.
///
/// ```
/// use actix_web_propelauth::emulator::{Emulator, RoleMapping};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let paid = RoleMapping::new(["Owner", "Admin", "Member"]).permission("Admin", "can_export");
/// let emulator = Emulator::builder()
///     .custom_role_mapping("Paid Plan", paid)
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct RoleMapping {
    #[serde(flatten)]
    roles: Roles,
    /// What members of a role may do for the organization, by the role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, RoleSettings>,
}

impl Default for RoleMapping {
    fn default() -> Self {
        Self::new(["Owner", "Admin", "Member"])
    }
}

impl RoleMapping {
    /// Creates a mapping of these roles, highest first.
    pub fn new<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self {
            roles: Roles::new(roles.into_iter().map(Into::into).collect()),
            settings: BTreeMap::new(),
        }
    }

    /// Adds a permission to a role. Roles do not inherit the permissions of other roles.
    pub fn permission(mut self, role: impl Into<String>, permission: impl Into<String>) -> Self {
        self.add_permission(role.into(), permission.into());
        self
    }

    /// Enables several roles per user in an organization, none of which includes another. By
    /// default, a user has one role, and roles form a hierarchy.
    pub fn multiple_roles_per_user(mut self) -> Self {
        self.set_structure(OrgRoleStructure::MultiRole);
        self
    }

    pub(crate) fn set_names(&mut self, names: Vec<String>) {
        self.roles.names = names;
    }

    pub(crate) fn set_structure(&mut self, structure: OrgRoleStructure) {
        self.roles.structure = structure;
    }

    pub(crate) fn add_permission(&mut self, role: String, permission: String) {
        self.roles.add_permission(role, permission);
    }

    /// Returns the reason if the mapping is invalid.
    pub(crate) fn check(&self) -> Result<(), String> {
        let blank = |text: &String| text.trim().is_empty();
        let (names, permissions) = (&self.roles.names, self.roles.all_permissions());
        if names.is_empty() || names.iter().any(blank) {
            return Err("a project has at least one role, and each role has a name".to_owned());
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
            return Err(format!("the role {twice:?} is listed twice"));
        }
        if let Some(role) = permissions.keys().find(|role| !self.has(role)) {
            let names = names.join(", ");
            return Err(format!(
                "a permission was added to the unknown role {role:?}: the roles are {names}"
            ));
        }
        let settings = self.settings.iter();
        let mut managed = settings.flat_map(|(_, it)| it.roles_can_manage.iter().flatten());
        if let Some(role) = managed.find(|role| !self.has(role)) {
            return Err(format!("roles_can_manage has the unknown role {role:?}"));
        }
        match permissions.iter().find(|(_, all)| all.iter().any(blank)) {
            Some((role, _)) => Err(format!("a permission of the role {role:?} has no name")),
            None => Ok(()),
        }
    }

    /// Returns `true` if these are the roles of a project without role settings.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the permissions of one role.
    pub(crate) fn permissions_of(&self, role: &str) -> &[String] {
        let permissions = self.roles.all_permissions().get(role);
        permissions.map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.roles.names
    }

    /// Returns the permissions of each role that has some.
    pub(crate) fn all_permissions(&self) -> &BTreeMap<String, Vec<String>> {
        self.roles.all_permissions()
    }

    pub(crate) fn has(&self, role: &str) -> bool {
        self.roles.names.iter().any(|name| name == role)
    }

    pub(crate) fn allows_several(&self) -> bool {
        self.roles.allows_several()
    }

    /// Replaces roles that this mapping does not have: an unknown main role becomes the lowest
    /// role, and unknown additional roles are removed.
    pub(crate) fn replace_unknown(&self, role: &mut String, additional_roles: &mut Vec<String>) {
        if let (false, Some(lowest)) = (self.has(role), self.roles.names.last()) {
            role.clone_from(lowest);
        }
        additional_roles.retain(|other| self.allows_several() && self.has(other) && other != role);
    }

    /// Returns what access tokens and the backend API say about a member with these roles.
    pub(crate) fn membership(
        &self,
        org: OrgIdentity<'_>,
        role: &str,
        additional_roles: &[String],
    ) -> OrgMember {
        self.roles.membership(org, role, additional_roles)
    }

    pub(crate) fn set_role_settings(&mut self, role: String, settings: RoleSettings) {
        if settings != RoleSettings::default() {
            self.settings.insert(role, settings);
        }
    }

    pub(crate) fn settings_of(&self, role: &str) -> Option<&RoleSettings> {
        self.settings.get(role)
    }

    /// Returns `true` if one of a member's roles allows this.
    pub(crate) fn may(&self, member: &Membership, ability: Ability) -> bool {
        let mut held = std::iter::once(&member.role).chain(&member.additional_roles);
        held.any(|role| {
            let settings = self.settings.get(role).cloned().unwrap_or_default();
            settings.has(ability, self.place(role))
        })
    }

    fn place(&self, role: &str) -> Place {
        let names = self.names();
        match names.iter().position(|name| name == role) {
            Some(0) => Place::First,
            // Without a hierarchy, no role is between others.
            Some(place) if place + 1 < names.len() && !self.allows_several() => Place::Between,
            _ => Place::Last,
        }
    }

    /// Returns `true` if a member gives and takes all roles of another.
    pub(crate) fn manages(&self, member: &Membership, other: &Membership) -> bool {
        let managed = self.managed(member);
        let mut roles = std::iter::once(&other.role).chain(&other.additional_roles);
        roles.all(|role| managed.contains(role))
    }

    /// Returns the roles that a member can give to others.
    pub(crate) fn manageable(&self, member: &Membership) -> Vec<String> {
        let mut managed = self.managed(member);
        managed.retain(|role| self.is_given(role));
        managed
    }

    /// Returns the roles that a member manages: in a hierarchy, its own and those below, and otherwise
    /// those that are set. By default, the first role manages all.
    fn managed(&self, member: &Membership) -> Vec<String> {
        let names = self.names();
        if !self.allows_several() {
            let from = names.iter().skip_while(|name| **name != member.role);
            return from.cloned().collect();
        }
        let mut held = std::iter::once(&member.role).chain(&member.additional_roles);
        let manages = |held: &String, role: &String| {
            let settings = self.settings.get(held);
            match settings.and_then(|settings| settings.roles_can_manage.as_ref()) {
                Some(managed) => managed.contains(role),
                None => self.place(held) == Place::First,
            }
        };
        let held: Vec<&String> = held.by_ref().collect();
        let mut managed = names.to_vec();
        managed.retain(|role| held.iter().any(|held| manages(held, role)));
        managed
    }

    /// Returns `true` if members do not see who has the role.
    pub(crate) fn is_internal(&self, role: &str) -> bool {
        self.settings.get(role).is_some_and(|it| it.is_internal)
    }

    /// Returns the role of the user who founds an organization: the one that is set, or the first.
    pub(crate) fn founder(&self, set: Option<&String>) -> String {
        let set = set.filter(|role| self.has(role));
        set.or(self.names().first()).cloned().unwrap_or_default()
    }

    /// Returns the role of users who join without an invitation: the one that is set, or the last.
    pub(crate) fn newcomer(&self, set: Option<&String>) -> String {
        let set = set.filter(|role| self.has(role));
        set.or(self.names().last()).cloned().unwrap_or_default()
    }

    /// Returns `true` if members give the role to others.
    pub(crate) fn is_given(&self, role: &str) -> bool {
        let settings = self.settings.get(role);
        settings.is_none_or(|settings| !settings.is_internal && !settings.disabled)
    }
}
