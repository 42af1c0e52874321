//! Invitations as the backend API returns them.

use crate::{
    endpoint::{page::page, response::entity},
    words::ids::{OrgId, UserId},
};

entity! {
    /// An invitation to an organization that is not accepted yet.
    #[derive(PartialEq, Eq)]
    pub struct PendingInvite {
        required {
            /// The email address that the invitation was sent to.
            invitee_email: String,
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name of the organization.
            org_name: String,
            /// The role that the invitation offers.
            role_in_org: String,
            /// Additional roles that the invitation offers.
            additional_roles_in_org: Vec<String>,
            /// When the invitation was sent, as a Unix timestamp in seconds.
            created_at: i64,
            /// When the invitation expires, as a Unix timestamp in seconds.
            expires_at: i64,
            /// The email address of the user who sent it; `None` if the backend did.
            inviter_email: Option<String>,
            /// The id of the user who sent it; `None` if the backend did.
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
            /// The page number, starting at 0.
            current_page: u32,
            /// The maximum number of invitations per page.
            page_size: u32,
            /// Whether another page follows.
            has_more_results: bool,
        }
    }
}

page!(PendingInvitesPage {
    invites: PendingInvite,
    total: total_invites,
    more: has_more_results
});
