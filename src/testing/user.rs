//! Users and organizations that exist in tokens only.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value, json};

use super::{HasAccessToken, ISSUER, propel_auth_builder};
use crate::{
    access::User,
    dev_keys,
    words::{
        ids::{OrgId, UserId},
        org_member_info::OrgRoleStructure,
        roles::{OrgIdentity, Roles},
        url_safe::url_safe,
    },
};

/// The lifetime of a token of a [`TestUser`]: that of PropelAuth's tokens.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Returns an id in the format of PropelAuth's. A counter makes it the same in every run of a test.
fn next_id(kind: u8) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "{kind:08x}-0000-4000-8000-{:012x}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

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

impl TestOrg {
    /// Creates an organization with this name and a new id.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            org_id: next_id(2).into(),
            name: name.to_owned(),
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

    fn member(&self, roles: &[&str]) -> Value {
        let (role, additional_roles) = roles.split_first().unwrap_or((&"", &[]));
        let additional_roles: Vec<String> =
            additional_roles.iter().map(|it| (*it).to_owned()).collect();
        let org = OrgIdentity {
            org_id: &self.org_id,
            name: &self.name,
            url_safe_name: url_safe(&self.name),
            metadata: Map::new(),
            legacy_org_id: None,
        };
        json!(self.roles.membership(org, role, &additional_roles))
    }
}

/// A user that exists only in its own access tokens.
///
/// ```
/// use actix_web_propelauth::testing::{TestOrg, TestUser};
///
/// let acme = TestOrg::new("Acme Inc");
/// let alice = TestUser::new("alice@example.com")
///     .in_org(&acme, "Admin")
///     .claim("first_name", "Alice")
///     .expires_in(60);
/// assert_eq!(alice.user().first_name.as_deref(), Some("Alice"));
/// ```
#[derive(Clone, Debug)]
pub struct TestUser {
    claims: Map<String, Value>,
    orgs: Map<String, Value>,
    active_org: Option<String>,
    expires_in: i64,
}

impl TestUser {
    /// Creates a user with this email address and a new id, in no organization.
    #[must_use]
    pub fn new(email: &str) -> Self {
        let user_id = next_id(1);
        let claims = [
            ("sub", json!(user_id)),
            ("user_id", json!(user_id)),
            ("email", json!(email)),
            ("iss", json!(ISSUER)),
        ];
        Self {
            claims: claims
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            orgs: Map::new(),
            active_org: None,
            expires_in: LIFETIME.as_secs().cast_signed(),
        }
    }

    /// Adds the user to an organization, in a role.
    #[must_use]
    pub fn in_org(self, org: &TestOrg, role: &str) -> Self {
        self.in_org_with_roles(org, &[role])
    }

    /// Adds the user to an organization that has
    /// [multiple roles per user](TestOrg::multiple_roles_per_user), in these roles.
    #[must_use]
    pub fn in_org_with_roles(mut self, org: &TestOrg, roles: &[&str]) -> Self {
        self.orgs.insert(org.org_id.to_string(), org.member(roles));
        self
    }

    /// Sets the active organization of the user's tokens. The user must be a member of it.
    #[must_use]
    pub fn active_org(mut self, org: &TestOrg) -> Self {
        self.active_org = Some(org.org_id.to_string());
        self
    }

    /// Sets the lifetime of the user's tokens, in seconds. By default, 30 minutes. A negative number creates
    /// tokens that have expired.
    #[must_use]
    pub fn expires_in(mut self, seconds: i64) -> Self {
        self.expires_in = seconds;
        self
    }

    /// Sets a claim, such as `properties`, and replaces the one that the token would have.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Returns the id of the user.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.claims
            .get("user_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .into()
    }

    /// Returns the claims of a token that is created now.
    #[must_use]
    pub fn claims(&self) -> Value {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = now.as_secs().cast_signed();
        let mut claims = Map::new();
        claims.insert("iat".to_owned(), json!(now));
        claims.insert("exp".to_owned(), json!(now + self.expires_in));
        match self
            .active_org
            .as_ref()
            .and_then(|org_id| self.orgs.get(org_id))
        {
            Some(org) => claims.insert("org_member_info".to_owned(), org.clone()),
            None => claims.insert("org_id_to_org_member_info".to_owned(), json!(self.orgs)),
        };
        claims.extend(self.claims.clone());
        Value::Object(claims)
    }

    /// Returns the user as a handler receives it.
    ///
    /// # Panics
    ///
    /// Panics if the claims are not those of a valid token.
    #[must_use]
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    pub fn user(&self) -> User {
        let auth = propel_auth_builder().max_token_len(usize::MAX).build();
        let auth = auth.expect("the development key is a valid key");
        auth.validate_access_token_and_get_user(format!("Bearer {}", self.access_token()).as_str())
            .expect("the claims of a test user make a valid token")
    }
}

impl HasAccessToken for TestUser {
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    fn access_token(&self) -> String {
        dev_keys::sign(&self.claims()).expect("the development key signs")
    }
}
