//! Who may do what: the roles and permissions of this service, each in one place.
//!
//! All of them find the organization in the path. The names are those of the project at PropelAuth.

use actix_web_propelauth::{
    InOrg, InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole, org_id,
};

/// The name of the path parameter.
const ORG_ID: &str = "org_id";

/// Any member.
pub fn members() -> InOrg {
    InOrg::new(org_id::path(ORG_ID))
}

/// Administrators and owners.
pub fn admins() -> InOrgWithMinimumRole {
    InOrgWithMinimumRole::new("Admin", org_id::path(ORG_ID))
}

/// Owners.
pub fn owners() -> InOrgWithRole {
    InOrgWithRole::new("Owner", org_id::path(ORG_ID))
}

/// Members who may create and delete projects.
pub fn project_writers() -> InOrgWithPermission {
    InOrgWithPermission::new("projects::write", org_id::path(ORG_ID))
}

/// Members who may see what the organization pays.
pub fn billing_readers() -> InOrgWithPermission {
    InOrgWithPermission::new("billing::read", org_id::path(ORG_ID))
}
