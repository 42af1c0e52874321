//! An organization, as the emulator keeps it.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::{
    api::Organization,
    emulator::state::{Connection, Idp},
};

/// An organization: what the backend API tells, and what it does not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrgRecord {
    #[serde(flatten)]
    pub(crate) org: Organization,
    pub(crate) created_at: i64,
    /// Its place in the order of creation, as many are created within one second.
    pub(crate) number: u64,
    /// From when on members need a second factor, in seconds since 1970.
    pub(crate) requires_2fa_by: Option<i64>,
    pub(crate) connection: Option<Connection>,
}

impl OrgRecord {
    /// Returns what the backend API tells: there is metadata even where none was set.
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
    /// Describes the identity provider; a connection that is live stays so.
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
