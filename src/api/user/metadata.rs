//! What the backend API tells of users, one by one and in pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    endpoint::{page::page, response::entity},
    id::{EmployeeId, OrgId, UserId},
    org_member_info::OrgMemberInfo,
    wire_enum::wire_enum,
};

entity! {
    /// A user, as the backend API tells it.
    #[derive(PartialEq)]
    pub struct UserMetadata {
        required {
            /// The id of the user.
            user_id: UserId,
            /// The e-mail address.
            email: String,
        }
        tolerant {
            /// Tells whether the address was confirmed.
            email_confirmed: bool,
            /// Tells whether the user can log in by password.
            has_password: bool,
            /// The username, where the project has usernames.
            #[serde(skip_serializing_if = "Option::is_none")]
            username: Option<String>,
            /// The first name.
            first_name: Option<String>,
            /// The last name.
            last_name: Option<String>,
            /// The address of a picture.
            picture_url: Option<String>,
            /// Tells whether the user is locked out after too many attempts to log in.
            locked: bool,
            /// Tells whether the user may log in at all.
            enabled: bool,
            /// Tells whether the user has set up a second factor.
            mfa_enabled: bool,
            /// Tells whether the user may create organizations.
            can_create_orgs: bool,
            /// Tells whether the user must choose a new password at the next login.
            update_password_required: bool,
            /// When the user was created, in seconds since 1970 (unix time).
            created_at: i64,
            /// When the user was last seen, in seconds since 1970 (unix time).
            last_active_at: i64,
            /// The id that the user had in the system that it was migrated from.
            #[serde(skip_serializing_if = "Option::is_none")]
            legacy_user_id: Option<String>,
            /// The member of your own team who acts as this user.
            #[serde(skip_serializing_if = "Option::is_none")]
            impersonator_user_id: Option<EmployeeId>,
            /// The user's metadata, which users cannot see.
            metadata: Option<Map<String, Value>>,
            /// The custom properties.
            properties: Option<Map<String, Value>>,
            /// The user's organizations; `None` unless they were asked for.
            #[serde(skip_serializing_if = "Option::is_none")]
            org_id_to_org_info: Option<BTreeMap<OrgId, OrgMemberInfo>>,
        }
    }
}

entity! {
    /// A page of users.
    #[derive(PartialEq)]
    pub struct UsersPage {
        required {
            /// The users on the page.
            users: Vec<UserMetadata>,
        }
        tolerant {
            /// How many users there are on all pages.
            total_users: u64,
            /// Which page it is; the first is 0.
            current_page: u32,
            /// How many users a page has at most.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
        }
    }
}

page!(UsersPage {
    users: UserMetadata,
    total: total_users,
    more: has_more_results
});

wire_enum! {
    /// What users are sorted by.
    pub enum UserOrderBy {
        /// Those first who were created first.
        CreatedAtAsc = "CREATED_AT_ASC",
        /// Those first who were created last.
        CreatedAtDesc = "CREATED_AT_DESC",
        /// Those first who have not been seen for longest.
        LastActiveAtAsc = "LAST_ACTIVE_AT_ASC",
        /// Those first who were seen last.
        LastActiveAtDesc = "LAST_ACTIVE_AT_DESC",
        /// By e-mail address.
        Email = "EMAIL",
        /// By username.
        Username = "USERNAME",
    }
}
