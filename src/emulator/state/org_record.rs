//! The record of an organization.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::{
    api::Organization,
    emulator::state::{Connection, Idp},
};

/// An organization: the part that the backend API returns, and the rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrgRecord {
    #[serde(flatten)]
    pub(crate) org: Organization,
    pub(crate) created_at: i64,
    /// The position in the order of creation, because many can be created in one second.
    pub(crate) number: u64,
    /// When members start to need a second factor, as a Unix timestamp in seconds.
    pub(crate) requires_2fa_by: Option<i64>,
    pub(crate) connection: Option<Connection>,
}

impl OrgRecord {
    /// Returns the organization as the backend API does: with metadata even if none was set.
    pub(crate) fn to_organization(&self) -> Organization {
        let mut org = self.org.clone();
        org.metadata.get_or_insert_default();
        org
    }
}

impl Deref for OrgRecord {
    type Target = Organization;

    fn deref(&self) -> &Organization {
        &self.org
    }
}

impl DerefMut for OrgRecord {
    fn deref_mut(&mut self) -> &mut Organization {
        &mut self.org
    }
}

impl OrgRecord {
    /// Sets the identity provider. A connection that is live remains live.
    pub(crate) fn set_connection(&mut self, idp: Idp) {
        let is_live = self.connection.as_ref().is_some_and(|it| it.is_live);
        self.connection = Some(Connection { idp, is_live });
        self.update_connection_flags();
    }

    pub(crate) fn update_connection_flags(&mut self) {
        let is_live = self.connection.as_ref().map(|it| it.is_live);
        self.is_saml_configured = is_live.is_some();
        self.is_saml_in_test_mode = is_live == Some(false);
    }
}
