//! Validation of a header outside of actix-web handlers, under the names of the official SDKs.

use super::handle::PropelAuth;
use crate::{
    access::{Denied, RequiredOrg, Requirement, User},
    observe::{metrics, spans::ALLOWED},
    words::org_member_info::OrgMemberInfo,
};

/// A user and their membership in the organization that was checked.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct UserAndOrgMemberInfo {
    /// The user identified by the access token.
    pub user: User,
    /// The user's membership in the organization.
    pub org_member_info: OrgMemberInfo,
}

#[cfg(feature = "utoipa")]
crate::words::schema::object_schema! { UserAndOrgMemberInfo [doc = "A user in an organization."] {
    [doc = "The user."]
    user: User,
    [doc = "The user's membership in the organization."]
    org_member_info: OrgMemberInfo,
} }

/// Counts a decision in the metrics, and returns it.
pub(super) fn counted<T>(decision: Result<T, Denied>) -> Result<T, Denied> {
    let reason = decision.as_ref().err().map_or(ALLOWED, Denied::code);
    metrics::decision("validate", reason);
    decision
}

/// Validation of an `Authorization` header outside of actix-web handlers, such as in a gRPC service.
///
/// These methods are synchronous and never connect. If a signature does not verify, they do not fetch
/// the key again; see [`refresh_verifier_key`](PropelAuth::refresh_verifier_key). A header may be a
/// `&str` or an `Option<&str>`.
impl PropelAuth {
    /// Verifies the access token in an `Authorization` header and returns its user.
    ///
    /// ```
    /// # use actix_web_propelauth::PropelAuth;
    /// # fn example(auth: &PropelAuth) {
    /// match auth.validate_access_token_and_get_user("Bearer eyJhbGciOi...") {
    ///     Ok(user) => println!("{} is calling", user.user_id),
    ///     Err(denied) => println!("{}: {denied}", denied.status_code()),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Denied::Unauthorized`] if the header or the token is invalid, [`Denied::TokenTooLong`] if
    /// the token is too long, and [`Denied::Unavailable`] if no verifier key has been fetched yet.
    #[doc(alias = "validateAccessTokenAndGetUser")]
    pub fn validate_access_token_and_get_user<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
    ) -> Result<User, Denied> {
        counted(
            self.authenticator()
                .authenticate_value(authorization_header.into()),
        )
    }

    /// Verifies the access token and checks a requirement for an organization.
    ///
    /// The methods below are shorthands for this one, under the names of PropelAuth's official SDKs.
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, RequiredOrg, Requirement};
    ///
    /// # fn example(auth: &PropelAuth) -> Result<(), actix_web_propelauth::Denied> {
    /// let org = RequiredOrg::from("1189c444-8a2d-4c41-8b4b-ae43ce79a492");
    /// let found = auth.validate("Bearer eyJhbGciOi...", org, &Requirement::role("Admin"))?;
    /// println!("{} may enter {}", found.user.email, found.org_member_info.org_name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`validate_access_token_and_get_user`][1], and [`Denied::Forbidden`] if the
    /// user is not a member of the organization, or the requirement is not met.
    ///
    /// [1]: Self::validate_access_token_and_get_user
    pub fn validate<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        let user = self
            .authenticator()
            .authenticate_value(authorization_header.into());
        counted(user.and_then(|user| {
            let org_member_info = user.authorize(required_org, requirement)?.clone();
            Ok(UserAndOrgMemberInfo {
                user,
                org_member_info,
            })
        }))
    }

    /// Verifies the access token and requires that its user is a member of an organization.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`validate_access_token_and_get_user`](Self::validate_access_token_and_get_user),
    /// and [`Denied::Forbidden`] if the user is not a member of the organization.
    #[doc(alias = "validateAccessTokenAndGetUserWithOrgInfo")]
    #[doc(alias = "validate_access_token_and_get_user_with_org")]
    pub fn validate_access_token_and_get_user_with_org_info<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        self.validate(authorization_header, required_org, &Requirement::Member)
    }

    /// Verifies the access token and requires that its user has exactly this role in an
    /// organization.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`validate_access_token_and_get_user_with_org_info`][1], and
    /// [`Denied::Forbidden`] if the user has another role.
    ///
    /// [1]: Self::validate_access_token_and_get_user_with_org_info
    #[doc(alias = "validateAccessTokenAndGetUserWithOrgInfoWithExactRole")]
    pub fn validate_access_token_and_get_user_with_org_info_with_exact_role<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
        role: impl Into<String>,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        let requirement = Requirement::role(role);
        self.validate(authorization_header, required_org, &requirement)
    }

    /// Verifies the access token and requires that its user has this role or one above it in an
    /// organization.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`validate_access_token_and_get_user_with_org_info`][1], and
    /// [`Denied::Forbidden`] if the user has neither this role nor one above it.
    ///
    /// [1]: Self::validate_access_token_and_get_user_with_org_info
    #[doc(alias = "validateAccessTokenAndGetUserWithOrgInfoWithMinimumRole")]
    pub fn validate_access_token_and_get_user_with_org_info_with_minimum_role<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
        minimum_required_role: impl Into<String>,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        let requirement = Requirement::minimum_role(minimum_required_role);
        self.validate(authorization_header, required_org, &requirement)
    }

    /// Verifies the access token and requires that its user has a permission in an organization.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`validate_access_token_and_get_user_with_org_info`][1], and
    /// [`Denied::Forbidden`] if the user does not have the permission.
    ///
    /// [1]: Self::validate_access_token_and_get_user_with_org_info
    #[doc(alias = "validateAccessTokenAndGetUserWithOrgInfoWithPermission")]
    pub fn validate_access_token_and_get_user_with_org_info_with_permission<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
        permission: impl Into<String>,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        let requirement = Requirement::permission(permission);
        self.validate(authorization_header, required_org, &requirement)
    }

    /// Verifies the access token and requires that its user has every one of these permissions
    /// in an organization. An empty list is denied.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`validate_access_token_and_get_user_with_org_info`][1], and
    /// [`Denied::Forbidden`] if the user lacks one of the permissions, or the list is empty.
    ///
    /// [1]: Self::validate_access_token_and_get_user_with_org_info
    #[doc(alias = "validateAccessTokenAndGetUserWithOrgInfoWithAllPermissions")]
    pub fn validate_access_token_and_get_user_with_org_info_with_all_permissions<'h, P>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
        permissions: impl IntoIterator<Item = P>,
    ) -> Result<UserAndOrgMemberInfo, Denied>
    where
        P: Into<String>,
    {
        let requirement = Requirement::all_permissions(permissions);
        self.validate(authorization_header, required_org, &requirement)
    }
}
