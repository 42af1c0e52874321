//! Users as the backend API returns them, one by one and in pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    endpoint::{page::page, response::entity},
    words::{
        ids::{EmployeeId, OrgId, UserId},
        open_string_enum::open_string_enum,
        org_member_info::OrgMemberInfo,
    },
};

entity! {
    /// A user, with all that the backend API returns.
    ///
    /// The claims of an access token are [`User`](crate::User).
    ///
    /// ```
    /// use actix_web_propelauth::api::UserMetadata;
    ///
    /// /// Returns the roles of a user that was fetched with `include_orgs(true)`.
    /// fn roles(user: &UserMetadata) -> Vec<&str> {
    ///     let orgs = user.org_id_to_org_info.iter().flatten();
    ///     orgs.map(|(_, org)| org.user_role.as_str()).collect()
    /// }
    /// ```
    #[derive(PartialEq)]
    pub struct UserMetadata {
        required {
            /// The id of the user.
            user_id: UserId,
            /// The email address.
            email: String,
        }
        tolerant {
            /// Whether the email address is confirmed.
            email_confirmed: bool,
            /// Whether the user has a password.
            has_password: bool,
            /// The username, if the project has usernames.
            #[serde(skip_serializing_if = "Option::is_none")]
            username: Option<String>,
            /// The first name.
            first_name: Option<String>,
            /// The last name.
            last_name: Option<String>,
            /// The URL of the user's picture.
            picture_url: Option<String>,
            /// Whether the user is locked out after too many failed attempts to log in.
            locked: bool,
            /// Whether the user can log in; `false` for a disabled user.
            enabled: bool,
            /// Whether the user has set up a second factor.
            mfa_enabled: bool,
            /// Whether the user can create organizations.
            can_create_orgs: bool,
            /// Whether the user must choose a new password at the next login.
            update_password_required: bool,
            /// When the user was created, as a Unix timestamp in seconds.
            created_at: i64,
            /// When the user was last active, as a Unix timestamp in seconds.
            last_active_at: i64,
            /// The id that the user had in the system that it was migrated from.
            #[serde(skip_serializing_if = "Option::is_none")]
            legacy_user_id: Option<String>,
            /// The id of the employee who impersonates this user.
            #[serde(skip_serializing_if = "Option::is_none")]
            impersonator_user_id: Option<EmployeeId>,
            /// The user's metadata, which the user cannot see.
            metadata: Option<Map<String, Value>>,
            /// The custom properties.
            properties: Option<Map<String, Value>>,
            /// The user's organizations, if the request has `include_orgs(true)`.
            #[serde(skip_serializing_if = "Option::is_none")]
            org_id_to_org_info: Option<BTreeMap<OrgId, OrgMemberInfo>>,
        }
    }
}

entity! {
    /// One page of users.
    #[derive(PartialEq)]
    pub struct UsersPage {
        required {
            /// The users on this page.
            users: Vec<UserMetadata>,
        }
        tolerant {
            /// The number of users on all pages.
            total_users: u64,
            /// The page number, starting at 0.
            current_page: u32,
            /// The maximum number of users per page.
            page_size: u32,
            /// Whether another page follows.
            has_more_results: bool,
        }
    }
}

page!(UsersPage {
    users: UserMetadata,
    total: total_users,
    more: has_more_results
});

open_string_enum! {
    /// The order of a list of users.
    pub enum UserOrderBy {
        /// By time of creation, oldest first.
        CreatedAtAsc = "CREATED_AT_ASC",
        /// By time of creation, newest first.
        CreatedAtDesc = "CREATED_AT_DESC",
        /// By last activity, least recent first.
        LastActiveAtAsc = "LAST_ACTIVE_AT_ASC",
        /// By last activity, most recent first.
        LastActiveAtDesc = "LAST_ACTIVE_AT_DESC",
        /// By email address.
        Email = "EMAIL",
        /// By username.
        Username = "USERNAME",
    }
}
