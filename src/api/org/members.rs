//! Members of organizations as the backend API returns them.

use std::ops::Deref;

use crate::{
    api::user::UserMetadata,
    endpoint::{page::page, response::entity},
};

entity! {
    /// A member of an organization: a user, to which it dereferences, and its roles there.
    ///
    /// ```
    /// use actix_web_propelauth::api::UserInOrg;
    ///
    /// fn describe(member: &UserInOrg) -> String {
    ///     format!("{} is {}", member.email, member.role_in_org)
    /// }
    /// ```
    #[derive(PartialEq)]
    pub struct UserInOrg {
        required {
            /// The user.
            #[serde(flatten)]
            user: UserMetadata,
        }
        tolerant {
            /// The user's role in the organization.
            role_in_org: String,
            /// Additional roles, if the project allows multiple roles per user.
            additional_roles_in_org: Vec<String>,
        }
    }
}

impl Deref for UserInOrg {
    type Target = UserMetadata;

    fn deref(&self) -> &UserMetadata {
        &self.user
    }
}

entity! {
    /// One page of the members of an organization.
    #[derive(PartialEq)]
    pub struct UsersInOrgPage {
        required {
            /// The members on this page.
            users: Vec<UserInOrg>,
        }
        tolerant {
            /// How many there are on all pages.
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

page!(UsersInOrgPage {
    users: UserInOrg,
    total: total_users,
    more: has_more_results
});
