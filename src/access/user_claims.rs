//! [`UserClaims`]: what a token, or the validation of an API key, says of a user.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::login_method::LoginMethod;
use crate::{
    access::token::claims::Claims,
    words::{
        ids::{EmployeeId, OrgId, UserId},
        org_member_info::OrgMemberInfo,
    },
};

/// The fields of a [`User`](crate::User), named as the claims of an access token.
///
/// It serializes to JSON with these names, for example to return it from an endpoint such as
/// `/whoami`. Optional fields that are unset are omitted.
///
/// ```
/// use actix_web::web::Json;
/// use actix_web_propelauth::{User, UserClaims};
///
/// async fn whoami(user: User) -> Json<UserClaims> {
///     Json(UserClaims::clone(&user))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UserClaims {
    /// The id of the user; never empty.
    pub user_id: UserId,
    /// The user's email address.
    pub email: String,
    /// The user's first name, if the project collects names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The user's last name, if the project collects names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The user's username, if the project has usernames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The id that the user had in the system it was migrated from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_user_id: Option<String>,
    /// The employee impersonating this user, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonator_user_id: Option<EmployeeId>,
    /// The custom properties that the project puts into tokens; empty if there are none.
    pub properties: Map<String, Value>,
    /// The metadata that the project puts into tokens; empty if there is none.
    pub metadata: Map<String, Value>,
    /// The user's organizations by id. If the token has an active organization, only that one is
    /// included, and with an API key of an organization, only that organization.
    pub org_id_to_org_member_info: BTreeMap<OrgId, OrgMemberInfo>,
    /// The id of the active organization, if the token has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_org_id: Option<OrgId>,
    /// The login method.
    pub login_method: LoginMethod,
    /// When the token was issued, as a Unix timestamp in seconds, if the token has an `iat`. It is
    /// not validated. `None` with an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<i64>,
    /// When the token expires, as a Unix timestamp in seconds. The middleware checks it once per
    /// request; on long-lived connections such as WebSockets, wait for
    /// [`User::access_ended`](crate::User::access_ended). With an API key, until when its validation is believed.
    pub expires_at: i64,
}

impl From<Claims> for UserClaims {
    fn from(claims: Claims) -> Self {
        // With an active organization, no other is in scope, whatever else the token lists. A handler
        // that looks up any other organization would otherwise exceed what the token is for.
        let active_org_id = claims
            .org_member_info
            .as_ref()
            .map(|org| org.org_id.clone());
        let orgs = match claims.org_member_info {
            Some(org) => BTreeMap::from([(org.org_id.clone(), org)]),
            None => claims.org_id_to_org_member_info.0,
        };
        Self {
            user_id: claims.user_id,
            email: claims.email,
            first_name: claims.first_name,
            last_name: claims.last_name,
            username: claims.username,
            legacy_user_id: claims.legacy_user_id,
            impersonator_user_id: claims.impersonator_user_id,
            properties: claims.properties.0,
            metadata: claims.metadata.0,
            org_id_to_org_member_info: orgs,
            active_org_id,
            login_method: claims.login_method,
            issued_at: claims.iat.map(|iat| iat.whole_seconds()),
            expires_at: claims.exp.whole_seconds(),
        }
    }
}
