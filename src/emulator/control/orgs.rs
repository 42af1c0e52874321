//! Organizations: created, read and changed, and their members and invitations.

use crate::{
    api::{
        AddUserToOrg, ChangeUserRoleInOrg, CreateOrg, CreateUser, DeleteOrg, InviteUserToOrg,
        Organization, PendingInvite, RemoveUserFromOrg, UpdateOrg,
    },
    emulator::{
        control::{
            EmulatedOrg, EmulatedUser, Emulator, EmulatorError, error::into_emulator_result,
        },
        operations::handler::Handler as _,
        state::{Membership, Store, ids::canonical},
    },
    words::ids::{OrgId, UserId},
};

impl Emulator {
    /// Creates an organization, from a name or a whole [`CreateOrg`].
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if an argument is invalid, such as an empty name, or if
    /// the project has no organizations.
    pub fn create_org(&self, org: impl Into<CreateOrg>) -> Result<OrgId, EmulatorError> {
        let created = self.call(org.into())?;
        Ok(created.org_id)
    }

    /// Returns a handle for an organization, to change it without repeating its id.
    ///
    /// If the organization does not exist, the methods of the handle fail.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let acme = emulator.emulated_org(emulator.create_org("Acme Inc")?);
    /// acme.add_user(&alice, "Member")?;
    /// assert_eq!(acme.role_of(&alice).as_deref(), Some("Member"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn emulated_org(&self, org_id: impl Into<OrgId>) -> EmulatedOrg {
        EmulatedOrg::new(&self.shared, org_id)
    }

    /// Returns an organization, or `None` if it does not exist.
    #[must_use]
    pub fn org(&self, org_id: impl Into<OrgId>) -> Option<Organization> {
        let store = self.store();
        let record = store.orgs.get(&canonical::<OrgId>(org_id))?;
        Some(record.to_organization())
    }

    /// Changes an organization. Fields that are not set are left unchanged.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the organization does not exist or an argument is
    /// invalid.
    pub fn update_org(&self, request: UpdateOrg) -> Result<(), EmulatorError> {
        self.call(request)
    }

    /// Deletes an organization, its memberships and its invitations.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the organization does not exist.
    pub fn delete_org(&self, org_id: impl Into<OrgId>) -> Result<(), EmulatorError> {
        self.call(DeleteOrg::new(org_id))
    }

    /// Adds a user to an organization, with a role.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user, the organization or the role does not
    /// exist, if the user is already a member, or if the organization does not admit the user.
    pub fn add_user_to_org(
        &self,
        user_id: impl Into<UserId>,
        org_id: impl Into<OrgId>,
        role: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        self.call(AddUserToOrg::new(user_id, org_id, role))
    }

    /// Changes the role of a member.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user is not a member or the role does not exist.
    pub fn change_user_role_in_org(
        &self,
        user_id: impl Into<UserId>,
        org_id: impl Into<OrgId>,
        role: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        self.call(ChangeUserRoleInOrg::new(user_id, org_id, role))
    }

    /// Removes a member from an organization.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user is not a member.
    pub fn remove_user_from_org(
        &self,
        user_id: impl Into<UserId>,
        org_id: impl Into<OrgId>,
    ) -> Result<(), EmulatorError> {
        self.call(RemoveUserFromOrg::new(user_id, org_id))
    }

    /// Sends an invitation on behalf of a member. Invitations sent through the backend API have no
    /// inviter.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the inviter is not a member, the invitee already is,
    /// or an argument is invalid.
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
            return Err(EmulatorError::rejected(
                "only members of an organization can invite to it",
            ));
        }
        into_emulator_result(store.invite(invite, Some(inviter)))
    }

    /// Returns the invitations of all organizations that can still be accepted, oldest first.
    #[must_use]
    pub fn pending_invites(&self) -> Vec<PendingInvite> {
        self.store().pending_invites(None)
    }

    /// Accepts an invitation as its recipient does, and returns the new member.
    ///
    /// A recipient without an account signs up in the process: the new user has a confirmed email
    /// address and no password. The member gets the role that the invitation offers.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let acme = emulator.create_org("Acme Inc")?;
    /// let auth = emulator.propel_auth().await?;
    /// auth.org().invite_user_to_org("bob@example.com", &acme, "Member").await?;
    ///
    /// let bob = emulator.accept_invite("bob@example.com", &acme)?;
    /// assert!(bob.metadata().is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the invitation does not exist or has expired, or if
    /// the organization meanwhile has its maximum number of members.
    pub fn accept_invite(
        &self,
        email: &str,
        org_id: impl Into<OrgId>,
    ) -> Result<EmulatedUser, EmulatorError> {
        let user_id = accept(&mut self.store(), email, &canonical(org_id))?;
        Ok(EmulatedUser::new(&self.shared, user_id))
    }

    /// Returns when the members of an organization start to need a second factor, as a Unix
    /// timestamp in seconds, or `None` if the organization does not require one.
    #[must_use]
    pub fn org_requires_2fa_by(&self, org_id: impl Into<OrgId>) -> Option<i64> {
        let store = self.store();
        store.orgs.get(&canonical::<OrgId>(org_id))?.requires_2fa_by
    }

    /// Returns the organization of a link for setting up SAML, or `None` if the link does not
    /// exist or has expired.
    #[must_use]
    pub fn saml_connection_link_org(&self, url: &str) -> Option<OrgId> {
        let store = self.store();
        let link = store.saml_links.get(url)?;
        (link.expires_at > store.now()).then(|| link.org_id.clone())
    }
}

/// Accepts an invitation, and returns the new member.
pub(super) fn accept(
    store: &mut Store,
    email: &str,
    org_id: &OrgId,
) -> Result<UserId, EmulatorError> {
    let no_invite = || EmulatorError::missing("invitation of", email);
    let invite = store.take_invite(org_id, email).ok_or_else(no_invite)?;
    // Joining uses the invitation up; it has to remain if joining fails.
    store.invites.push(invite.clone());
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
        // The link in the email proves that the user receives emails at this address.
        user.metadata.email_confirmed = true;
    }
    into_emulator_result(store.join(&user_id, org_id, membership, "email"))?;
    Ok(user_id)
}
