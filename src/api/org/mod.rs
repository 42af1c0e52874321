//! Organizations, and who belongs to them.

mod entities;
mod invites;
mod members;

use serde_json::{Map, Value};

pub use self::{
    entities::{
        CreatedOrg, CustomRoleMapping, CustomRoleMappings, OrgBasic, OrgOrderBy, Organization,
        OrgsPage,
    },
    invites::{PendingInvite, PendingInvitesPage},
    members::{UserInOrg, UsersInOrgPage},
};
use crate::{
    api::declare::endpoints,
    endpoint::{List, Never, NotFound},
    id::{OrgId, UserId},
};

endpoints! {
    /// Fetches and changes organizations, memberships and invitations.
    pub group OrgApi;

    /// Fetches one organization by id.
    #[doc(alias = "get_org")]
    Read GET "/api/backend/v1/org/{org_id}"
    fetch_org: FetchOrg(org_id: OrgId) -> Organization | NotFound;

    /// Fetches one page of the organizations that fit, which is all of them by default.
    ///
    /// A page size outside of 1 to 100 is not sent:
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument).
    #[doc(alias = "fetch_org_by_query")]
    #[doc(alias = "list_orgs")]
    Read POST "/api/backend/v1/org/query" | GET "/api/backend/v1/org/query"
    fetch_orgs_by_query: FetchOrgsByQuery() {
        /// Sets how many organizations a page has, 1 to 100. By default it has 10.
        page_size: u32,
        /// Sets which page it is, from 0. By default it is the first.
        page_number: u32,
        /// Sets the order. By default the oldest organization comes first.
        order_by: OrgOrderBy,
        /// Leaves those whose name contains this text. By default any name will do.
        name: String,
        /// Leaves those that had this id elsewhere. By default any will do.
        legacy_org_id: String,
        /// Leaves those that have this e-mail domain. By default any will do.
        domain: String,
    } -> OrgsPage | Never;

    /// Fetches the role mappings that organizations may be subscribed to, besides the default.
    Read GET "/api/backend/v1/custom_role_mappings"
    fetch_custom_role_mappings: FetchCustomRoleMappings() -> CustomRoleMappings | Never;

    /// Fetches one page of the members of an organization.
    ///
    /// A page size outside of 1 to 100 is not sent:
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument).
    Read GET "/api/backend/v1/user/org/{org_id}"
    fetch_users_in_org: FetchUsersInOrg(org_id: OrgId) {
        /// Sets how many users a page has, 1 to 100. By default it has 10.
        page_size: u32,
        /// Sets which page it is, from 0. By default it is the first.
        page_number: u32,
        /// Also fetches all organizations of each user. By default it does not.
        include_orgs: bool,
        /// Leaves those who have exactly this role. By default any will do.
        role: String,
    } -> UsersInOrgPage | Never;

    /// Fetches one page of the invitations that were neither accepted nor revoked and have not
    /// expired.
    ///
    /// A page size outside of 1 to 100 is not sent:
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument).
    Read GET "/api/backend/v1/pending_org_invites"
    fetch_pending_invites: FetchPendingInvites() {
        /// Sets how many invitations a page has, 1 to 100. By default it has 10.
        page_size: u32,
        /// Sets which page it is, from 0. By default it is the first.
        page_number: u32,
        /// Leaves those into this organization. By default any will do.
        org_id: OrgId,
    } -> PendingInvitesPage | NotFound;

    /// Creates an organization without members.
    ///
    /// An unknown role mapping is [`Error::BadRequest`](crate::Error::BadRequest) on
    /// `custom_role_mapping_name`.
    Create POST "/api/backend/v1/org/"
    create_org: CreateOrg(name: String) {
        /// Lets everybody join whose e-mail address has the domain. By default it does not.
        enable_auto_joining_by_domain: bool,
        /// Keeps everybody out whose e-mail address has another domain. By default it does not.
        members_must_have_matching_domain: bool,
        /// Sets the e-mail domain. By default there is none.
        domain: String,
        /// Sets how many members there may be. By default there is no limit.
        max_users: u32,
        /// Sets the role mapping. By default it is the project's.
        custom_role_mapping_name: String,
        /// Sets the id that the organization had elsewhere. By default there is none.
        legacy_org_id: String,
    } -> CreatedOrg | Never;

    /// Changes what is given of an organization, and leaves the rest as it is.
    #[doc(alias = "update_org_metadata")]
    Idempotent PUT "/api/backend/v1/org/{org_id}"
    update_org: UpdateOrg(org_id: OrgId) {
        /// Sets the name. By default it stays.
        name: String,
        /// Sets whether the members may set up SAML. By default it stays.
        can_setup_saml: bool,
        /// Sets the metadata, in place of all that there was. By default it stays.
        metadata: Map<String, Value>,
        /// Sets how many members there may be. By default it stays.
        max_users: u32,
        /// Sets whether everybody may join whose e-mail address has the domain. By default it
        /// stays.
        #[doc(alias = "can_join_on_email_domain_match")]
        autojoin_by_domain: bool,
        /// Sets whether everybody is kept out whose e-mail address has another domain. By
        /// default it stays.
        #[doc(alias = "members_must_have_email_domain_match")]
        restrict_to_domain: bool,
        /// Sets the e-mail domain. By default it stays.
        domain: String,
        /// Sets the further e-mail domains, in place of all that there were. By default they
        /// stay.
        extra_domains: List<String>,
        /// Sets the id that the organization had elsewhere. By default it stays.
        legacy_org_id: String,
        /// Sets from when on members need a second factor, as ISO 8601 text such as
        /// `2030-01-31T00:00:00Z`. By default it stays.
        require_2fa_by: String,
        /// Sets whether members must choose a new password from time to time. By default it
        /// stays.
        password_rotation_enabled: bool,
        /// Sets how many old passwords may not be used again. By default it stays.
        password_rotation_history_size: u32,
        /// Sets how many days a password lasts. By default it stays.
        password_rotation_period: u32,
        /// Sets the role mapping, as
        /// [`subscribe_org_to_role_mapping`](OrgApi::subscribe_org_to_role_mapping) does. By
        /// default it stays.
        custom_role_mapping_name: String,
    } -> () | NotFound;

    /// Gives an organization other roles and permissions: those of a custom role mapping.
    ///
    /// An unknown mapping is [`Error::BadRequest`](crate::Error::BadRequest) on
    /// `custom_role_mapping_name`.
    Idempotent PUT "/api/backend/v1/org/{org_id}"
    subscribe_org_to_role_mapping:
        SubscribeOrgToRoleMapping(org_id: OrgId, custom_role_mapping_name: String) -> () | NotFound;

    /// Deletes an organization, its memberships and its invitations.
    Idempotent DELETE "/api/backend/v1/org/{org_id}"
    delete_org: DeleteOrg(org_id: OrgId) -> () | NotFound;

    /// Adds a user to an organization, in a role.
    ///
    /// An unknown role is [`Error::BadRequest`](crate::Error::BadRequest) on `role`.
    Create POST "/api/backend/v1/org/add_user"
    add_user_to_org: AddUserToOrg(user_id: UserId, org_id: OrgId, role: String) {
        /// Gives further roles, where the project allows several. By default there are none.
        additional_roles: List<String>,
    } -> () | NotFound;

    /// Gives a member of an organization another role in place of those it had.
    ///
    /// An unknown role is [`Error::BadRequest`](crate::Error::BadRequest) on `role`.
    Idempotent POST "/api/backend/v1/org/change_role"
    change_user_role_in_org: ChangeUserRoleInOrg(user_id: UserId, org_id: OrgId, role: String) {
        /// Gives further roles, where the project allows several. By default there are none.
        additional_roles: List<String>,
    } -> () | NotFound;

    /// Removes a member from an organization.
    Idempotent POST "/api/backend/v1/org/remove_user"
    remove_user_from_org: RemoveUserFromOrg(user_id: UserId, org_id: OrgId) -> () | NotFound;

    /// Invites somebody into an organization by e-mail, in a role.
    ///
    /// There need not be a user with the address. An unknown role is
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `role`.
    Create POST "/api/backend/v1/invite_user"
    invite_user_to_org: InviteUserToOrg(email: String, org_id: OrgId, role: String) {
        /// Offers further roles, where the project allows several. By default there are none.
        additional_roles: List<String>,
    } -> () | NotFound, saying "Invitation email sent";

    /// Invites a user into an organization, in a role.
    ///
    /// An unknown role is [`Error::BadRequest`](crate::Error::BadRequest) on `role`.
    Create POST "/api/backend/v1/invite_user_by_id"
    invite_user_to_org_by_user_id:
        InviteUserToOrgByUserId(user_id: UserId, org_id: OrgId, role: String) {
        /// Offers further roles, where the project allows several. By default there are none.
        additional_roles: List<String>,
    } -> () | NotFound;

    /// Takes an invitation back that was not accepted yet.
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
