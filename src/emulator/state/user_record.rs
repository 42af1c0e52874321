//! The records of users and their memberships.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{api::UserMetadata, emulator::state::Account, words::ids::OrgId};

/// A user. The memberships are not part of the stored metadata; they are added on request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UserRecord {
    pub(crate) metadata: UserMetadata,
    #[serde(default)]
    pub(crate) memberships: BTreeMap<OrgId, Membership>,
    #[serde(default)]
    pub(crate) account: Account,
}

impl UserRecord {
    /// Returns the default sort key, which orders users by creation.
    pub(crate) fn age(&self) -> (i64, u64) {
        (self.metadata.created_at, self.account.number)
    }
}

/// The roles of a user in one organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) additional_roles: Vec<String>,
}

impl Membership {
    pub(crate) fn has(&self, role: &str) -> bool {
        self.role == role || self.additional_roles.iter().any(|it| it == role)
    }
}
