//! Requirements as texts, for logs and for audits.

use std::fmt;

use super::requirement::Requirement;

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
            Self::AnyRole(roles) => write!(f, "one of the roles {roles:?}"),
            Self::AnyPermission(permissions) => {
                write!(f, "one of the permissions {permissions:?}")
            }
            Self::NotImpersonated => f.write_str("no impersonation"),
            Self::StepUp(action) => write!(f, "a step-up grant for {action:?}"),
            Self::All(parts) => join(f, parts, " and "),
            Self::Any(parts) => join(f, parts, " or "),
        }
    }
}

/// Writes the parts of a combination, and those that are combinations in parentheses.
fn join(f: &mut fmt::Formatter<'_>, parts: &[Requirement], word: &str) -> fmt::Result {
    if parts.is_empty() {
        return f.write_str("nothing");
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match part {
            Requirement::All(_) | Requirement::Any(_) => write!(f, "({part})")?,
            part => write!(f, "{part}")?,
        }
    }
    Ok(())
}
