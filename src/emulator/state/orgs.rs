//! All organizations, with indices by order of creation and URL-safe name.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    emulator::state::{OrgRecord, ids::is_uuid},
    words::{ids::OrgId, url_safe::url_safe},
};

/// The organizations by id. A snapshot contains this map; the indices are built when it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<OrgId, OrgRecord>")]
pub(crate) struct Orgs {
    records: BTreeMap<OrgId, OrgRecord>,
    /// The numbers of the records, which never change.
    numbers: BTreeSet<(u64, OrgId)>,
    /// The URL-safe names. A snapshot that was written by hand can contain one twice.
    slugs: BTreeSet<(String, OrgId)>,
    /// Each organization that was changed since the last look, as it was then, or `None` if it is new.
    before: BTreeMap<OrgId, Option<OrgRecord>>,
}

/// Texts that cannot be URL-safe names, because paths have them in the same place.
const RESERVED: [&str; 1] = ["query"];

impl Orgs {
    pub(crate) fn insert(&mut self, org_id: OrgId, org: OrgRecord) {
        self.remove(&org_id);
        self.note_before(&org_id);
        self.numbers.insert((org.number, org_id.clone()));
        self.slugs
            .insert((org.url_safe_org_slug.clone(), org_id.clone()));
        self.records.insert(org_id, org);
    }

    /// Renames an organization and updates its URL-safe name.
    pub(crate) fn rename(&mut self, org_id: &OrgId, name: String) {
        let slug = self.free_slug(&name, Some(org_id));
        self.note_before(org_id);
        if let Some(org) = self.records.get_mut(org_id) {
            self.slugs
                .remove(&(org.url_safe_org_slug.clone(), org_id.clone()));
            self.slugs.insert((slug.clone(), org_id.clone()));
            org.url_safe_org_slug = slug;
            org.name = name;
        }
    }

    /// Returns a URL-safe form of a name that no other organization has.
    ///
    /// The result is never a UUID, so that it cannot be mistaken for an organization's id.
    pub(crate) fn free_slug(&self, name: &str, but: Option<&OrgId>) -> String {
        let mut slug = url_safe(name);
        if slug.is_empty() {
            slug.push_str("org");
        } else if is_uuid(&slug) || RESERVED.contains(&&*slug) {
            slug.insert_str(0, "org-");
        }
        let numbered = (2_u64..).map(|number| format!("{slug}-{number}"));
        let mut slugs = std::iter::once(slug.clone()).chain(numbered);
        let free = slugs.find(|slug| !self.is_slug_taken(slug, but));
        free.unwrap_or(slug)
    }

    fn is_slug_taken(&self, slug: &str, but: Option<&OrgId>) -> bool {
        let first = (slug.to_owned(), OrgId::from("")); // no id is less
        let same = self.slugs.range(first..);
        let mut same = same.take_while(|(it, _)| it == slug);
        same.any(|(_, org_id)| Some(org_id) != but)
    }

    /// Returns an organization to change anything but its names, which are indexed.
    pub(crate) fn get_mut(&mut self, org_id: &OrgId) -> Option<&mut OrgRecord> {
        self.note_before(org_id);
        self.records.get_mut(org_id)
    }

    /// Removes an organization. Returns `true` if it existed.
    pub(crate) fn remove(&mut self, org_id: &OrgId) -> bool {
        if self.records.contains_key(org_id) {
            self.note_before(org_id);
        }
        let org = self.records.remove(org_id);
        let org = org.map(|org| {
            self.numbers.remove(&(org.number, org_id.clone()));
            self.slugs
                .remove(&(org.url_safe_org_slug.clone(), org_id.clone()));
        });
        org.is_some()
    }

    /// Returns and forgets the organizations that were changed since the last call, as they were then, or
    /// `None` for a new one.
    pub(crate) fn take_before(&mut self) -> BTreeMap<OrgId, Option<OrgRecord>> {
        std::mem::take(&mut self.before)
    }

    /// Makes every organization count as changed that is here or in the organizations before.
    pub(crate) fn set_before(&mut self, old: &Self) {
        let new = self.records.keys().map(|org_id| (org_id.clone(), None));
        let mut before: BTreeMap<_, _> = new.collect();
        let old = old.records.iter();
        before.extend(old.map(|(org_id, org)| (org_id.clone(), Some(org.clone()))));
        self.before = before;
    }

    /// Keeps an organization as it is before its first change.
    fn note_before(&mut self, org_id: &OrgId) {
        if !self.before.contains_key(org_id) {
            let org = self.records.get(org_id).cloned();
            self.before.insert(org_id.clone(), org);
        }
    }

    /// Returns a number greater than that of every organization.
    pub(crate) fn next_number(&self) -> u64 {
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
        let slugs = records.iter();
        let slugs = slugs.map(|(org_id, org)| (org.url_safe_org_slug.clone(), org_id.clone()));
        Self {
            numbers: numbers.collect(),
            slugs: slugs.collect(),
            records,
            before: BTreeMap::new(),
        }
    }
}

impl Serialize for Orgs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}
