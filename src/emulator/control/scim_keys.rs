//! SCIM keys, with which identity providers call PropelAuth. The backend API knows nothing of them.

use crate::{
    emulator::{
        control::{Emulator, EmulatorError},
        state::{Happening, Store, ids::canonical},
    },
    words::ids::OrgId,
};

impl Emulator {
    /// Adds a SCIM key to an organization, as a member does on PropelAuth's hosted pages, and returns its id.
    ///
    /// The key gives access to nothing: the emulator has no SCIM API. It causes the event
    /// `org.scim_key_created`.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the organization does not exist.
    pub fn add_scim_key(&self, org_id: impl Into<OrgId>) -> Result<String, EmulatorError> {
        add(&mut self.store(), canonical(org_id))
    }

    /// Revokes a SCIM key. Returns `true` if it existed.
    pub fn revoke_scim_key(&self, scim_key_id: impl Into<String>) -> bool {
        revoke(&mut self.store(), &scim_key_id.into())
    }
}

/// Adds a key to an organization, and returns its id.
pub(super) fn add(store: &mut Store, org_id: OrgId) -> Result<String, EmulatorError> {
    if !store.orgs.contains_key(&org_id) {
        return Err(EmulatorError::missing("organization", &org_id));
    }
    let scim_key_id = store.ids.uuid_of(&["scim key", &org_id]);
    store.scim_keys.insert(scim_key_id.clone(), org_id.clone());
    store.happenings.push(Happening::ScimKeyCreated {
        org_id,
        scim_key_id: scim_key_id.clone(),
    });
    Ok(scim_key_id)
}

/// Revokes a key. Returns `true` if it existed.
pub(super) fn revoke(store: &mut Store, scim_key_id: &str) -> bool {
    let Some((scim_key_id, org_id)) = store.scim_keys.remove_entry(scim_key_id) else {
        return false;
    };
    store.happenings.push(Happening::ScimKeyRevoked {
        org_id,
        scim_key_id,
    });
    true
}
