//! What the backend API tells of invitations into organizations.

use crate::{
    endpoint::{page::page, response::entity},
    id::{OrgId, UserId},
};

entity! {
    /// An invitation into an organization that nobody has accepted yet.
    #[derive(PartialEq, Eq)]
    pub struct PendingInvite {
        required {
            /// The e-mail address that it was sent to.
            invitee_email: String,
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name of the organization.
            org_name: String,
            /// The role that it offers.
            role_in_org: String,
            /// Further roles that it offers.
            additional_roles_in_org: Vec<String>,
            /// When it was sent, in seconds since 1970 (unix time).
            created_at: i64,
            /// When it expires, in seconds since 1970 (unix time).
            expires_at: i64,
            /// The e-mail address of the user who sent it; `None` when it was the backend.
            inviter_email: Option<String>,
            /// The id of the user who sent it; `None` when it was the backend.
            inviter_user_id: Option<UserId>,
        }
    }
}

entity! {
    /// One page of invitations.
    #[derive(PartialEq, Eq)]
    pub struct PendingInvitesPage {
        required {
            /// The invitations on this page.
            invites: Vec<PendingInvite>,
        }
        tolerant {
            /// How many there are on all pages.
            total_invites: u64,
            /// Which page this is, from 0.
            current_page: u32,
            /// How many invitations a page has.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
        }
    }
}

page!(PendingInvitesPage {
    invites: PendingInvite,
    total: total_invites,
    more: has_more_results
});
