//! The schemas of a user and of the login method.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    access::{LoginMethod, User, UserClaims},
    words::{
        ids::{EmployeeId, OrgId, UserId},
        org_member_info::OrgMemberInfo,
        schema::{component, object_schema, text_schema},
    },
};

object_schema! { UserClaims [doc = "The user of an access token."] {
    [doc = "The id of the user."]
    user_id: UserId,
    [doc = "The user's email address."]
    email: String,
    [doc = "The user's first name.", serde(skip_serializing_if)]
    first_name: Option<String>,
    [doc = "The user's last name.", serde(skip_serializing_if)]
    last_name: Option<String>,
    [doc = "The user's username.", serde(skip_serializing_if)]
    username: Option<String>,
    [doc = "The id of the user in the system that it was migrated from.", serde(skip_serializing_if)]
    legacy_user_id: Option<String>,
    [doc = "The employee impersonating this user.", serde(skip_serializing_if)]
    impersonator_user_id: Option<EmployeeId>,
    [doc = "The custom properties of the user."]
    properties: Map<String, Value>,
    [doc = "The metadata of the user."]
    metadata: Map<String, Value>,
    [doc = "The user's organizations by id."]
    org_id_to_org_member_info: BTreeMap<OrgId, OrgMemberInfo>,
    [doc = "The id of the active organization.", serde(skip_serializing_if)]
    active_org_id: Option<OrgId>,
    [doc = "The login method."]
    login_method: LoginMethod,
    [doc = "When the token was issued, as a Unix timestamp in seconds.", serde(skip_serializing_if)]
    issued_at: Option<i64>,
    [doc = "When the token expires, as a Unix timestamp in seconds."]
    expires_at: i64,
} }

impl utoipa::PartialSchema for User {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        UserClaims::schema()
    }
}

component! { User { <UserClaims as utoipa::ToSchema>::schemas(components); } components }

/// The members of a login method as it is serialized.
struct LoginMethodMembers;

object_schema! { LoginMethodMembers [doc = "How a user logged in."] {
    [doc = "The name of the method, such as `password` or `saml_sso`."]
    login_method: String,
    [doc = "The provider of a social login or of SAML.", serde(skip_serializing_if)]
    provider: Option<String>,
    [doc = "The organization whose identity provider was used.", serde(skip_serializing_if)]
    org_id: Option<OrgId>,
} }

text_schema! { LoginMethod: <LoginMethodMembers as utoipa::PartialSchema>::schema() }
