//! The roles of an organization: what access tokens and the backend API say about a member with
//! some of them. Used by test users and by the emulator, so that the two agree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::org_member_info::{OrgMember, OrgRoleStructure};
use crate::words::ids::OrgId;

/// Roles, highest first, and the permissions of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Roles {
    pub(crate) structure: OrgRoleStructure,
    /// Highest first, if the structure is a hierarchy.
    pub(crate) names: Vec<String>,
    permissions: BTreeMap<String, Vec<String>>,
}

/// The organization of a membership.
pub(crate) struct OrgIdentity<'a> {
    pub(crate) org_id: &'a OrgId,
    pub(crate) name: &'a str,
    pub(crate) url_safe_name: String,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) legacy_org_id: Option<String>,
}

impl Roles {
    /// Creates a hierarchy of roles without permissions.
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self {
            structure: OrgRoleStructure::SingleRoleInHierarchy,
            names,
            permissions: BTreeMap::new(),
        }
    }

    pub(crate) fn add_permission(&mut self, role: String, permission: String) {
        let permissions = self.permissions.entry(role).or_default();
        if !permissions.contains(&permission) {
            permissions.push(permission);
        }
    }

    /// Returns each role that was given permissions, and these.
    #[cfg(feature = "emulator")]
    pub(crate) fn all_permissions(&self) -> &BTreeMap<String, Vec<String>> {
        &self.permissions
    }

    pub(crate) fn allows_several(&self) -> bool {
        self.structure == OrgRoleStructure::MultiRole
    }

    /// Returns what access tokens and the backend API say about a member with these roles.
    pub(crate) fn membership(
        &self,
        org: OrgIdentity<'_>,
        role: &str,
        additional_roles: &[String],
    ) -> OrgMember {
        OrgMember {
            org_id: org.org_id.clone(),
            org_name: org.name.to_owned(),
            url_safe_org_name: org.url_safe_name,
            org_metadata: org.metadata,
            org_role_structure: self.structure.clone(),
            user_role: role.to_owned(),
            inherited_user_roles_plus_current_role: self.with_inherited(role),
            user_permissions: self.permissions_of(role, additional_roles),
            additional_roles: additional_roles.to_vec(),
            legacy_org_id: org.legacy_org_id,
        }
    }

    /// Returns the role and, in a hierarchy, all roles below it.
    fn with_inherited(&self, role: &str) -> Vec<String> {
        if self.allows_several() {
            return vec![role.to_owned()];
        }
        let from = self.names.iter().skip_while(|name| *name != role);
        from.cloned().collect()
    }

    /// Returns the permissions of all these roles, each once. Permissions are not inherited.
    fn permissions_of(&self, role: &str, additional_roles: &[String]) -> Vec<String> {
        let roles = std::iter::once(role).chain(additional_roles.iter().map(String::as_str));
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

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::{OrgIdentity, Roles};
    use crate::words::org_member_info::OrgRoleStructure;

    fn roles() -> Roles {
        let mut roles = Roles::new(["Owner", "Admin", "Member"].map(str::to_owned).to_vec());
        for (role, permission) in [("Admin", "edit"), ("Member", "read"), ("Admin", "read")] {
            roles.add_permission(role.to_owned(), permission.to_owned());
        }
        roles
    }

    fn org(org_id: &crate::words::ids::OrgId) -> OrgIdentity<'_> {
        OrgIdentity {
            org_id,
            name: "Acme Inc",
            url_safe_name: "acme-inc".to_owned(),
            metadata: Map::new(),
            legacy_org_id: None,
        }
    }

    #[test]
    fn a_role_in_a_hierarchy_includes_those_below_but_not_their_permissions() {
        let member = roles().membership(org(&"1".into()), "Owner", &[]);
        let inherited = &member.inherited_user_roles_plus_current_role;
        assert_eq!(*inherited, ["Owner", "Admin", "Member"]);
        assert!(member.user_permissions.is_empty());
        let member = roles().membership(org(&"1".into()), "Admin", &[]);
        assert_eq!(member.user_permissions, ["edit", "read"]);
    }

    #[test]
    fn several_roles_have_each_permission_once_and_include_no_other_role() {
        let mut roles = roles();
        roles.structure = OrgRoleStructure::MultiRole;
        let member = roles.membership(org(&"1".into()), "Admin", &["Member".to_owned()]);
        assert_eq!(member.inherited_user_roles_plus_current_role, ["Admin"]);
        assert_eq!(member.user_permissions, ["edit", "read"]);
        assert_eq!(member.additional_roles, ["Member"]);
    }
}
