//! Access tokens with the claims of PropelAuth's.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    LoginMethod,
    emulator::state::{BasicProperty, Store, UserRecord},
    words::{
        ids::{EmployeeId, OrgId, UserId},
        org_member_info::OrgMemberInfo,
    },
};

/// The lifetime of access tokens that are issued at login, in seconds.
pub(crate) const TOKEN_LIFETIME: i64 = 30 * 60;

/// The claims of an access token, under their names in the token.
#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a UserId,
    iat: i64,
    exp: i64,
    iss: &'a str,
    user_id: &'a UserId,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    legacy_user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_method: Option<LoginMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonator_user_id: Option<&'a EmployeeId>,
    // Exactly one of the two: a token with an active organization names no other organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_member_info: Option<OrgMemberInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id_to_org_member_info: Option<BTreeMap<OrgId, OrgMemberInfo>>,
}

/// The way a token was obtained.
#[derive(Clone, Copy)]
pub(crate) enum TokenOrigin<'a> {
    Login(&'a LoginMethod),
    Backend,
    Impersonation(&'a EmployeeId),
}

impl TokenOrigin<'_> {
    fn login_method(self) -> LoginMethod {
        match self {
            Self::Login(method) => method.clone(),
            Self::Backend => LoginMethod::GeneratedFromBackendApi,
            Self::Impersonation(_) => LoginMethod::Impersonation,
        }
    }
}

impl Store {
    /// Returns the access token of a login.
    pub(crate) fn token(
        &self,
        user_id: &UserId,
        active_org: Option<&OrgId>,
        lifetime: i64,
    ) -> Result<String, String> {
        let user = self.users.get(user_id);
        let user = user.ok_or_else(|| format!("there is no user {user_id:?}"))?;
        let active_org = match active_org {
            None => None,
            Some(org_id) => Some(
                self.org_info(user, org_id)
                    .ok_or_else(|| format!("the user is not in the organization {org_id:?}"))?,
            ),
        };
        let origin = TokenOrigin::Login(&LoginMethod::Password);
        self.sign(user, lifetime, active_org, origin)
    }

    /// Returns the access token of an employee who impersonates a user.
    pub(crate) fn impersonation_token(
        &self,
        employee_id: &EmployeeId,
        user_id: &UserId,
        lifetime: i64,
    ) -> Result<String, String> {
        if !self.employees.contains_key(employee_id) {
            return Err(format!("there is no employee {employee_id:?}"));
        }
        let user = self.users.get(user_id);
        let user = user.ok_or_else(|| format!("there is no user {user_id:?}"))?;
        if !user.metadata.enabled {
            return Err("the user is disabled".to_owned());
        }
        self.sign(
            user,
            lifetime,
            None,
            TokenOrigin::Impersonation(employee_id),
        )
    }

    /// Signs an access token with a lifetime in seconds.
    pub(crate) fn sign(
        &self,
        user: &UserRecord,
        lifetime: i64,
        active_org: Option<OrgMemberInfo>,
        origin: TokenOrigin<'_>,
    ) -> Result<String, String> {
        let org_infos = active_org.is_none().then(|| self.org_infos(user));
        let claims = self.claims(user, lifetime, active_org, org_infos, origin)?;
        self.signing_key.sign(&claims)
    }

    /// Returns the claims of an access token. Those of an active organization replace the others.
    pub(super) fn claims(
        &self,
        user: &UserRecord,
        lifetime: i64,
        active_org: Option<OrgMemberInfo>,
        org_infos: Option<BTreeMap<OrgId, OrgMemberInfo>>,
        origin: TokenOrigin<'_>,
    ) -> Result<Value, String> {
        let metadata = &user.metadata;
        let now = self.now();
        let settings = &self.project.settings.user_properties;
        let is_shown = |property: &Option<BasicProperty>| {
            property.as_ref().is_none_or(|property| property.in_jwt)
        };
        let (has_name, has_username) = (
            is_shown(&settings.name_property),
            is_shown(&settings.username_property),
        );
        let has_metadata = is_shown(&settings.metadata_property);
        let properties = metadata.properties.as_ref();
        let claims = Claims {
            sub: &metadata.user_id,
            iat: now,
            exp: now.saturating_add(lifetime),
            iss: &self.project.issuer,
            user_id: &metadata.user_id,
            email: &metadata.email,
            first_name: metadata.first_name.as_deref().filter(|_| has_name),
            last_name: metadata.last_name.as_deref().filter(|_| has_name),
            username: metadata.username.as_deref().filter(|_| has_username),
            legacy_user_id: metadata.legacy_user_id.as_deref(),
            metadata: metadata.metadata.as_ref().filter(|_| has_metadata),
            properties: properties.map(|properties| settings.in_jwt(properties)),
            login_method: (self.project.includes_login_method).then(|| origin.login_method()),
            impersonator_user_id: match origin {
                TokenOrigin::Impersonation(employee_id) => Some(employee_id),
                TokenOrigin::Login(_) | TokenOrigin::Backend => None,
            },
            org_id_to_org_member_info: org_infos.filter(|_| active_org.is_none()),
            org_member_info: active_org,
        };
        serde_json::to_value(&claims).map_err(|error| error.to_string())
    }
}
