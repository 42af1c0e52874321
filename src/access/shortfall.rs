//! How near a user came to meeting a requirement: for the log, where it shows a role that was
//! misspelled in the program.

use std::fmt;

use super::requirement::Requirement;
use crate::org_member_info::{OrgMember, OrgMemberInfo};

/// What a user has in an organization where more is required.
///
/// `Debug` shows nothing of it.
#[derive(Clone, PartialEq)]
pub struct Held(pub(super) OrgMemberInfo);

impl Held {
    /// Returns the user's membership in the organization.
    #[must_use]
    pub fn org_member_info(&self) -> &OrgMemberInfo {
        &self.0
    }

    /// Returns what is missing, to be displayed.
    pub(super) fn compared_with<'a>(&'a self, requirement: &'a Requirement) -> Shortfall<'a> {
        Shortfall::new(requirement, &self.0)
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(..)")
    }
}

/// What a user has in an organization in place of what is required.
pub(super) enum Shortfall<'a> {
    /// The requirement is empty, so nobody meets it.
    EmptyRequirement,
    /// What is required has whitespace before or after it, which no role or permission has.
    SurroundingWhitespace(&'a str),
    /// The user has what is required in another spelling: upper and lower case differ.
    OtherCase { required: &'a str, held: &'a str },
    /// The user has these roles and no other.
    Roles(Vec<&'a str>),
    /// The user has these permissions and no other.
    Permissions(Vec<&'a str>),
}

impl<'a> Shortfall<'a> {
    fn new(requirement: &'a Requirement, org: &'a OrgMember) -> Self {
        if requirement.is_vacuous() {
            return Self::EmptyRequirement;
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
        };
        let missing = || required.iter().filter(|text| !held.contains(text));
        if let Some(text) = missing().find(|text| text.trim() != **text) {
            return Self::SurroundingWhitespace(text);
        }
        for required in missing() {
            let folded = required.to_lowercase();
            if let Some(held) = held.iter().find(|held| held.to_lowercase() == folded) {
                return Self::OtherCase { required, held };
            }
        }
        if is_role {
            Self::Roles(held)
        } else {
            Self::Permissions(held)
        }
    }
}

/// Returns the roles of a member that can meet a requirement.
fn roles(org: &OrgMember, inherited: bool) -> Vec<&str> {
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

/// Names are escaped: they come from a token or from the program.
impl fmt::Display for Shortfall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyRequirement => f.write_str("the requirement is empty, so nobody meets it"),
            Self::SurroundingWhitespace(text) => write!(
                f,
                "{text:?} has whitespace around it, which no role or permission has"
            ),
            Self::OtherCase { required, held } => write!(
                f,
                "the user has {held:?}, and upper and lower case differ: check the spelling of \
                 {required:?}"
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
