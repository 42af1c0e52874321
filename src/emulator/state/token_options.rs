//! Access tokens on request: of any user, and with whatever a test needs to be wrong with them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    LoginMethod, dev_keys,
    emulator::state::{Store, TokenOrigin, UserRecord, json_document::unknown_name},
    words::{
        ids::{EmployeeId, OrgId, UserId},
        org_member_info::{OrgMember, OrgMemberInfo},
    },
};

/// The lifetime of a token by default, in seconds.
const LIFETIME: i64 = 30 * 60;

/// An access token to create, for a user of the emulator: what is in it, and what is wrong with it.
///
/// ```
/// use actix_web_propelauth::emulator::{Emulator, TokenOptions};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// emulator.create_user("alice@example.com")?;
/// let options = TokenOptions::new("alice@example.com").expires_in(-300);
/// let expired = emulator.create_token(&options)?;
/// assert_eq!(expired.expires_at, emulator.now() - 300);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenOptions {
    user: String,
    #[serde(default)]
    active_org: Option<String>,
    #[serde(default)]
    expires_in: Option<i64>,
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    forged: bool,
    #[serde(default)]
    impersonated_by: Option<String>,
    #[serde(default)]
    org: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    permissions: Vec<String>,
}

/// An access token and what is in it. Created by
/// [`create_token`](crate::emulator::Emulator::create_token).
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct CreatedToken {
    /// The token, for the header `Authorization: Bearer …`.
    pub access_token: String,
    /// The id of its user.
    pub user_id: UserId,
    /// The time at which it was issued, as a Unix timestamp in seconds.
    pub issued_at: i64,
    /// The time at which it expires, as a Unix timestamp in seconds.
    pub expires_at: i64,
    /// Its claims.
    pub claims: Value,
}

/// Omits the token.
impl std::fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedToken")
            .field("user_id", &self.user_id)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl TokenOptions {
    /// Creates the options of a valid token, for the user with this email address, username or id.
    #[must_use]
    pub fn new(user: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            active_org: None,
            expires_in: None,
            issuer: None,
            forged: false,
            impersonated_by: None,
            org: None,
            role: None,
            permissions: Vec::new(),
        }
    }

    /// Sets the active organization, by its id or name. The user must be a member of it, unless
    /// [`org`](Self::org) names it as well.
    #[must_use]
    pub fn active_org(mut self, org: impl Into<String>) -> Self {
        self.active_org = Some(org.into());
        self
    }

    /// Sets the lifetime in seconds. A negative number creates a token that has expired. By default,
    /// 30 minutes.
    #[must_use]
    pub fn expires_in(mut self, seconds: i64) -> Self {
        self.expires_in = Some(seconds);
        self
    }

    /// Sets the issuer. By default, the emulator's, which is the only one that a service accepts.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Gives the token a signature that is not the emulator's.
    #[must_use]
    pub fn forged(mut self) -> Self {
        self.forged = true;
        self
    }

    /// Makes it the token of an employee who impersonates the user. The employee, given by id or
    /// email address, may be unknown to the emulator.
    #[must_use]
    pub fn impersonated_by(mut self, employee: impl Into<String>) -> Self {
        self.impersonated_by = Some(employee.into());
        self
    }

    /// Sets the organization, by its id or name, that [`role`](Self::role) and
    /// [`permission`](Self::permission) are about. The user need not be a member of it. By default,
    /// the user's only organization.
    #[must_use]
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.org = Some(org.into());
        self
    }

    /// Sets the role of the user in the token. By default, the user's role in the organization, or
    /// the lowest one.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Adds a permission to those of the role.
    #[must_use]
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }
}

impl Store {
    /// Signs a token with these options.
    ///
    /// # Errors
    ///
    /// Returns the reason if a user, organization or role does not exist.
    pub(crate) fn create_token(&self, options: &TokenOptions) -> Result<CreatedToken, String> {
        let user = self.user_by_any_name(&options.user)?;
        let employee = options.impersonated_by.as_deref();
        let employee = employee.map(|it| self.employee_by_any_name(it));
        let origin = employee.as_ref().map_or(
            TokenOrigin::Login(&LoginMethod::Password),
            TokenOrigin::Impersonation,
        );
        let mut orgs = self.org_infos(user);
        if let Some((org_id, member)) = self.membership_of(user, options)? {
            orgs.insert(org_id, member);
        }
        let active_org = match options.active_org.as_deref() {
            None => None,
            Some(name) => {
                let org_id = self.org_by_any_name(name)?;
                let member = orgs.remove(&org_id);
                Some(member.ok_or_else(|| {
                    format!(
                        "{} is not a member of {name:?}: give a role there",
                        options.user
                    )
                })?)
            }
        };
        let lifetime = options.expires_in.unwrap_or(LIFETIME);
        let mut claims = self.claims(user, lifetime, active_org, Some(orgs), origin)?;
        let expires_at = self.now().saturating_add(lifetime);
        let issued_at = self
            .now()
            .min(expires_at.saturating_sub(LIFETIME.min(lifetime.saturating_abs())));
        if let Value::Object(claims) = &mut claims {
            claims.insert("iat".to_owned(), issued_at.into());
            if let Some(issuer) = &options.issuer {
                claims.insert("iss".to_owned(), issuer.as_str().into());
            }
        }
        let mut access_token = self.signing_key.sign(&claims)?;
        if options.forged {
            access_token = dev_keys::with_invalid_signature(&access_token);
        }
        Ok(CreatedToken {
            access_token,
            user_id: user.metadata.user_id.clone(),
            issued_at,
            expires_at,
            claims,
        })
    }

    /// Returns the membership that the options give the user.
    fn membership_of(
        &self,
        user: &UserRecord,
        options: &TokenOptions,
    ) -> Result<Option<(OrgId, OrgMemberInfo)>, String> {
        if options.role.is_none() && options.permissions.is_empty() && options.org.is_none() {
            return Ok(None);
        }
        let org_id = match options.org.as_deref().or(options.active_org.as_deref()) {
            Some(name) => self.org_by_any_name(name)?,
            None => {
                let mut orgs = user.memberships.keys();
                match (orgs.next(), orgs.next()) {
                    (Some(only), None) => only.clone(),
                    _ => {
                        return Err(format!(
                            "{} is in {} organizations: say which one the role or permission is for",
                            options.user,
                            user.memberships.len()
                        ));
                    }
                }
            }
        };
        let roles = self.roles_of(&org_id);
        let membership = user.memberships.get(&org_id);
        let known: Vec<&str> = roles.names().iter().map(String::as_str).collect();
        let role = match (&options.role, membership) {
            (Some(role), _) if !roles.has(role) => {
                return Err(unknown_name("role", role, "the roles", &known));
            }
            (Some(role), _) => role.as_str(),
            (None, Some(membership)) => membership.role.as_str(),
            (None, None) => known.last().copied().unwrap_or_default(),
        };
        let others = match (&options.role, membership) {
            (None, Some(membership)) => membership.additional_roles.as_slice(),
            _ => &[],
        };
        let Some(org) = self.org_identity(&org_id) else {
            return Err(format!("there is no organization {org_id:?}"));
        };
        let mut member: OrgMember = roles.membership(org, role, others);
        for permission in &options.permissions {
            if !member.user_permissions.contains(permission) {
                member.user_permissions.push(permission.clone());
            }
        }
        Ok(Some((org_id, OrgMemberInfo::from(member))))
    }

    /// Returns the user with this email address, username or id.
    fn user_by_any_name(&self, name: &str) -> Result<&UserRecord, String> {
        let by_id = self.users.get(&UserId::from(name.to_ascii_lowercase()));
        let user = by_id.or_else(|| self.users.by_email_or_username(name));
        user.ok_or_else(|| format!("there is no user {name:?}"))
    }

    /// Returns the organization with this id or name.
    pub(crate) fn org_by_any_name(&self, name: &str) -> Result<OrgId, String> {
        let org_id = OrgId::from(name.to_ascii_lowercase());
        if self.orgs.contains_key(&org_id) {
            return Ok(org_id);
        }
        let mut orgs = self.orgs.iter();
        let found = orgs.find(|(_, org)| org.name == name || org.url_safe_org_slug == name);
        let found = found.map(|(org_id, _)| org_id.clone());
        found.ok_or_else(|| format!("there is no organization {name:?}"))
    }

    fn employee_by_any_name(&self, name: &str) -> EmployeeId {
        let mut employees = self.employees.iter();
        let found = employees.find(|(_, employee)| employee.email.eq_ignore_ascii_case(name));
        found.map_or_else(|| EmployeeId::from(name), |(id, _)| id.clone())
    }
}
