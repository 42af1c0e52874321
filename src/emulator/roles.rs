//! The project's roles, and what each brings.

use std::collections::BTreeMap;

use crate::org_member_info::OrgRoleStructure;

/// The roles of the emulated project and their permissions.
#[derive(Clone, Debug)]
pub(super) struct Roles {
    structure: OrgRoleStructure,
    /// Highest first, where there is a hierarchy.
    names: Vec<String>,
    permissions: BTreeMap<String, Vec<String>>,
}

impl Default for Roles {
    fn default() -> Self {
        Self {
            structure: OrgRoleStructure::SingleRoleInHierarchy,
            names: ["Owner", "Admin", "Member"].map(str::to_owned).to_vec(),
            permissions: BTreeMap::new(),
        }
    }
}

impl Roles {
    pub(super) fn set_names(&mut self, names: Vec<String>) {
        self.names = names;
    }

    pub(super) fn set_structure(&mut self, structure: OrgRoleStructure) {
        self.structure = structure;
    }

    pub(super) fn add_permission(&mut self, role: String, permission: String) {
        let permissions = self.permissions.entry(role).or_default();
        if !permissions.contains(&permission) {
            permissions.push(permission);
        }
    }

    /// Says what contradicts itself, if anything does.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.names.is_empty() || self.names.iter().any(String::is_empty) {
            return Err("a project has at least one role, and each has a name".to_owned());
        }
        match self.permissions.keys().find(|role| !self.has(role)) {
            Some(role) => Err(format!(
                "a permission was given to {role:?}, which is no role"
            )),
            None => Ok(()),
        }
    }

    pub(super) fn has(&self, role: &str) -> bool {
        self.names.iter().any(|name| name == role)
    }

    pub(super) fn structure(&self) -> &OrgRoleStructure {
        &self.structure
    }

    pub(super) fn allows_several(&self) -> bool {
        self.structure == OrgRoleStructure::MultiRole
    }

    /// Returns the role and, in a hierarchy, all below it.
    pub(super) fn with_inherited(&self, role: &str) -> Vec<String> {
        if self.allows_several() {
            return vec![role.to_owned()];
        }
        let from = self.names.iter().skip_while(|name| *name != role);
        from.cloned().collect()
    }

    /// Returns the permissions of all these roles, each once.
    pub(super) fn permissions<'a>(&self, roles: impl Iterator<Item = &'a str>) -> Vec<String> {
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
