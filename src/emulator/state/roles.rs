//! Roles, and what each brings: the project's, and those of custom role mappings.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::org_member_info::OrgRoleStructure;

/// Roles and their permissions, for the organizations that are subscribed to them.
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
#[derive(Clone, Debug, Serialize, Deserialize)]
#[must_use]
pub struct RoleMapping {
    structure: OrgRoleStructure,
    /// Highest first, where there is a hierarchy.
    names: Vec<String>,
    permissions: BTreeMap<String, Vec<String>>,
}

impl Default for RoleMapping {
    fn default() -> Self {
        Self::new(["Owner", "Admin", "Member"])
    }
}

impl RoleMapping {
    /// Makes a mapping of these roles, highest first.
    pub fn new<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self {
            structure: OrgRoleStructure::SingleRoleInHierarchy,
            names: roles.into_iter().map(Into::into).collect(),
            permissions: BTreeMap::new(),
        }
    }

    /// Gives a role a permission. By default no role has any, and none inherits another's.
    pub fn permission(mut self, role: impl Into<String>, permission: impl Into<String>) -> Self {
        self.add_permission(role.into(), permission.into());
        self
    }

    /// Lets users have several roles in an organization, none of which includes another. By
    /// default they have one, and roles form a hierarchy.
    pub fn multiple_roles_per_user(mut self) -> Self {
        self.structure = OrgRoleStructure::MultiRole;
        self
    }

    pub(crate) fn set_names(&mut self, names: Vec<String>) {
        self.names = names;
    }

    pub(crate) fn set_structure(&mut self, structure: OrgRoleStructure) {
        self.structure = structure;
    }

    pub(crate) fn add_permission(&mut self, role: String, permission: String) {
        let permissions = self.permissions.entry(role).or_default();
        if !permissions.contains(&permission) {
            permissions.push(permission);
        }
    }

    /// Says what contradicts itself, if anything does.
    pub(crate) fn check(&self) -> Result<(), String> {
        let blank = |text: &String| text.trim().is_empty();
        if self.names.is_empty() || self.names.iter().any(blank) {
            return Err("a project has at least one role, and each has a name".to_owned());
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.names.iter().find(|name| !seen.insert(*name)) {
            return Err(format!("the role {twice:?} is there twice"));
        }
        if let Some(role) = self.permissions.keys().find(|role| !self.has(role)) {
            let names = self.names.join(", ");
            return Err(format!(
                "a permission was given to {role:?}, which is no role: the roles are {names}"
            ));
        }
        match self
            .permissions
            .iter()
            .find(|(_, all)| all.iter().any(blank))
        {
            Some((role, _)) => Err(format!("a permission of the role {role:?} has no name")),
            None => Ok(()),
        }
    }

    /// Tells whether these are the roles of a project that says nothing of them.
    pub(crate) fn is_default(&self) -> bool {
        let default = Self::default();
        self.names == default.names
            && self.structure == default.structure
            && self.permissions.is_empty()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn has(&self, role: &str) -> bool {
        self.names.iter().any(|name| name == role)
    }

    pub(crate) fn structure(&self) -> &OrgRoleStructure {
        &self.structure
    }

    pub(crate) fn allows_several(&self) -> bool {
        self.structure == OrgRoleStructure::MultiRole
    }

    /// Makes what somebody had under another mapping possible: an unknown role becomes the lowest.
    pub(crate) fn replace_unknown(&self, role: &mut String, additional_roles: &mut Vec<String>) {
        if let (false, Some(lowest)) = (self.has(role), self.names.last()) {
            role.clone_from(lowest);
        }
        additional_roles.retain(|other| self.allows_several() && self.has(other) && other != role);
    }

    /// Returns the role and, in a hierarchy, all below it.
    pub(crate) fn with_inherited(&self, role: &str) -> Vec<String> {
        if self.allows_several() {
            return vec![role.to_owned()];
        }
        let from = self.names.iter().skip_while(|name| *name != role);
        from.cloned().collect()
    }

    /// Returns the permissions of all these roles, each once.
    pub(crate) fn permissions<'a>(&self, roles: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for permission in roles
            .filter_map(|role| self.permissions.get(role))
            .flatten()
        {
            if !all.contains(permission) {
                all.push(permission.clone());
            }
        }
        all
    }
}
