//! Groups of users that an organization's identity provider keeps in step by SCIM.

use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, page::page, response::entity},
    id::{OrgId, ScimGroupId, UserId},
};

endpoints! {
    /// Fetches the groups that identity providers keep.
    pub group ScimApi;

    /// Fetches one page of the groups of an organization, without their members.
    ///
    /// A page size outside of 1 to 100 is not sent:
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument).
    Read GET "/api/backend/v1/scim/{org_id}/groups"
    fetch_org_scim_groups: FetchOrgScimGroups(org_id: OrgId) {
        /// Sets how many groups a page has, 1 to 100. By default it has 10.
        page_size: u32,
        /// Sets which page it is, from 0. By default it is the first.
        page_number: u32,
        /// Leaves the groups that this user is in. By default any will do.
        user_id: UserId,
    } -> ScimGroupsPage | NotFound;

    /// Fetches one group and one page of its members.
    ///
    /// The reply does not say how many members there are: a page with fewer than were asked for
    /// is the last. A page size outside of 1 to 100 is not
    /// sent: [`Error::InvalidArgument`](crate::Error::InvalidArgument).
    Read GET "/api/backend/v1/scim/{org_id}/groups/{group_id}"
    fetch_scim_group: FetchScimGroup(org_id: OrgId, group_id: ScimGroupId) {
        /// Sets how many members a page has, 1 to 100. By default it has 10.
        members_page_size: u32,
        /// Sets which page it is, from 0. By default it is the first.
        members_page_number: u32,
    } -> ScimGroup | NotFound;
}

entity! {
    /// One page of groups.
    #[derive(PartialEq, Eq)]
    pub struct ScimGroupsPage {
        required {
            /// The groups on this page.
            groups: Vec<ScimGroupBasic>,
        }
        tolerant {
            /// Which page this is, from 0.
            page_number: u32,
            /// How many groups a page has.
            page_size: u32,
            /// How many there are on all pages.
            total_groups: u64,
        }
    }
}

entity! {
    /// A group in a list: less than [`ScimGroup`] tells.
    #[derive(PartialEq, Eq)]
    pub struct ScimGroupBasic {
        required {
            /// The id of the group.
            group_id: ScimGroupId,
        }
        tolerant {
            /// The name that people see.
            display_name: String,
            /// The id that the identity provider gave it.
            external_id_from_idp: Option<String>,
        }
    }
}

entity! {
    /// A group, with one page of its members.
    #[derive(PartialEq, Eq)]
    pub struct ScimGroup {
        required {
            /// The id of the group.
            group_id: ScimGroupId,
        }
        tolerant {
            /// The name that people see.
            display_name: String,
            /// The id that the identity provider gave it.
            external_id_from_idp: Option<String>,
            /// The members on this page.
            members: Vec<ScimGroupMember>,
        }
    }
}

entity! {
    /// A member of a group.
    #[derive(PartialEq, Eq)]
    pub struct ScimGroupMember {
        required {
            /// The id of the user.
            user_id: UserId,
        }
    }
}

page!(ScimGroupsPage {
    groups: ScimGroupBasic,
    total: total_groups
});
page!(ScimGroup {
    members: ScimGroupMember,
    number: "members_page_number"
});
