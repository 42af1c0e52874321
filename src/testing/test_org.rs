//! Organizations that exist in tokens only, and memberships in them.

use serde_json::{Map, Value, json};

use super::test_id::next_id;
use crate::{
    access::{KeyOrg, KeyOwner, Principal, Settings, Validation},
    words::{
        ids::OrgId,
        org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
        roles::{OrgIdentity, Roles},
        url_safe::url_safe,
    },
};

/// An organization that exists only in the tokens of its members.
///
/// Its roles are Owner, Admin and Member; each includes those after it.
///
/// ```
/// use actix_web_propelauth::{OrgMemberInfo, testing::{TestOrg, TestUser}};
///
/// let acme = TestOrg::new("Acme Inc")
///     .roles(&["Boss", "Clerk"])
///     .permission("Clerk", "can_file");
/// let user = TestUser::new("bob@example.com").in_org(&acme, "Clerk").user();
/// let member: &OrgMemberInfo = user.org(acme.org_id()).unwrap();
/// assert!(member.has_permission("can_file") && !member.is_at_least_role("Boss"));
/// ```
#[derive(Clone, Debug)]
pub struct TestOrg {
    org_id: OrgId,
    name: String,
    roles: Roles,
}

/// A membership that is being described, for [`TestUser::in_org_with`](super::TestUser::in_org_with).
#[derive(Clone, Debug, Default)]
#[must_use = "a membership is part of a token only if the closure returns it"]
pub struct TestMember {
    roles: Vec<String>,
    permissions: Vec<String>,
    claims: Map<String, Value>,
}

impl TestOrg {
    /// Creates an organization with this name and a new id.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            org_id: next_id(2).into(),
            name: name.into(),
            roles: Roles::new(["Owner", "Admin", "Member"].map(str::to_owned).to_vec()),
        }
    }

    /// Sets the roles, the highest first.
    #[must_use]
    pub fn roles(mut self, roles: &[&str]) -> Self {
        self.roles.names = roles.iter().map(|role| (*role).to_owned()).collect();
        self
    }

    /// Gives each member any number of roles, none of which includes another.
    #[must_use]
    pub fn multiple_roles_per_user(mut self) -> Self {
        self.roles.structure = OrgRoleStructure::MultiRole;
        self
    }

    /// Grants a permission to a role.
    #[must_use]
    pub fn permission(mut self, role: &str, permission: &str) -> Self {
        self.roles
            .add_permission(role.to_owned(), permission.to_owned());
        self
    }

    /// Returns the id of the organization.
    #[must_use]
    pub fn org_id(&self) -> &OrgId {
        &self.org_id
    }

    /// Returns the roles, the highest first.
    #[cfg(feature = "audit")]
    pub(crate) fn role_names(&self) -> &[String] {
        &self.roles.names
    }

    /// Returns another organization with the same roles and permissions.
    #[cfg(feature = "audit")]
    pub(crate) fn with_new_id(mut self) -> Self {
        self.org_id = next_id(2).into();
        self
    }

    /// Returns the membership of a user with this role, as a handler behind a guard receives it.
    ///
    /// ```
    /// use actix_web_propelauth::{OrgMemberInfo, testing::TestOrg};
    ///
    /// async fn billing(org: OrgMemberInfo) -> String {
    ///     format!("billing of {}", org.org_name)
    /// }
    ///
    /// # #[actix_web::main]
    /// # async fn main() {
    /// let org = TestOrg::new("Acme Inc").member("Admin");
    /// assert_eq!(billing(org).await, "billing of Acme Inc");
    /// # }
    /// ```
    #[must_use]
    pub fn member(&self, role: &str) -> OrgMemberInfo {
        self.member_with(|member| member.role(role))
    }

    /// Returns the organization as a handler receives it that takes a [`Principal`]: as the owner of an API key
    /// without a user.
    ///
    /// ```
    /// use actix_web_propelauth::{Principal, testing::TestOrg};
    ///
    /// async fn whoami(caller: Principal) -> String {
    ///     caller.org().map_or_else(|| "a user".to_owned(), |org| org.org_name().to_owned())
    /// }
    ///
    /// # #[actix_web::main]
    /// # async fn main() {
    /// let acme = TestOrg::new("Acme Inc").by_key();
    /// assert_eq!(whoami(acme).await, "Acme Inc");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Never, unless this crate has a defect.
    #[must_use]
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    pub fn by_key(&self) -> Principal {
        let owner = KeyOwner {
            org: Some(self.as_owner()),
            ..KeyOwner::default()
        };
        let principal = owner.into_principal(Validation::endless(), &Settings::fallback());
        principal.expect("an organization owns its key")
    }

    /// Returns the organization as the owner of a key.
    fn as_owner(&self) -> KeyOrg {
        KeyOrg {
            org_id: self.org_id.clone(),
            org_name: self.name.clone(),
            metadata: Map::new(),
            legacy_org_id: None,
        }
    }

    /// Returns a membership with anything that a test needs, such as a permission that no role has.
    ///
    /// # Panics
    ///
    /// Panics if a claim has a value of the wrong type.
    #[must_use]
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    pub fn member_with(&self, describe: impl FnOnce(TestMember) -> TestMember) -> OrgMemberInfo {
        let claims = self.claims_of(describe(TestMember::default()));
        serde_json::from_value(claims).expect("the claims make a membership")
    }

    /// Returns the claims of a membership.
    pub(super) fn claims_of(&self, member: TestMember) -> Value {
        let lowest = self.roles.names.last().map(String::as_str);
        member.membership(lowest, |role, additional_roles| {
            let org = OrgIdentity {
                org_id: &self.org_id,
                name: &self.name,
                url_safe_name: url_safe(&self.name),
                metadata: Map::new(),
                legacy_org_id: None,
            };
            self.roles.membership(org, role, additional_roles)
        })
    }
}

impl TestMember {
    /// Adds a role. By default, a member has the lowest one.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Adds a permission to those of the roles. No role has to have it.
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }

    /// Sets a field of the membership, such as `org_metadata`, and replaces the one that it would have.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Returns the claims of the membership, from what the organization says about a member with these roles.
    pub(crate) fn membership(
        self,
        lowest_role: Option<&str>,
        of_roles: impl FnOnce(&str, &[String]) -> OrgMember,
    ) -> Value {
        let (role, additional_roles) = match self.roles.split_first() {
            Some((role, additional_roles)) => (role.as_str(), additional_roles),
            None => (lowest_role.unwrap_or_default(), [].as_slice()),
        };
        let mut membership = of_roles(role, additional_roles);
        for permission in self.permissions {
            if !membership.user_permissions.contains(&permission) {
                membership.user_permissions.push(permission);
            }
        }
        let mut claims = json!(membership);
        if let Value::Object(claims) = &mut claims {
            claims.extend(self.claims);
        }
        claims
    }
}
