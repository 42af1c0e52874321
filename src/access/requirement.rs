//! Requirements on a member's role or permissions.
//!
//! This is the only place where roles and permissions are compared to allow or deny a request, so
//! guards, handlers and the `validate_…` methods cannot disagree.

use std::fmt;

use crate::words::org_member_info::OrgMemberInfo;

/// A requirement on a member of an organization.
///
/// The guards, [`User::authorize`](crate::User::authorize) and the `validate_…` methods of
/// [`PropelAuth`](crate::PropelAuth) all check one. Roles and permissions are compared byte by byte.
///
/// No member meets an empty requirement, such as an empty role or an empty list of permissions,
/// because it is most likely a setting that was not read. Creating a guard with one panics.
///
/// ```
/// use actix_web_propelauth::{Denied, Requirement, User};
///
/// async fn invite(user: User, org_id: actix_web::web::Path<String>) -> Result<String, Denied> {
///     let requirement = Requirement::all_permissions(["members::read", "members::invite"]);
///     let org = user.authorize(org_id.as_str(), &requirement)?;
///     Ok(format!("inviting to {}", org.org_name))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Requirement {
    /// The user is a member, with any role.
    Member,
    /// The user has exactly this role. A higher role does not meet it.
    Role(String),
    /// The user has this role or a higher one. In projects with multiple roles per user, roles have
    /// no order, so this is the same as [`Role`](Self::Role).
    MinimumRole(String),
    /// The user has this permission.
    Permission(String),
    /// The user has all of these permissions.
    AllPermissions(Vec<String>),
}

impl Requirement {
    /// Creates a requirement that every member meets.
    #[must_use]
    pub fn member() -> Self {
        Self::Member
    }

    /// Creates a requirement for exactly this role.
    ///
    /// In most cases [`minimum_role`](Self::minimum_role) is what a route needs: with `role`, an
    /// owner is denied where an admin is required.
    #[must_use]
    #[doc(alias = "exact_role")]
    pub fn role(role: impl Into<String>) -> Self {
        Self::Role(role.into())
    }

    /// Creates a requirement for this role or a higher one, in the order of the project's roles.
    ///
    /// ```
    /// use actix_web_propelauth::Requirement;
    ///
    /// let requirement = Requirement::minimum_role("Admin");
    /// assert_eq!(requirement.to_string(), r#"the role "Admin" or a higher one"#);
    /// ```
    #[must_use]
    #[doc(alias = "at_least_role")]
    pub fn minimum_role(minimum_required_role: impl Into<String>) -> Self {
        Self::MinimumRole(minimum_required_role.into())
    }

    /// Creates a requirement for this permission.
    ///
    /// Permissions survive changes of the project's roles better than role names do: a new role
    /// between two others gets its permissions in the dashboard, and the program stays as it is.
    #[must_use]
    pub fn permission(permission: impl Into<String>) -> Self {
        Self::Permission(permission.into())
    }

    /// Creates a requirement for all of these permissions.
    #[must_use]
    pub fn all_permissions<P: Into<String>>(permissions: impl IntoIterator<Item = P>) -> Self {
        Self::AllPermissions(permissions.into_iter().map(Into::into).collect())
    }

    /// Returns `true` if a member meets this requirement, and always `false` for an empty
    /// requirement.
    ///
    /// ```
    /// use actix_web_propelauth::{Requirement, User};
    ///
    /// /// Returns the organizations in which the user can export data.
    /// fn exportable(user: &User) -> Vec<&str> {
    ///     let requirement = Requirement::permission("data::export");
    ///     let orgs = user.orgs().filter(|org| requirement.is_met_by(org));
    ///     orgs.map(|org| org.org_name.as_str()).collect()
    /// }
    /// ```
    #[must_use]
    pub fn is_met_by(&self, org_member_info: &OrgMemberInfo) -> bool {
        if self.is_vacuous() {
            return false;
        }
        match self {
            Self::Member => true,
            Self::Role(role) => org_member_info.is_role(role),
            Self::MinimumRole(role) => org_member_info.is_at_least_role(role),
            Self::Permission(permission) => org_member_info.has_permission(permission),
            Self::AllPermissions(permissions) => org_member_info.has_all_permissions(permissions),
        }
    }

    /// Returns `true` if a role or a permission is blank, or if the list of permissions is empty.
    pub(crate) fn is_vacuous(&self) -> bool {
        match self {
            Self::Member => false,
            Self::Role(text) | Self::MinimumRole(text) | Self::Permission(text) => is_blank(text),
            Self::AllPermissions(list) => list.is_empty() || list.iter().any(|text| is_blank(text)),
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member => f.write_str("membership"),
            Self::Role(role) => write!(f, "the role {role:?}"),
            Self::MinimumRole(role) => write!(f, "the role {role:?} or a higher one"),
            Self::Permission(permission) => write!(f, "the permission {permission:?}"),
            Self::AllPermissions(permissions) => {
                write!(f, "all of the permissions {permissions:?}")
            }
        }
    }
}
