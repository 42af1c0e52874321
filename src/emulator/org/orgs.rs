//! All organizations, and the order in which they were created.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use serde::{Deserialize, Serialize, Serializer};

use super::OrgRecord;
use crate::id::OrgId;

/// The organizations by id, which is all that a snapshot has of them. It reads like the map that
/// it holds.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<OrgId, OrgRecord>")]
pub(in crate::emulator) struct Orgs {
    records: BTreeMap<OrgId, OrgRecord>,
    /// Those of the records, which keep theirs for life.
    numbers: BTreeSet<(u64, OrgId)>,
}

impl Orgs {
    pub(super) fn insert(&mut self, org_id: OrgId, org: OrgRecord) {
        self.remove(&org_id);
        self.numbers.insert((org.number, org_id.clone()));
        self.records.insert(org_id, org);
    }

    pub(in crate::emulator) fn get_mut(&mut self, org_id: &OrgId) -> Option<&mut OrgRecord> {
        self.records.get_mut(org_id)
    }

    /// Removes an organization and tells whether there was one.
    pub(super) fn remove(&mut self, org_id: &OrgId) -> bool {
        let org = self.records.remove(org_id);
        let org = org.map(|org| self.numbers.remove(&(org.number, org_id.clone())));
        org.is_some()
    }

    /// Returns a number above that of every organization there is.
    pub(super) fn next_number(&self) -> u64 {
        let last = self.numbers.last();
        last.map_or(0, |(number, _)| number.saturating_add(1))
    }
}

impl Deref for Orgs {
    type Target = BTreeMap<OrgId, OrgRecord>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

impl From<BTreeMap<OrgId, OrgRecord>> for Orgs {
    fn from(records: BTreeMap<OrgId, OrgRecord>) -> Self {
        let numbers = records.iter();
        let numbers = numbers.map(|(org_id, org)| (org.number, org_id.clone()));
        Self {
            numbers: numbers.collect(),
            records,
        }
    }
}

impl Serialize for Orgs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}
