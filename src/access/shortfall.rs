//! The difference between a requirement and what a member has, for the log.
//!
//! A guard for a role that is misspelled in the program denies every member, and the caller's 403
//! says nothing about it. Here the log compares the required name with the names that the member
//! has, and points out those that differ only in case or in whitespace.

use std::fmt;

use super::requirement::Requirement;
use crate::words::org_member_info::{OrgMember, OrgMemberInfo};

/// The membership of a user who does not meet a requirement.
///
/// It is part of [`Forbidden::RequirementNotMet`](crate::Forbidden::RequirementNotMet), for
/// applications that explain a denial. `Debug` does not print the membership, because errors are
/// often logged with `{:?}` and a membership has the organization's metadata.
///
/// ```
/// use actix_web_propelauth::{Denied, Forbidden};
///
/// fn explain(denied: &Denied) -> Option<String> {
///     let Denied::Forbidden(Forbidden::RequirementNotMet { requirement, held, .. }) = denied else {
///         return None;
///     };
///     let role = &held.org_member_info().user_role;
///     Some(format!("You need {requirement}, and your role is {role}."))
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Held(pub(super) OrgMemberInfo);

impl Held {
    /// Returns the user's membership in the organization.
    #[must_use]
    pub fn org_member_info(&self) -> &OrgMemberInfo {
        &self.0
    }

    /// Returns the difference to a requirement. Its `Display` is the end of the denial's text.
    pub(super) fn compared_with<'a>(&'a self, requirement: &'a Requirement) -> Shortfall<'a> {
        Shortfall::new(requirement, &self.0)
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(..)")
    }
}

/// The difference between a requirement and a membership. The variants are ordered by how likely the
/// program is wrong, and the first that applies is shown.
///
/// | required | held | hint |
/// |---|---|---|
/// | nothing | | `empty_requirement` |
/// | two step-up grants | | `two_step_up_grants` |
/// | `"Admin "` | | `name_with_whitespace` |
/// | the role `admin` | the role `Admin` | `role_in_other_case` |
/// | the permission `Pay` | the permission `pay` | `permission_in_other_case` |
/// | the role `pay` | the permission `pay` | `permission_as_role` |
/// | the permission `Admin` | the role `Admin` | `role_as_permission` |
/// | exactly the role `Admin` | the role `Owner` | `higher_role_held` |
pub(super) enum Shortfall<'a> {
    /// The requirement is empty, so no member meets it.
    EmptyRequirement,
    /// Grants for two actions are required, and a request has one.
    TwoGrants,
    /// The required name has whitespace before or after it, which no role or permission has.
    SurroundingWhitespace(&'a str),
    /// The user has the required name in another case.
    OtherCase {
        required: &'a str,
        held: &'a str,
        is_role: bool,
    },
    /// The user has a permission of the name that is required as a role.
    PermissionAsRole(&'a str),
    /// The user has a role of the name that is required as a permission.
    RoleAsPermission(&'a str),
    /// The user has a role above the one that is required exactly.
    HigherRole(&'a str),
    /// The user has only these roles.
    Roles(Vec<&'a str>),
    /// The user has only these permissions.
    Permissions(Vec<&'a str>),
}

impl<'a> Shortfall<'a> {
    /// Returns the code of the mistake behind the difference, or `None` if the user just lacks something.
    pub(super) fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::EmptyRequirement => "empty_requirement",
            Self::TwoGrants => "two_step_up_grants",
            Self::SurroundingWhitespace(_) => "name_with_whitespace",
            Self::OtherCase { is_role: true, .. } => "role_in_other_case",
            Self::OtherCase { is_role: false, .. } => "permission_in_other_case",
            Self::PermissionAsRole(_) => "permission_as_role",
            Self::RoleAsPermission(_) => "role_as_permission",
            Self::HigherRole(_) => "higher_role_held",
            Self::Roles(_) | Self::Permissions(_) => return None,
        })
    }

    /// Compares a requirement with a membership that does not meet it.
    fn new(requirement: &'a Requirement, org: &'a OrgMemberInfo) -> Self {
        if requirement.is_vacuous() {
            return Self::EmptyRequirement;
        }
        if requirement.needs_two_grants() {
            return Self::TwoGrants;
        }
        match requirement {
            // The rest does not matter as long as this part is not met.
            Requirement::All(parts) => {
                if let Some(unmet) = parts.iter().find(|part| !part.is_met_otherwise(org)) {
                    return Self::new(unmet, org);
                }
            }
            // A mistake in one alternative is more than that the user lacks another.
            Requirement::Any(parts) => {
                let mut shortfalls = parts.iter().map(|part| Self::new(part, org));
                let mistake = shortfalls.find(|shortfall| shortfall.code().is_some());
                if let Some(shortfall) = mistake.or_else(|| Some(Self::new(parts.first()?, org))) {
                    return shortfall;
                }
            }
            _ => {}
        }
        let permissions = || org.user_permissions.iter().map(String::as_str).collect();
        let (required, held, is_role): (Vec<&str>, Vec<&str>, bool) = match requirement {
            Requirement::Member => (Vec::new(), roles(org, false), true),
            Requirement::Role(role) => (vec![role], roles(org, false), true),
            Requirement::MinimumRole(role) => (vec![role], roles(org, true), true),
            Requirement::Permission(permission) => (vec![permission], permissions(), false),
            Requirement::AllPermissions(list) => (
                list.iter().map(String::as_str).collect(),
                permissions(),
                false,
            ),
            Requirement::AnyRole(list) => (
                list.iter().map(String::as_str).collect(),
                roles(org, false),
                true,
            ),
            Requirement::AnyPermission(list) => (
                list.iter().map(String::as_str).collect(),
                permissions(),
                false,
            ),
            Requirement::NotImpersonated
            | Requirement::StepUp(_)
            | Requirement::All(_)
            | Requirement::Any(_) => (Vec::new(), roles(org, false), true),
        };
        let missing = || required.iter().filter(|text| !held.contains(text));
        if let Some(text) = missing().find(|text| text.trim() != **text) {
            return Self::SurroundingWhitespace(text);
        }
        for required in missing() {
            let folded = required.to_lowercase();
            if let Some(held) = held.iter().find(|held| held.to_lowercase() == folded) {
                return Self::OtherCase {
                    required,
                    held,
                    is_role,
                };
            }
        }
        for name in missing() {
            if is_role && org.user_permissions.iter().any(|held| held == name) {
                return Self::PermissionAsRole(name);
            }
            if !is_role && roles(org, true).contains(name) {
                return Self::RoleAsPermission(name);
            }
        }
        if matches!(requirement, Requirement::Role(_) | Requirement::AnyRole(_)) {
            let lower = &org.inherited_user_roles_plus_current_role;
            if required
                .iter()
                .any(|role| lower.iter().any(|one| one == role))
            {
                return Self::HigherRole(&org.user_role);
            }
        }
        if is_role {
            Self::Roles(held)
        } else {
            Self::Permissions(held)
        }
    }
}

/// Returns the roles of a member that can meet a requirement, without duplicates. Inherited roles
/// count only for a minimum role.
pub(super) fn roles(org: &OrgMember, inherited: bool) -> Vec<&str> {
    let mut roles = vec![org.user_role.as_str()];
    let inherited = if inherited {
        org.inherited_user_roles_plus_current_role.as_slice()
    } else {
        &[]
    };
    for role in inherited.iter().chain(&org.additional_roles) {
        if !roles.contains(&role.as_str()) {
            roles.push(role);
        }
    }
    roles
}

/// Names are escaped, because they may come from a token and the text ends up in logs.
impl fmt::Display for Shortfall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyRequirement => {
                f.write_str("the requirement is empty, so no member meets it")
            }
            Self::TwoGrants => f.write_str(
                "a request has one step-up grant, which is for one action, so no request meets it",
            ),
            Self::SurroundingWhitespace(text) => write!(
                f,
                "{text:?} has whitespace around it, which no role or permission has"
            ),
            Self::OtherCase { required, held, .. } => write!(
                f,
                "the user has {held:?}, which differs in case: check the spelling of {required:?}"
            ),
            Self::PermissionAsRole(name) => write!(
                f,
                "the user has the permission {name:?}, and the requirement is a role"
            ),
            Self::RoleAsPermission(name) => write!(
                f,
                "the user has the role {name:?}, and the requirement is a permission"
            ),
            Self::HigherRole(role) => write!(
                f,
                "the user has {role:?}, which is above the required role, but that is required exactly"
            ),
            Self::Roles(roles) => write!(
                f,
                "the user's roles are {roles:?}; check that the project has the required one"
            ),
            Self::Permissions(permissions) => write!(
                f,
                "the user's permissions are {permissions:?}; check that the project has the \
                 required one"
            ),
        }
    }
}
