//! Organizations, and who belongs to them.

use serde_json::{Map, Value};

use super::{
    macros::endpoints,
    refusal::{Never, NotFound},
    reply::entity,
    value::List,
};
use crate::id::{OrgId, UserId};

endpoints! {
    /// Creates and changes organizations and memberships.
    pub group OrgApi;

    /// Creates an organization without members.
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
}

entity! {
    /// An organization, as the backend API tells it.
    #[derive(PartialEq)]
    pub struct Organization {
        required {
            /// The id of the organization.
            org_id: OrgId,
            /// The name, as people wrote it. Names are not unique.
            name: String,
        }
        tolerant {
            /// The name in the form that URLs use: lower case, hyphens for spaces.
            url_safe_org_slug: String,
            /// Tells whether the members may set up SAML.
            can_setup_saml: bool,
            /// Tells whether SAML is set up.
            is_saml_configured: bool,
            /// Tells whether SAML is set up, but is not used for logins yet.
            is_saml_in_test_mode: bool,
            /// How many members there may be; `None` is no limit.
            max_users: Option<u32>,
            /// The organization's own metadata.
            metadata: Option<Map<String, Value>>,
            /// The e-mail domain.
            domain: Option<String>,
            /// Further e-mail domains.
            extra_domains: Vec<String>,
            /// Tells whether everybody may join whose e-mail address has the domain.
            domain_autojoin: bool,
            /// Tells whether everybody is kept out whose e-mail address has another domain.
            domain_restrict: bool,
            /// The role mapping, where it is not the project's default.
            custom_role_mapping_name: Option<String>,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// When the organization was created, in seconds since 1970 (unix time).
            created_at: i64,
        }
    }
}

entity! {
    /// An organization that was just created.
    #[derive(PartialEq, Eq)]
    pub struct CreatedOrg {
        required {
            /// The id of the new organization.
            org_id: OrgId,
        }
        tolerant {
            /// Its name.
            name: String,
        }
    }
}

impl From<&str> for CreateOrg {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
