//! SCIM groups: users of an organization, grouped by its identity provider.

use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, page::page, response::entity},
    words::ids::{OrgId, ScimGroupId, UserId},
};

endpoints! {
    /// Fetches the groups that identity providers synchronize by SCIM.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     auth: &actix_web_propelauth::PropelAuth,
    /// #     org_id: &actix_web_propelauth::OrgId,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let page = auth.scim().fetch_org_scim_groups(org_id).page_size(100).await?;
    /// for group in page.groups {
    ///     let call = auth.scim().fetch_scim_group(org_id, group.group_id);
    ///     let members = call.stream().collect_all().await?;
    ///     println!("{}: {} members", group.display_name, members.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub group ScimApi;

    /// Fetches one page of the groups of an organization, without their members.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if the page
    /// size is not 1 to 100.
    Read GET "/api/backend/v1/scim/{org_id}/groups"
    fetch_org_scim_groups: FetchOrgScimGroups(org_id: OrgId) {
        /// Sets the number of groups per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Only returns groups that this user is a member of.
        user_id: UserId,
    } -> ScimGroupsPage | NotFound;

    /// Fetches one group with one page of its members.
    ///
    /// The response does not have the total number of members: a page that is not full is the
    /// last one.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization or group, and
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if the page
    /// size is not 1 to 100.
    Read GET "/api/backend/v1/scim/{org_id}/groups/{group_id}"
    fetch_scim_group: FetchScimGroup(org_id: OrgId, group_id: ScimGroupId) {
        /// Sets the number of members per page, 1 to 100. By default, 10.
        members_page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
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
            /// The page number, starting at 0.
            page_number: u32,
            /// The maximum number of groups per page.
            page_size: u32,
            /// How many there are on all pages.
            total_groups: u64,
        }
    }
}

entity! {
    /// A group in a list, with fewer fields than [`ScimGroup`].
    #[derive(PartialEq, Eq)]
    pub struct ScimGroupBasic {
        required {
            /// The id of the group.
            group_id: ScimGroupId,
        }
        tolerant {
            /// The display name.
            display_name: String,
            /// The id that the identity provider assigned.
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
            /// The display name.
            display_name: String,
            /// The id that the identity provider assigned.
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
