//! Members of organizations and their roles.

use crate::{
    api::{
        AddUserToOrg, ChangeUserRoleInOrg, FetchUsersInOrg, FieldErrors, List, Never, NotFound,
        RemoveUserFromOrg, UserInOrg, UsersInOrgPage,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
            org::domains,
            page::Page,
        },
        state::{Membership, Store},
    },
    endpoint::field_errors::{not_one_of, quoted},
    words::ids::{OrgId, UserId},
};

impl Handler<FetchUsersInOrg> for Store {
    fn handle(&mut self, request: FetchUsersInOrg) -> Result<UsersInOrgPage, Rejection<Never>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, request.page_size, request.page_number);
        Rejection::check(errors)?;
        let role = request.role;
        let mut members: Vec<_> = self
            .users
            .members(&request.org_id)
            .filter_map(|user| Some((user, user.memberships.get(&request.org_id)?)))
            .filter(|(_, membership)| role.as_ref().is_none_or(|role| membership.has(role)))
            .collect();
        members.sort_by_key(|(user, _)| user.age());
        let part = page.slice(members);
        let include_orgs = request.include_orgs.unwrap_or(false);
        let users = part.items.into_iter().filter_map(|(user, membership)| {
            Some(UserInOrg {
                user: self.user_metadata_by_id(&user.metadata.user_id, include_orgs)?,
                role_in_org: membership.role.clone(),
                additional_roles_in_org: membership.additional_roles.clone(),
            })
        });
        Ok(UsersInOrgPage {
            users: users.collect(),
            total_users: part.total,
            current_page: page.number,
            page_size: page.size,
            has_more_results: part.has_more,
        })
    }
}

impl Handler<AddUserToOrg> for Store {
    fn handle(&mut self, request: AddUserToOrg) -> Result<(), Rejection<NotFound>> {
        let AddUserToOrg {
            user_id,
            org_id,
            role,
            additional_roles,
        } = request;
        let membership = membership(role, additional_roles);
        self.check_membership(&user_id, &org_id, &membership)?;
        self.join(&user_id, &org_id, membership, "user_id")
    }
}

impl Handler<ChangeUserRoleInOrg> for Store {
    fn handle(&mut self, request: ChangeUserRoleInOrg) -> Result<(), Rejection<NotFound>> {
        let ChangeUserRoleInOrg {
            user_id,
            org_id,
            role,
            additional_roles,
        } = request;
        let new = membership(role, additional_roles);
        self.check_membership(&user_id, &org_id, &new)?;
        let user = self.users.get_mut(&user_id);
        let mut user = user.ok_or_else(|| Rejection::missing("user", &user_id))?;
        let old = user.memberships.get_mut(&org_id);
        let old = old.ok_or_else(|| no_member(&user_id, &org_id))?;
        *old = new;
        Ok(())
    }
}

impl Handler<RemoveUserFromOrg> for Store {
    fn handle(&mut self, request: RemoveUserFromOrg) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let RemoveUserFromOrg { user_id, org_id } = request;
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "user_id", &user_id);
        check_uuid(&mut errors, "org_id", &org_id);
        Rejection::check(errors)?;
        let user = self.users.get_mut(&user_id);
        let mut user = user.ok_or_else(|| Rejection::missing("user", &user_id))?;
        let removed = user.memberships.remove(&org_id);
        removed.ok_or_else(|| no_member(&user_id, &org_id))?;
        drop(user);
        self.scim_groups.remove_member(&org_id, &user_id);
        Ok(())
    }
}

impl Store {
    /// Checks the arguments of a membership, and that the user and the organization exist.
    fn check_membership(
        &self,
        user_id: &UserId,
        org_id: &OrgId,
        membership: &Membership,
    ) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "user_id", user_id);
        check_uuid(&mut errors, "org_id", org_id);
        self.check_roles(&mut errors, org_id, membership);
        Rejection::check(errors)?;
        if !self.orgs.contains_key(org_id) {
            return Err(Rejection::missing("organization", org_id));
        }
        if !self.users.contains_key(user_id) {
            return Err(Rejection::missing("user", user_id));
        }
        Ok(())
    }

    /// Adds an error if the organization does not have a role or does not allow several.
    pub(crate) fn check_roles(
        &self,
        errors: &mut FieldErrors,
        org_id: &OrgId,
        membership: &Membership,
    ) {
        let roles = self.roles_of(org_id);
        let additional = &membership.additional_roles;
        let unknown = |role: &String| not_one_of(role, "role", roles.names());
        if !roles.has(&membership.role) {
            errors.add("role", unknown(&membership.role));
        }
        if let Some(role) = additional.iter().find(|role| !roles.has(role)) {
            errors.add("additional_roles", unknown(role));
        } else if !additional.is_empty() && !roles.allows_several() {
            errors.add("additional_roles", "The project allows one role per user");
        }
    }

    /// Adds a member, if the organization admits the user, and uses up an invitation.
    ///
    /// An error about the user is reported for `field`, the argument that identifies the user.
    pub(crate) fn join(
        &mut self,
        user_id: &UserId,
        org_id: &OrgId,
        membership: Membership,
        field: &str,
    ) -> Result<(), Rejection<NotFound>> {
        let max_orgs = self.project.max_orgs_per_user.unwrap_or(usize::MAX);
        let email = {
            let user = self.users.get(user_id);
            let user = user.ok_or_else(|| Rejection::missing("user", user_id))?;
            if user.memberships.len() >= max_orgs && !user.memberships.contains_key(org_id) {
                return Err(Rejection::Fields(FieldErrors::one(
                    field,
                    "The user is in as many organizations as the project allows",
                )));
            }
            user.metadata.email.clone()
        };
        self.check_entry(org_id, &email, field)?;
        self.take_invite(org_id, &email);
        let user = self.users.get_mut(user_id);
        let mut user = user.ok_or_else(|| Rejection::missing("user", user_id))?;
        user.memberships.insert(org_id.clone(), membership);
        Ok(())
    }

    /// Checks that the owner of an email address can become a member: is not a member yet, has an
    /// admitted domain, and the organization is not full.
    pub(crate) fn check_entry(
        &self,
        org_id: &OrgId,
        email: &str,
        field: &str,
    ) -> Result<(), Rejection<NotFound>> {
        let org = self.orgs.get(org_id);
        let org = org.ok_or_else(|| Rejection::missing("organization", org_id))?;
        let is_member = self
            .users
            .by_email(email)
            .is_some_and(|user| user.memberships.contains_key(org_id));
        let admits = domains::admits(org, email);
        let max_users = org.max_users.map_or(usize::MAX, |max_users| {
            usize::try_from(max_users).unwrap_or(usize::MAX)
        });
        let email = quoted(email);
        let (field, reason) = if is_member {
            let reason = format!("Already a member of the organization: {email}");
            (field, reason)
        } else if !admits {
            let reason =
                format!("The organization does not admit addresses of this domain: {email}");
            (field, reason)
        } else if self.users.member_count(org_id) >= max_users {
            let reason = format!("The organization is full: its maximum is {max_users} members");
            ("org_id", reason)
        } else {
            return Ok(());
        };
        Err(Rejection::Fields(FieldErrors::one(field, reason)))
    }
}

pub(crate) fn membership(role: String, additional_roles: Option<List<String>>) -> Membership {
    Membership {
        role,
        additional_roles: additional_roles.map_or_else(Vec::new, |roles| roles.to_vec()),
    }
}

fn no_member(user_id: &UserId, org_id: &OrgId) -> Rejection<NotFound> {
    Rejection::missing(&format!("member {user_id:?} of the organization"), org_id)
}
