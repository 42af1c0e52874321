//! All users, with indices by email address, username and organization.
//!
//! A user is changed through a guard, [`UserMut`], which updates the indices when it is dropped. So
//! no operation can forget to. It also keeps the record as it was before, from which webhook events are
//! derived.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Deref, DerefMut},
};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    emulator::state::{UserRecord, case_fold},
    words::ids::{OrgId, UserId},
};

/// The users by id. A snapshot contains this map; the indices are built when it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<UserId, UserRecord>")]
pub(crate) struct Users {
    records: BTreeMap<UserId, UserRecord>,
    index: Index,
}

/// The indices. In a snapshot that was written by hand, several users can have the same address or
/// name; the one with the lowest id is found.
#[derive(Debug, Default)]
struct Index {
    by_email: BTreeSet<(String, UserId)>,
    by_username: BTreeSet<(String, UserId)>,
    members: BTreeMap<OrgId, BTreeSet<UserId>>,
    changed: ChangeSet,
    /// Each user that was changed since the last look, as it was then, or `None` if it is new.
    before: BTreeMap<UserId, Option<UserRecord>>,
}

/// The users and memberships that may have changed since the last look.
#[derive(Debug, Default)]
pub(crate) struct ChangeSet {
    pub(crate) users: BTreeSet<UserId>,
    pub(crate) memberships: BTreeSet<(OrgId, UserId)>,
}

impl Users {
    pub(crate) fn insert(&mut self, user_id: UserId, user: UserRecord) {
        self.remove(&user_id);
        self.index.note_before(&user_id, None);
        self.index.update(&user_id, &IndexKeys::default(), &user);
        self.records.insert(user_id, user);
    }

    pub(crate) fn get_mut(&mut self, user_id: &UserId) -> Option<UserMut<'_>> {
        let user = self.records.get_mut(user_id)?;
        Some(UserMut {
            before: IndexKeys::of(user),
            user_id: user_id.clone(),
            index: &mut self.index,
            user,
            is_noted: false,
        })
    }

    pub(crate) fn remove(&mut self, user_id: &UserId) {
        if let Some(user) = self.records.remove(user_id) {
            let before = IndexKeys::of(&user);
            self.index.replace(user_id, &before, &IndexKeys::default());
            self.index.note_before(user_id, Some(&user));
        }
    }

    /// Returns the user with an email address, case-insensitively.
    pub(crate) fn by_email(&self, email: &str) -> Option<&UserRecord> {
        let user_id = ids_with_name(&self.index.by_email, case_fold(email)).next()?;
        self.get(user_id)
    }

    /// Returns the user with a username, case-insensitively.
    pub(crate) fn by_username(&self, username: &str) -> Option<&UserRecord> {
        let user_id = ids_with_name(&self.index.by_username, case_fold(username)).next()?;
        self.get(user_id)
    }

    /// Returns the user with an email address or username, case-insensitively.
    pub(crate) fn by_email_or_username(&self, name: &str) -> Option<&UserRecord> {
        let users = [self.by_email(name), self.by_username(name)];
        let users = users.into_iter().flatten();
        users.min_by_key(|user| &user.metadata.user_id)
    }

    /// Returns `true` if another user has an email address.
    pub(crate) fn is_email_taken(&self, email: &str, but: Option<&UserId>) -> bool {
        ids_with_name(&self.index.by_email, case_fold(email)).any(|user_id| Some(user_id) != but)
    }

    /// Returns `true` if another user has a username.
    pub(crate) fn is_username_taken(&self, name: &str, but: Option<&UserId>) -> bool {
        ids_with_name(&self.index.by_username, case_fold(name)).any(|user_id| Some(user_id) != but)
    }

    /// Returns the members of an organization, ordered by id.
    pub(crate) fn members(&self, org_id: &OrgId) -> impl Iterator<Item = &UserRecord> {
        let members = self.index.members.get(org_id).into_iter().flatten();
        members.filter_map(|user_id| self.get(user_id))
    }

    pub(crate) fn member_ids(&self, org_id: &OrgId) -> Vec<UserId> {
        let members = self.index.members.get(org_id).into_iter().flatten();
        members.cloned().collect()
    }

    pub(crate) fn member_count(&self, org_id: &OrgId) -> usize {
        self.index.members.get(org_id).map_or(0, BTreeSet::len)
    }

    /// Adds memberships to those that may have changed.
    pub(crate) fn mark_possibly_changed<'a>(
        &mut self,
        memberships: impl IntoIterator<Item = (&'a OrgId, &'a UserId)>,
    ) {
        let memberships = memberships.into_iter();
        let memberships = memberships.map(|(org_id, user_id)| (org_id.clone(), user_id.clone()));
        self.index.changed.memberships.extend(memberships);
    }

    /// Returns and forgets the users that were changed since the last call, as they were then, or `None`
    /// for a new one.
    pub(crate) fn take_before(&mut self) -> BTreeMap<UserId, Option<UserRecord>> {
        std::mem::take(&mut self.index.before)
    }

    /// Makes every user count as changed that is here or in the users before.
    pub(crate) fn set_before(&mut self, old: &Self) {
        let new = self.records.keys().map(|user_id| (user_id.clone(), None));
        let mut before: BTreeMap<_, _> = new.collect();
        let old = old.records.iter();
        before.extend(old.map(|(user_id, user)| (user_id.clone(), Some(user.clone()))));
        self.index.before = before;
    }

    /// Returns and clears what may have changed since the last call.
    pub(crate) fn take_changes(&mut self) -> ChangeSet {
        std::mem::take(&mut self.index.changed)
    }
}

impl Deref for Users {
    type Target = BTreeMap<UserId, UserRecord>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

impl From<BTreeMap<UserId, UserRecord>> for Users {
    fn from(records: BTreeMap<UserId, UserRecord>) -> Self {
        let mut index = Index::default();
        for (user_id, user) in &records {
            index.update(user_id, &IndexKeys::default(), user);
        }
        Self { records, index }
    }
}

impl Serialize for Users {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}

/// A guard for changing a user, which updates the indices when it is dropped.
pub(crate) struct UserMut<'a> {
    user: &'a mut UserRecord,
    user_id: UserId,
    before: IndexKeys,
    index: &'a mut Index,
    /// Whether the record as it was before is kept.
    is_noted: bool,
}

impl Deref for UserMut<'_> {
    type Target = UserRecord;

    fn deref(&self) -> &UserRecord {
        self.user
    }
}

impl DerefMut for UserMut<'_> {
    fn deref_mut(&mut self) -> &mut UserRecord {
        if !self.is_noted {
            self.index.note_before(&self.user_id, Some(self.user));
            self.is_noted = true;
        }
        self.user
    }
}

impl Drop for UserMut<'_> {
    fn drop(&mut self) {
        self.index.update(&self.user_id, &self.before, self.user);
    }
}

/// The entries of a user in the indices.
#[derive(Debug, Default, PartialEq, Eq)]
struct IndexKeys {
    email: Option<String>,
    username: Option<String>,
    orgs: BTreeSet<OrgId>,
}

impl IndexKeys {
    fn of(user: &UserRecord) -> Self {
        Self {
            email: Some(case_fold(&user.metadata.email)),
            username: user.metadata.username.as_deref().map(case_fold),
            orgs: user.memberships.keys().cloned().collect(),
        }
    }
}

impl Index {
    /// Keeps a user as it is before its first change.
    fn note_before(&mut self, user_id: &UserId, user: Option<&UserRecord>) {
        if !self.before.contains_key(user_id) {
            self.before.insert(user_id.clone(), user.cloned());
        }
    }

    fn update(&mut self, user_id: &UserId, before: &IndexKeys, user: &UserRecord) {
        self.replace(user_id, before, &IndexKeys::of(user));
    }

    fn replace(&mut self, user_id: &UserId, before: &IndexKeys, after: &IndexKeys) {
        self.changed.users.insert(user_id.clone());
        rename(&mut self.by_email, user_id, &before.email, &after.email);
        let (old, new) = (&before.username, &after.username);
        rename(&mut self.by_username, user_id, old, new);
        for org_id in after.orgs.difference(&before.orgs) {
            let members = self.members.entry(org_id.clone()).or_default();
            members.insert(user_id.clone());
        }
        for org_id in before.orgs.difference(&after.orgs) {
            if let Some(members) = self.members.get_mut(org_id) {
                members.remove(user_id);
                if members.is_empty() {
                    self.members.remove(org_id);
                }
            }
        }
        let moves = before.orgs.symmetric_difference(&after.orgs);
        let moves = moves.map(|org_id| (org_id.clone(), user_id.clone()));
        self.changed.memberships.extend(moves);
    }
}

fn rename(
    index: &mut BTreeSet<(String, UserId)>,
    user_id: &UserId,
    old: &Option<String>,
    new: &Option<String>,
) {
    if old == new {
        return;
    }
    if let Some(old) = old {
        index.remove(&(old.clone(), user_id.clone()));
    }
    if let Some(new) = new {
        index.insert((new.clone(), user_id.clone()));
    }
}

/// Returns the ids of the users with a name, in order.
fn ids_with_name(
    index: &BTreeSet<(String, UserId)>,
    name: String,
) -> impl Iterator<Item = &UserId> {
    let first = (name.clone(), UserId::from("")); // no id is less
    let from = index.range(first..);
    from.take_while(move |(it, _)| *it == name)
        .map(|(_, user_id)| user_id)
}

#[cfg(test)]
mod tests;
