//! All SCIM groups, in the order of creation.
//!
//! A changed group is kept as it was before, from which webhook events are derived.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    emulator::state::ScimGroupRecord,
    words::ids::{OrgId, ScimGroupId, UserId},
};

/// The SCIM groups. A snapshot contains them as a list, oldest first.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<ScimGroupRecord>")]
pub(crate) struct ScimGroups {
    records: Vec<ScimGroupRecord>,
    /// Each group that was changed since the last look, as it was then, or `None` if it is new.
    before: BTreeMap<ScimGroupId, Option<ScimGroupRecord>>,
}

impl ScimGroups {
    pub(crate) fn push(&mut self, group: ScimGroupRecord) {
        self.before.entry(group.group_id.clone()).or_insert(None);
        self.records.push(group);
    }

    /// Returns a group to change anything but its id.
    pub(crate) fn get_mut(&mut self, group_id: &ScimGroupId) -> Option<&mut ScimGroupRecord> {
        let mut records = self.records.iter_mut();
        let group = records.find(|group| group.group_id == *group_id)?;
        let before = self.before.entry(group_id.clone());
        before.or_insert_with(|| Some(group.clone()));
        Some(group)
    }

    /// Removes a user from the groups of an organization.
    pub(crate) fn remove_member(&mut self, org_id: &OrgId, user_id: &UserId) {
        let records = self.records.iter();
        let with = records.filter(|it| it.org_id == *org_id && it.members.contains(user_id));
        let with: BTreeSet<ScimGroupId> = with.map(|group| group.group_id.clone()).collect();
        for group_id in with {
            if let Some(group) = self.get_mut(&group_id) {
                group.members.remove(user_id);
            }
        }
    }

    /// Removes the groups for which a function returns `false`.
    pub(crate) fn retain(&mut self, keep: impl Fn(&ScimGroupRecord) -> bool) {
        let removed = self.records.iter().filter(|group| !keep(group));
        for group in removed {
            let before = self.before.entry(group.group_id.clone());
            before.or_insert_with(|| Some(group.clone()));
        }
        self.records.retain(keep);
    }

    /// Returns and forgets the groups that were changed since the last call, as they were then, or `None`
    /// for a new one.
    pub(crate) fn take_before(&mut self) -> BTreeMap<ScimGroupId, Option<ScimGroupRecord>> {
        std::mem::take(&mut self.before)
    }
}

impl Deref for ScimGroups {
    type Target = [ScimGroupRecord];

    fn deref(&self) -> &[ScimGroupRecord] {
        &self.records
    }
}

impl From<Vec<ScimGroupRecord>> for ScimGroups {
    fn from(records: Vec<ScimGroupRecord>) -> Self {
        Self {
            records,
            before: BTreeMap::new(),
        }
    }
}

impl Serialize for ScimGroups {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}
