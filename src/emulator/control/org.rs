//! What tests do with organizations besides calling the backend API: what an administrator does
//! in the dashboard, and what users do in their browsers.

use crate::{
    api::{CreateUser, DeleteOrg, InviteUserToOrg, PendingInvite, RemoveUserFromOrg, UpdateOrg},
    emulator::{
        control::{EmulatedUser, Emulator, EmulatorError, error::into_emulator_result},
        operations::handler::Handler as _,
        state::{Membership, RoleMapping, Store, ids::canonical},
    },
    id::{OrgId, UserId},
};

impl Emulator {
    /// Changes what is given of an organization.
    ///
    /// # Errors
    ///
    /// Fails when there is no such organization, or when an argument is wrong.
    pub fn update_org(&self, request: UpdateOrg) -> Result<(), EmulatorError> {
        into_emulator_result(self.store().handle_call(request))
    }

    /// Deletes an organization, its memberships and its invitations.
    ///
    /// # Errors
    ///
    /// Fails when there is no such organization.
    pub fn delete_org(&self, org_id: impl Into<OrgId>) -> Result<(), EmulatorError> {
        into_emulator_result(self.store().handle_call(DeleteOrg::new(org_id)))
    }

    /// Removes a member from an organization.
    ///
    /// # Errors
    ///
    /// Fails when there is no such member.
    pub fn remove_user_from_org(
        &self,
        user_id: impl Into<UserId>,
        org_id: impl Into<OrgId>,
    ) -> Result<(), EmulatorError> {
        into_emulator_result(
            self.store()
                .handle_call(RemoveUserFromOrg::new(user_id, org_id)),
        )
    }

    /// Invites somebody into an organization in the name of one of its members.
    ///
    /// The backend API does so in nobody's name.
    ///
    /// # Errors
    ///
    /// Fails when the inviter is no member, or the invitee is one already, or an argument is
    /// wrong.
    pub fn invite_user_as(
        &self,
        inviter: impl Into<UserId>,
        invite: InviteUserToOrg,
    ) -> Result<(), EmulatorError> {
        let inviter: UserId = canonical(inviter);
        let invite = InviteUserToOrg {
            org_id: canonical(invite.org_id),
            ..invite
        };
        let mut store = self.store();
        let user = store.users.get(&inviter);
        if !user.is_some_and(|user| user.memberships.contains_key(&invite.org_id)) {
            return Err(EmulatorError::Rejected(
                "only members of an organization invite into it".to_owned(),
            ));
        }
        into_emulator_result(store.invite(invite, Some(inviter)))
    }

    /// Returns the invitations that can be accepted, of all organizations, the oldest first.
    #[must_use]
    pub fn pending_invites(&self) -> Vec<PendingInvite> {
        self.store().pending_invites(None)
    }

    /// Accepts an invitation as its recipient does, and returns the member.
    ///
    /// A recipient without an account signs up on the way: the new user has a confirmed e-mail
    /// address and no password. The membership has the role that the invitation offers.
    ///
    /// # Errors
    ///
    /// Fails when there is no such invitation or it has expired, or when the organization has no
    /// room by now.
    pub fn accept_invite(
        &self,
        email: &str,
        org_id: impl Into<OrgId>,
    ) -> Result<EmulatedUser, EmulatorError> {
        let user_id = accept(&mut self.store(), email, &canonical(org_id))?;
        Ok(EmulatedUser::new(&self.shared, user_id))
    }

    /// Sets the roles of a custom role mapping, a new one or one that there is.
    ///
    /// Members of its organizations whose role is gone get the lowest.
    ///
    /// # Errors
    ///
    /// Fails when there is no role, or when a permission was given to a role that there is not.
    pub fn set_custom_role_mapping(
        &self,
        name: impl Into<String>,
        mapping: RoleMapping,
    ) -> Result<(), EmulatorError> {
        mapping.check().map_err(EmulatorError::Project)?;
        let mut store = self.store();
        let mappings = &mut store.project.custom_role_mappings;
        mappings.insert(name.into(), mapping);
        replace_all_removed_roles(&mut store);
        Ok(())
    }

    /// Sets the roles of the default role mapping, that of all organizations without another.
    ///
    /// Members whose role is gone get the lowest.
    ///
    /// # Errors
    ///
    /// Fails when there is no role, or when a permission was given to a role that there is not.
    pub fn set_default_role_mapping(&self, mapping: RoleMapping) -> Result<(), EmulatorError> {
        mapping.check().map_err(EmulatorError::Project)?;
        let mut store = self.store();
        store.project.roles = mapping;
        replace_all_removed_roles(&mut store);
        Ok(())
    }

    /// Returns from when on the members of an organization need a second factor, in seconds since
    /// 1970 (unix time), where that was set.
    #[must_use]
    pub fn org_requires_2fa_by(&self, org_id: impl Into<OrgId>) -> Option<i64> {
        let store = self.store();
        store.orgs.get(&canonical::<OrgId>(org_id))?.requires_2fa_by
    }

    /// Returns the organization that a link for setting up SAML is good for, unless the link has
    /// expired.
    #[must_use]
    pub fn saml_connection_link_org(&self, url: &str) -> Option<OrgId> {
        let store = self.store();
        let link = store.saml_links.get(url)?;
        (link.expires_at > store.now()).then(|| link.org_id.clone())
    }
}

fn accept(store: &mut Store, email: &str, org_id: &OrgId) -> Result<UserId, EmulatorError> {
    let no_invite = || EmulatorError::Rejected(format!("there is no invitation of {email:?}"));
    let invite = store.take_invite(org_id, email).ok_or_else(no_invite)?;
    store.invites.push(invite.clone()); // it is used up by joining, and stays if that fails
    let known = store
        .users
        .by_email(email)
        .map(|user| user.metadata.user_id.clone());
    let user_id = match known {
        Some(user_id) => user_id,
        None => {
            into_emulator_result(store.check_entry(org_id, email, "email"))?;
            let user = CreateUser::new(invite.invitee_email).email_confirmed(true);
            into_emulator_result(store.handle(user))?.user_id
        }
    };
    let membership = Membership {
        role: invite.role,
        additional_roles: invite.additional_roles,
    };
    if let Some(mut user) = store.users.get_mut(&user_id) {
        // Whoever follows the link has received the e-mail.
        user.metadata.email_confirmed = true;
    }
    into_emulator_result(store.join(&user_id, org_id, membership, "email"))?;
    Ok(user_id)
}

fn replace_all_removed_roles(store: &mut Store) {
    let org_ids: Vec<OrgId> = store.orgs.keys().cloned().collect();
    for org_id in org_ids {
        store.replace_removed_roles(&org_id);
    }
}
