//! What the backend API tells of the members of an organization.

use std::ops::Deref;

use crate::{
    api::user::UserMetadata,
    endpoint::{page::page, response::entity},
};

entity! {
    /// A member of an organization: the user, reached by `Deref`, and its roles there.
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
            /// Further roles of the user in it, where the project allows several.
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
            /// Which page this is, from 0.
            current_page: u32,
            /// How many users a page has.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
        }
    }
}

page!(UsersInOrgPage {
    users: UserInOrg,
    total: total_users,
    more: has_more_results
});
