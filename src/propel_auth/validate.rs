//! Validation without a framework, by the names of PropelAuth's own libraries.

use super::handle::PropelAuth;
use crate::{
    access::{Denied, RequiredOrg, Requirement, User},
    org_member_info::OrgMemberInfo,
};

/// A user and the organization that was asked about.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct UserAndOrgMemberInfo {
    /// The user whom the access token speaks for.
    pub user: User,
    /// The user's membership in the organization.
    pub org_member_info: OrgMemberInfo,
}

/// Validation of an `Authorization` header, for code that is no actix-web handler.
///
/// Nothing here waits or connects. A header may be given as `&str` or as `Option<&str>`.
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
    /// [`Denied::Unauthorized`] says what is wrong with the header or the token,
    /// [`Denied::TokenTooLong`] that the token is longer than is looked at, and
    /// [`Denied::Unavailable`] that no verifier key has been fetched yet.
    #[doc(alias = "validateAccessTokenAndGetUser")]
    pub fn validate_access_token_and_get_user<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
    ) -> Result<User, Denied> {
        self.authenticator()
            .authenticate_value(authorization_header.into())
    }

    /// Verifies the access token and requires that its user is in an organization.
    ///
    /// # Errors
    ///
    /// As [`validate_access_token_and_get_user`](Self::validate_access_token_and_get_user), and
    /// [`Denied::Forbidden`] when the user is not in the organization or none was named.
    #[doc(alias = "validateAccessTokenAndGetUserWithOrgInfo")]
    #[doc(alias = "validate_access_token_and_get_user_with_org")]
    pub fn validate_access_token_and_get_user_with_org_info<'h>(
        &self,
        authorization_header: impl Into<Option<&'h str>>,
        required_org: impl Into<RequiredOrg>,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        self.validate(
            authorization_header.into(),
            required_org.into(),
            &Requirement::Member,
        )
    }

    /// Verifies the access token and requires that its user has exactly this role in an
    /// organization.
    ///
    /// # Errors
    ///
    /// As [`validate_access_token_and_get_user_with_org_info`][1], and [`Denied::Forbidden`] when
    /// the user has another role.
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
        self.validate(
            authorization_header.into(),
            required_org.into(),
            &requirement,
        )
    }

    /// Verifies the access token and requires that its user has this role or one above it in an
    /// organization.
    ///
    /// # Errors
    ///
    /// As [`validate_access_token_and_get_user_with_org_info`][1], and [`Denied::Forbidden`] when
    /// the user has no such role.
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
        self.validate(
            authorization_header.into(),
            required_org.into(),
            &requirement,
        )
    }

    /// Verifies the access token and requires that its user has a permission in an organization.
    ///
    /// # Errors
    ///
    /// As [`validate_access_token_and_get_user_with_org_info`][1], and [`Denied::Forbidden`] when
    /// the user has not got the permission.
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
        self.validate(
            authorization_header.into(),
            required_org.into(),
            &requirement,
        )
    }

    /// Verifies the access token and requires that its user has every one of these permissions
    /// in an organization. An empty list is refused.
    ///
    /// # Errors
    ///
    /// As [`validate_access_token_and_get_user_with_org_info`][1], and [`Denied::Forbidden`] when
    /// the user lacks one of the permissions or the list is empty.
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
        self.validate(
            authorization_header.into(),
            required_org.into(),
            &requirement,
        )
    }

    fn validate(
        &self,
        authorization_header: Option<&str>,
        required_org: RequiredOrg,
        requirement: &Requirement,
    ) -> Result<UserAndOrgMemberInfo, Denied> {
        let user = self.validate_access_token_and_get_user(authorization_header)?;
        let org_member_info = user.authorize(required_org, requirement)?.clone();
        Ok(UserAndOrgMemberInfo {
            user,
            org_member_info,
        })
    }
}
