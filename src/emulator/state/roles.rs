//! Role mappings: the default one of the project, and custom ones.

use std::collections::BTreeSet;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::{
    org_member_info::{OrgMember, OrgRoleStructure},
    roles::{OrgIdentity, Roles},
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
#[serde(transparent)]
#[must_use]
pub struct RoleMapping(Roles);

impl Default for RoleMapping {
    fn default() -> Self {
        Self::new(["Owner", "Admin", "Member"])
    }
}

impl RoleMapping {
    /// Creates a mapping of these roles, highest first.
    pub fn new<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self(Roles::new(roles.into_iter().map(Into::into).collect()))
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
        self.0.names = names;
    }

    pub(crate) fn set_structure(&mut self, structure: OrgRoleStructure) {
        self.0.structure = structure;
    }

    pub(crate) fn add_permission(&mut self, role: String, permission: String) {
        self.0.add_permission(role, permission);
    }

    /// Returns the reason if the mapping is invalid.
    pub(crate) fn check(&self) -> Result<(), String> {
        let blank = |text: &String| text.trim().is_empty();
        let (names, permissions) = (&self.0.names, self.0.all_permissions());
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
        let permissions = self.0.all_permissions().get(role);
        permissions.map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.0.names
    }

    /// Returns the permissions of each role that has some.
    pub(crate) fn all_permissions(&self) -> &BTreeMap<String, Vec<String>> {
        self.0.all_permissions()
    }

    pub(crate) fn has(&self, role: &str) -> bool {
        self.0.names.iter().any(|name| name == role)
    }

    pub(crate) fn allows_several(&self) -> bool {
        self.0.allows_several()
    }

    /// Replaces roles that this mapping does not have: an unknown main role becomes the lowest
    /// role, and unknown additional roles are removed.
    pub(crate) fn replace_unknown(&self, role: &mut String, additional_roles: &mut Vec<String>) {
        if let (false, Some(lowest)) = (self.has(role), self.0.names.last()) {
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
        self.0.membership(org, role, additional_roles)
    }
}
