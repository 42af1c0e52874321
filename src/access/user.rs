//! The user whom an access token speaks for.

use std::{collections::BTreeMap, fmt, ops::Deref, sync::Arc};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{
    denied::{Denied, Forbidden},
    login_method::LoginMethod,
    required_org::RequiredOrg,
    requirement::Requirement,
    settings::Settings,
    shortfall::Held,
};
use crate::{
    access::token::claims::Claims,
    id::{EmployeeId, OrgId, UserId},
    org_member_info::OrgMemberInfo,
};

/// The user whom a verified access token speaks for.
///
/// The fields are those of [`UserClaims`], reached by `Deref`. A clone costs a reference count.
///
/// As an argument of a handler it answers 401 to a request without a valid access token.
///
/// ```
/// use actix_web_propelauth::User;
///
/// async fn whoami(user: User) -> String {
///     format!("{} <{}>", user.user_id, user.email)
/// }
/// ```
#[derive(Clone)]
pub struct User(Arc<Verified>);

struct Verified {
    claims: UserClaims,
    settings: Arc<Settings>,
}

/// The fields of a [`User`], under the names that they have in a token.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UserClaims {
    /// The id of the user; never empty.
    pub user_id: UserId,
    /// The user's e-mail address.
    pub email: String,
    /// The user's first name, where the project has names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The user's last name, where the project has names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The user's username, where the project has usernames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The id that the user had in the system it was migrated from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_user_id: Option<String>,
    /// Who of your own team acts as this user, where somebody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonator_user_id: Option<EmployeeId>,
    /// The user's custom properties that the project puts into tokens; empty when there are none.
    pub properties: Map<String, Value>,
    /// The user's metadata that the project puts into tokens; empty when there is none.
    pub metadata: Map<String, Value>,
    /// The user's organizations by id. With a token for an active organization it is the only
    /// one that is seen.
    pub org_id_to_org_member_info: BTreeMap<OrgId, OrgMemberInfo>,
    /// The id of the active organization, where the token is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_org_id: Option<OrgId>,
    /// How the user logged in.
    pub login_method: LoginMethod,
    /// When the token was made, in seconds since 1970, where it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<i64>,
    /// When the token's time is over, in seconds since 1970. Whoever keeps a connection open for
    /// longer than one request has to look at it again.
    pub expires_at: i64,
}

impl User {
    pub(super) fn verified(claims: Claims, settings: Arc<Settings>) -> Self {
        Self(Arc::new(Verified {
            claims: claims.into(),
            settings,
        }))
    }

    /// Returns the settings under which this user's token was verified.
    pub(super) fn settings(&self) -> &Arc<Settings> {
        &self.0.settings
    }

    /// Returns the bytes of what all clones of this user share, less what the claims point to.
    pub(super) fn shared_size(&self) -> usize {
        size_of_val(&*self.0)
    }

    /// Tells whether both came out of one verification.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the active organization, where the token is for one.
    #[must_use]
    pub fn active_org(&self) -> Option<&OrgMemberInfo> {
        self.active_org_id
            .as_ref()
            .and_then(|org_id| self.org(org_id))
    }

    /// Returns the user's membership in the organization with this id.
    #[must_use]
    #[doc(alias = "get_org")]
    pub fn org(&self, org_id: &str) -> Option<&OrgMemberInfo> {
        self.org_id_to_org_member_info.get(org_id)
    }

    /// Returns the user's memberships, ordered by org id.
    #[must_use]
    #[doc(alias = "get_orgs")]
    pub fn orgs(&self) -> impl ExactSizeIterator<Item = &OrgMemberInfo> {
        self.org_id_to_org_member_info.values()
    }

    /// Tells whether one of your own team acts as this user.
    #[must_use]
    pub fn is_impersonated(&self) -> bool {
        self.impersonator_user_id.is_some()
    }

    /// Returns the user's membership in an organization if it meets the requirement.
    ///
    /// A handler passes the error on with `?`, which answers 403.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, Requirement, User};
    ///
    /// async fn rename(user: User, org_id: actix_web::web::Path<String>) -> Result<String, Denied> {
    ///     let org = user.authorize(org_id.as_str(), &Requirement::role("Owner"))?;
    ///     Ok(format!("renaming {}", org.org_name))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Forbidden`] says whether no usable organization was named, the user is not a member of
    /// it, or does not meet the requirement.
    pub fn authorize(
        &self,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
    ) -> Result<&OrgMemberInfo, Denied> {
        let org = required_org
            .into()
            .find(|org_id| self.org(org_id), self.orgs())?;
        if requirement.is_met_by(org) {
            return Ok(org);
        }
        let org_id = org.org_id.clone();
        Err(Forbidden::RequirementNotMet {
            org_id,
            requirement: requirement.clone(),
            held: Held(org.clone()),
        }
        .into())
    }
}

impl From<Claims> for UserClaims {
    fn from(claims: Claims) -> Self {
        // With an active organization no other is in scope, whatever else the token lists.
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

impl Deref for User {
    type Target = UserClaims;

    fn deref(&self) -> &UserClaims {
        &self.0.claims
    }
}

/// Users are equal when their claims are.
impl PartialEq for User {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("User").field(&self.0.claims).finish()
    }
}

impl Serialize for User {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.claims.serialize(serializer)
    }
}
