//! A user, and what it is in its organizations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{api::UserMetadata, emulator::state::Account, id::OrgId};

/// A user; the memberships are kept apart from the metadata and put in when they are asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UserRecord {
    pub(crate) metadata: UserMetadata,
    #[serde(default)]
    pub(crate) memberships: BTreeMap<OrgId, Membership>,
    #[serde(default)]
    pub(crate) account: Account,
}

impl UserRecord {
    /// Returns what users are sorted by where nothing else was asked for: the oldest first.
    pub(crate) fn age(&self) -> (i64, u64) {
        (self.metadata.created_at, self.account.number)
    }
}

/// What a user is in one organization.
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
