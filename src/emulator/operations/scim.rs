//! Fetching SCIM groups.

use crate::{
    api::{
        FetchOrgScimGroups, FetchScimGroup, FieldErrors, NotFound, ScimGroup, ScimGroupBasic,
        ScimGroupMember, ScimGroupsPage,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
            page::Page,
        },
        state::{ScimGroupRecord, Store},
    },
    words::ids::UserId,
};

impl Handler<FetchOrgScimGroups> for Store {
    fn handle(
        &mut self,
        request: FetchOrgScimGroups,
    ) -> Result<ScimGroupsPage, Rejection<NotFound>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, request.page_size, request.page_number);
        if let Some(user_id) = &request.user_id {
            check_uuid(&mut errors, "user_id", user_id);
        }
        Rejection::check(errors)?;
        if !self.orgs.contains_key(&request.org_id) {
            return Err(Rejection::missing("organization", &request.org_id));
        }
        let groups = self.scim_groups.iter().filter(|group| {
            let has = |user_id| self.current_members(group).any(|member| member == user_id);
            group.org_id == request.org_id && request.user_id.as_ref().is_none_or(has)
        });
        let part = page.slice(groups.collect());
        let groups = part.items.into_iter().map(|group| ScimGroupBasic {
            group_id: group.group_id.clone(),
            display_name: group.display_name.clone(),
            external_id_from_idp: group.external_id_from_idp.clone(),
        });
        Ok(ScimGroupsPage {
            groups: groups.collect(),
            page_number: page.number,
            page_size: page.size,
            total_groups: part.total,
        })
    }
}

impl Handler<FetchScimGroup> for Store {
    fn handle(&mut self, request: FetchScimGroup) -> Result<ScimGroup, Rejection<NotFound>> {
        self.check_orgs()?;
        let (size, number) = (request.members_page_size, request.members_page_number);
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, size, number);
        if let Some(reason) = errors.get("page_size").first() {
            let errors = FieldErrors::one("members_page_size", reason);
            return Err(Rejection::Fields(errors));
        }
        let mut groups = self.scim_groups.iter();
        let group = groups
            .find(|group| group.org_id == request.org_id && group.group_id == request.group_id)
            .ok_or_else(|| Rejection::missing("group", &request.group_id))?;
        let members = self.current_members(group);
        let mut members: Vec<_> = members.filter_map(|it| self.users.get(it)).collect();
        members.sort_by_key(|user| user.age());
        let part = page.slice(members);
        let members = part.items.into_iter().map(|user| ScimGroupMember {
            user_id: user.metadata.user_id.clone(),
        });
        Ok(ScimGroup {
            group_id: group.group_id.clone(),
            display_name: group.display_name.clone(),
            external_id_from_idp: group.external_id_from_idp.clone(),
            members: members.collect(),
        })
    }
}

impl Store {
    fn current_members<'a>(
        &'a self,
        group: &'a ScimGroupRecord,
    ) -> impl Iterator<Item = &'a UserId> {
        group.members.iter().filter(|user_id| {
            let user = self.users.get(*user_id);
            user.is_some_and(|user| user.memberships.contains_key(&group.org_id))
        })
    }
}
