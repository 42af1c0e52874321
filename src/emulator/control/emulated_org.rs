//! A handle for an organization of the emulator.

use std::{fmt, sync::Arc};

use crate::{
    access::RequiredOrg,
    api::{
        AddUserToOrg, ChangeUserRoleInOrg, DeleteOrg, Organization, RemoveUserFromOrg, UpdateOrg,
    },
    emulator::{
        control::{EmulatorError, error::into_emulator_result},
        http::Shared,
        operations::handler::Handler,
        state::{Store, ids::canonical},
    },
    endpoint::Endpoint,
    words::ids::{OrgId, UserId},
};

/// An organization of an [`Emulator`](super::Emulator), made by
/// [`emulated_org`](super::Emulator::emulated_org), to pass wherever its id is expected.
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
/// acme.change_user_role(&alice, "Admin")?;
///
/// let token = alice.log_in_to_org(&acme)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EmulatedOrg {
    shared: Arc<Shared>,
    org_id: OrgId,
}

impl EmulatedOrg {
    pub(super) fn new(shared: &Arc<Shared>, org_id: impl Into<OrgId>) -> Self {
        Self {
            shared: Arc::clone(shared),
            org_id: canonical(org_id),
        }
    }

    /// Returns the id of the organization.
    #[must_use]
    pub fn id(&self) -> &OrgId {
        &self.org_id
    }

    /// Returns the organization as it is now, or `None` if it was deleted.
    #[must_use]
    pub fn metadata(&self) -> Option<Organization> {
        let store = self.shared.lock_store();
        let record = store.orgs.get(&self.org_id)?;
        Some(record.to_organization())
    }

    /// Returns the role of a member, or `None` if the user is not a member.
    ///
    /// With several roles per user, this is the first of them.
    #[must_use]
    pub fn role_of(&self, user_id: impl Into<UserId>) -> Option<String> {
        let store = self.shared.lock_store();
        let user = store.users.get(&canonical::<UserId>(user_id))?;
        let membership = user.memberships.get(&self.org_id)?;
        Some(membership.role.clone())
    }

    /// Adds a user to the organization, with a role.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user or the role does not exist, if the user is
    /// already a member, or if the organization was deleted or does not admit the user.
    pub fn add_user(
        &self,
        user_id: impl Into<UserId>,
        role: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        self.call(AddUserToOrg::new(user_id, &self.org_id, role))
    }

    /// Changes the role of a member.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user is not a member or the role does not exist.
    pub fn change_user_role(
        &self,
        user_id: impl Into<UserId>,
        role: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        self.call(ChangeUserRoleInOrg::new(user_id, &self.org_id, role))
    }

    /// Removes a member from the organization.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user is not a member.
    pub fn remove_user(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        self.call(RemoveUserFromOrg::new(user_id, &self.org_id))
    }

    /// Renames the organization. Its URL-safe name changes with it.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the name is empty or the organization was deleted.
    pub fn rename(&self, name: impl Into<String>) -> Result<(), EmulatorError> {
        self.call(UpdateOrg::new(&self.org_id).name(name))
    }

    /// Deletes the organization, its memberships and its invitations.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the organization was deleted before.
    pub fn delete(&self) -> Result<(), EmulatorError> {
        self.call(DeleteOrg::new(&self.org_id))
    }

    fn call<E: Endpoint>(&self, request: E) -> Result<E::Response, EmulatorError>
    where
        Store: Handler<E>,
    {
        into_emulator_result(self.shared.lock_store().handle_call(request))
    }
}

impl From<EmulatedOrg> for OrgId {
    fn from(org: EmulatedOrg) -> Self {
        org.org_id
    }
}

impl From<&EmulatedOrg> for OrgId {
    fn from(org: &EmulatedOrg) -> Self {
        org.org_id.clone()
    }
}

impl From<&EmulatedOrg> for RequiredOrg {
    fn from(org: &EmulatedOrg) -> Self {
        Self::from(&org.org_id)
    }
}

/// Two handles are equal if they are for the same id.
impl PartialEq for EmulatedOrg {
    fn eq(&self, other: &Self) -> bool {
        self.org_id == other.org_id
    }
}

impl Eq for EmulatedOrg {}

impl fmt::Display for EmulatedOrg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.org_id.fmt(f)
    }
}

impl fmt::Debug for EmulatedOrg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EmulatedOrg").field(&self.org_id).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::{emulator::Emulator, words::ids::OrgId};

    #[actix_web::test]
    async fn emulated_org_changes_its_organization() {
        let emulator = Emulator::start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme Inc").unwrap());
        assert_eq!(acme.role_of(&alice), None);
        assert!(acme.change_user_role(&alice, "Admin").is_err());
        acme.add_user(&alice, "Member").unwrap();
        acme.change_user_role(&alice, "Admin").unwrap();
        assert_eq!(acme.role_of(&alice).as_deref(), Some("Admin"));
        acme.remove_user(&alice).unwrap();
        assert_eq!(acme.role_of(&alice), None);

        acme.rename("Acme Ltd").unwrap();
        assert_eq!(acme.metadata().unwrap().name, "Acme Ltd");
        assert_eq!(emulator.org(&acme), acme.metadata());
        acme.delete().unwrap();
        assert_eq!(acme.metadata(), None);
        assert!(acme.delete().is_err() && acme.add_user(&alice, "Member").is_err());
    }

    #[actix_web::test]
    async fn emulated_org_stands_for_its_id() {
        let emulator = Emulator::start().await.unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme Inc").unwrap());
        assert_eq!(OrgId::from(&acme), *acme.id());
        assert_eq!(acme.to_string(), acme.id().as_str());
        assert_eq!(acme, acme.clone());
        assert!(format!("{acme:?}").starts_with("EmulatedOrg("));
    }
}
