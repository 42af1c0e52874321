//! Whether a member meets a requirement.
//!
//! This is the only place where roles and permissions are compared to allow or deny a request, so
//! guards, handlers and the `validate_…` methods cannot disagree.

use super::requirement::Requirement;
use crate::words::org_member_info::OrgMemberInfo;

impl Requirement {
    /// Returns `true` if a member meets this requirement, and always `false` for an empty
    /// requirement.
    ///
    /// A membership does not say whether the user is impersonated, so that
    /// [`NotImpersonated`](Self::NotImpersonated) is not met here;
    /// [`User::authorize`](crate::User::authorize) knows it.
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
        self.is_met(org_member_info, true)
    }

    /// Returns `true` if a member meets this requirement who is, or is not, impersonated.
    pub(in crate::access) fn is_met(&self, org: &OrgMemberInfo, is_impersonated: bool) -> bool {
        !self.is_vacuous() && self.holds(org, is_impersonated)
    }

    /// Returns `true` if the parts of this requirement hold, none of which is empty.
    fn holds(&self, org: &OrgMemberInfo, is_impersonated: bool) -> bool {
        match self {
            Self::Member => true,
            Self::Role(role) => org.is_role(role),
            Self::MinimumRole(role) => org.is_at_least_role(role),
            Self::Permission(permission) => org.has_permission(permission),
            Self::AllPermissions(permissions) => org.has_all_permissions(permissions),
            Self::AnyRole(roles) => roles.iter().any(|role| org.is_role(role)),
            Self::AnyPermission(list) => list.iter().any(|one| org.has_permission(one)),
            Self::NotImpersonated => !is_impersonated,
            Self::All(parts) => parts.iter().all(|part| part.holds(org, is_impersonated)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(org, is_impersonated)),
        }
    }

    /// Returns `true` if a role or a permission is blank or a list is empty, in any part of the requirement.
    pub(crate) fn is_vacuous(&self) -> bool {
        match self {
            Self::Member | Self::NotImpersonated => false,
            Self::Role(text) | Self::MinimumRole(text) | Self::Permission(text) => is_blank(text),
            Self::AllPermissions(list) | Self::AnyRole(list) | Self::AnyPermission(list) => {
                list.is_empty() || list.iter().any(|text| is_blank(text))
            }
            Self::All(parts) | Self::Any(parts) => {
                parts.is_empty() || parts.iter().any(Self::is_vacuous)
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
