//! Organizations, their members and their invitations.

mod entities;
mod invites;
mod members;

use serde_json::{Map, Value};

pub use self::{entities::*, invites::*, members::*};
use crate::{
    api::declare::endpoints,
    endpoint::{List, Never, NotFound},
    words::ids::{OrgId, UserId},
};

endpoints! {
    /// Operations on organizations, their members and their invitations.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     auth: &actix_web_propelauth::PropelAuth,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let org = auth.org().create_org("Acme Inc").max_users(50).await?;
    /// auth.org().invite_user_to_org("alice@example.com", &org.org_id, "Admin").await?;
    ///
    /// let owners = auth.org().fetch_users_in_org(&org.org_id).role("Owner").await?;
    /// for owner in &owners.users {
    ///     println!("{} is {}", owner.email, owner.role_in_org);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub group OrgApi;

    /// Fetches one organization by id.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization.
    #[doc(alias = "get_org")]
    Read GET "/api/backend/v1/org/{org_id}"
    fetch_org: FetchOrg(org_id: OrgId) -> Organization | NotFound;

    /// Fetches one page of the organizations that match a query; without arguments, of all.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    #[doc(alias = "fetch_org_by_query")]
    #[doc(alias = "list_orgs")]
    Read POST "/api/backend/v1/org/query" | GET "/api/backend/v1/org/query"
    fetch_orgs_by_query: FetchOrgsByQuery() {
        /// Sets the number of organizations per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Sets the order. By default, [`OrgOrderBy::CreatedAtAsc`].
        order_by: OrgOrderBy,
        /// Only returns organizations whose name contains this text.
        name: String,
        /// Only returns organizations that were migrated with this id.
        legacy_org_id: String,
        /// Only returns organizations with this email domain.
        domain: String,
    } -> OrgsPage | Never;

    /// Fetches the custom role mappings of the project: those that organizations can subscribe
    /// to, besides the default.
    Read GET "/api/backend/v1/custom_role_mappings"
    fetch_custom_role_mappings: FetchCustomRoleMappings() -> CustomRoleMappings | Never;

    /// Fetches one page of the members of an organization.
    ///
    /// An unknown organization has no members, which is not an error.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/user/org/{org_id}"
    fetch_users_in_org: FetchUsersInOrg(org_id: OrgId) {
        /// Sets the number of users per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Sets whether to fetch all organizations of each user as well. By default, `false`.
        include_orgs: bool,
        /// Only returns members with exactly this role.
        role: String,
    } -> UsersInOrgPage | Never;

    /// Fetches one page of the invitations that are neither accepted, revoked nor expired.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if the page
    /// size is not 1 to 100.
    Read GET "/api/backend/v1/pending_org_invites"
    fetch_pending_invites: FetchPendingInvites() {
        /// Sets the number of invitations per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Only returns invitations to this organization.
        org_id: OrgId,
    } -> PendingInvitesPage | NotFound;

    /// Creates an organization without members.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if the name is empty, the role
    /// mapping is unknown, or another argument is invalid.
    Create POST "/api/backend/v1/org/"
    create_org: CreateOrg(name: String) {
        /// Sets whether users whose email address is in the domain can join without an
        /// invitation. By default, `false`.
        enable_auto_joining_by_domain: bool,
        /// Sets whether only users whose email address is in the domain can be members. By
        /// default, `false`.
        members_must_have_matching_domain: bool,
        /// Sets the email domain.
        domain: String,
        /// Sets the maximum number of members. By default, unlimited.
        max_users: u32,
        /// Sets the role mapping. By default, the project's.
        custom_role_mapping_name: String,
        /// Sets the id that the organization had in the system that it was migrated from.
        legacy_org_id: String,
    } -> CreatedOrg | Never;

    /// Changes an organization. Fields that are not set are left unchanged.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if an argument is invalid.
    #[doc(alias = "update_org_metadata")]
    Idempotent PUT "/api/backend/v1/org/{org_id}"
    update_org: UpdateOrg(org_id: OrgId) {
        /// Sets the name.
        name: String,
        /// Sets whether the members can set up SAML.
        can_setup_saml: bool,
        /// Replaces the metadata.
        metadata: Map<String, Value>,
        /// Sets the maximum number of members.
        max_users: u32,
        /// Sets whether users whose email address is in the domain can join without an
        /// invitation.
        #[doc(alias = "can_join_on_email_domain_match")]
        autojoin_by_domain: bool,
        /// Sets whether only users whose email address is in the domain can be members.
        #[doc(alias = "members_must_have_email_domain_match")]
        restrict_to_domain: bool,
        /// Sets the email domain.
        domain: String,
        /// Replaces the additional email domains.
        extra_domains: List<String>,
        /// Sets the id that the organization had in the system that it was migrated from.
        legacy_org_id: String,
        /// Sets the time from which members need a second factor, as ISO 8601 text such as
        /// `2030-01-31T00:00:00Z`.
        require_2fa_by: String,
        /// Sets whether members must choose a new password regularly.
        password_rotation_enabled: bool,
        /// Sets the number of previous passwords that cannot be reused.
        password_rotation_history_size: u32,
        /// Sets how long a password is valid, in days.
        password_rotation_period: u32,
        /// Sets the role mapping, like
        /// [`subscribe_org_to_role_mapping`](OrgApi::subscribe_org_to_role_mapping).
        custom_role_mapping_name: String,
    } -> () | NotFound;

    /// Subscribes an organization to a custom role mapping, which sets its roles and permissions.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `custom_role_mapping_name` if the
    /// mapping is unknown.
    Idempotent PUT "/api/backend/v1/org/{org_id}"
    subscribe_org_to_role_mapping:
        SubscribeOrgToRoleMapping(org_id: OrgId, custom_role_mapping_name: String) -> () | NotFound;

    /// Deletes an organization together with its memberships and invitations.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization.
    Idempotent DELETE "/api/backend/v1/org/{org_id}"
    delete_org: DeleteOrg(org_id: OrgId) -> () | NotFound;

    /// Adds a user to an organization with a role.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user or organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `role` if the role is unknown.
    Create POST "/api/backend/v1/org/add_user"
    add_user_to_org: AddUserToOrg(user_id: UserId, org_id: OrgId, role: String) {
        /// Sets additional roles, if the project allows multiple roles per user.
        additional_roles: List<String>,
    } -> () | NotFound;

    /// Changes the role of a member. The new role replaces all previous roles.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such member, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `role` if the role is unknown.
    Idempotent POST "/api/backend/v1/org/change_role"
    change_user_role_in_org: ChangeUserRoleInOrg(user_id: UserId, org_id: OrgId, role: String) {
        /// Sets additional roles, if the project allows multiple roles per user.
        additional_roles: List<String>,
    } -> () | NotFound;

    /// Removes a member from an organization.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such member.
    Idempotent POST "/api/backend/v1/org/remove_user"
    remove_user_from_org: RemoveUserFromOrg(user_id: UserId, org_id: OrgId) -> () | NotFound;

    /// Invites an email address to an organization with a role, by email.
    ///
    /// The address does not have to belong to a user.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `role` if the role is unknown.
    Create POST "/api/backend/v1/invite_user"
    invite_user_to_org: InviteUserToOrg(email: String, org_id: OrgId, role: String) {
        /// Sets additional roles, if the project allows multiple roles per user.
        additional_roles: List<String>,
    } -> () | NotFound, text "Invitation email sent";

    /// Invites a user to an organization with a role, by email.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user or organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `role` if the role is unknown.
    Create POST "/api/backend/v1/invite_user_by_id"
    invite_user_to_org_by_user_id:
        InviteUserToOrgByUserId(user_id: UserId, org_id: OrgId, role: String) {
        /// Sets additional roles, if the project allows multiple roles per user.
        additional_roles: List<String>,
    } -> () | NotFound;

    /// Revokes an invitation that is not accepted yet.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such invitation.
    Idempotent DELETE "/api/backend/v1/pending_org_invites"
    revoke_pending_org_invite:
        RevokePendingOrgInvite(org_id: OrgId, invitee_email: String) -> () | NotFound;
}

impl From<&str> for CreateOrg {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for CreateOrg {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&String> for CreateOrg {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<std::borrow::Cow<'_, str>> for CreateOrg {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::new(text)
    }
}
