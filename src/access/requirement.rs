//! What a user must be in an organization: the one place where roles and permissions are
//! compared on behalf of a route.

use std::fmt;

use crate::org_member_info::OrgMemberInfo;

/// What a user must be in an organization to go on.
///
/// The guards, [`User::authorize`](crate::User::authorize) and the `validate_…` functions all
/// ask it. A requirement that asks for nothing, such as an empty role or an empty list of
/// permissions, is met by nobody, and the guards refuse to be built with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Requirement {
    /// The user is a member, in whatever role.
    Member,
    /// The user has this role exactly.
    Role(String),
    /// The user has this role or one above it.
    MinimumRole(String),
    /// The user has this permission.
    Permission(String),
    /// The user has every one of these permissions.
    AllPermissions(Vec<String>),
}

impl Requirement {
    /// Requires membership and nothing more.
    #[must_use]
    pub fn member() -> Self {
        Self::Member
    }

    /// Requires this role, exactly.
    #[must_use]
    #[doc(alias = "exact_role")]
    pub fn role(role: impl Into<String>) -> Self {
        Self::Role(role.into())
    }

    /// Requires this role or one above it.
    #[must_use]
    #[doc(alias = "at_least_role")]
    pub fn minimum_role(minimum_required_role: impl Into<String>) -> Self {
        Self::MinimumRole(minimum_required_role.into())
    }

    /// Requires this permission.
    #[must_use]
    pub fn permission(permission: impl Into<String>) -> Self {
        Self::Permission(permission.into())
    }

    /// Requires every one of these permissions.
    #[must_use]
    pub fn all_permissions<P: Into<String>>(permissions: impl IntoIterator<Item = P>) -> Self {
        Self::AllPermissions(permissions.into_iter().map(Into::into).collect())
    }

    /// Tells whether a member meets this requirement.
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

    /// Tells whether something was left empty that must say what is required.
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
            Self::MinimumRole(role) => write!(f, "the role {role:?} or one above it"),
            Self::Permission(permission) => write!(f, "the permission {permission:?}"),
            Self::AllPermissions(permissions) => {
                write!(f, "all of the permissions {permissions:?}")
            }
        }
    }
}
