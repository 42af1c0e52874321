//! The schema of a membership.

use serde_json::{Map, Value};

use crate::words::{
    ids::OrgId,
    org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    schema::{component, object_schema},
};

object_schema! { OrgMember [doc = "A user's membership in an organization."] {
    [doc = "The id of the organization."]
    org_id: OrgId,
    [doc = "The name of the organization, which is not unique."]
    org_name: String,
    [doc = "The name in URL-safe form."]
    url_safe_org_name: String,
    [doc = "The metadata of the organization."]
    org_metadata: Map<String, Value>,
    [doc = "How the organization's roles relate to each other."]
    org_role_structure: OrgRoleStructure,
    [doc = "The user's role."]
    user_role: String,
    [doc = "The user's role and, in a hierarchy, every role below it, highest first."]
    inherited_user_roles_plus_current_role: Vec<String>,
    [doc = "The permissions that the user's roles grant."]
    user_permissions: Vec<String>,
    [doc = "The user's roles beside `user_role`, if members may have several."]
    additional_roles: Vec<String>,
    [doc = "The id of the organization in the system that it was migrated from.", serde(skip_serializing_if)]
    legacy_org_id: Option<String>,
} }

impl utoipa::PartialSchema for OrgMemberInfo {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        OrgMember::schema()
    }
}

component! { OrgMemberInfo { <OrgMember as utoipa::ToSchema>::schemas(components); } components }
