//! All API keys, with indices by id and token.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    ops::Deref,
};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    emulator::state::{ApiKeyRecord, Limit},
    words::ids::ApiKeyId,
};

/// All API keys and their usage.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiKeys {
    pub(crate) keys: ApiKeyTable,
    /// The validations of all keys of an owner that count toward its limit, by the owner's id.
    pub(crate) of_owners: BTreeMap<String, Limit>,
}

/// The keys in the order of creation, as in a snapshot. No key is ever removed, so each keeps its
/// position.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<ApiKeyRecord>")]
pub(crate) struct ApiKeyTable {
    records: Vec<ApiKeyRecord>,
    by_id: BTreeMap<ApiKeyId, usize>,
    /// By the hash of the token, so that `Debug` output of the index has no tokens.
    by_token: BTreeSet<(u64, usize)>,
    /// The keys that were deleted since the last look.
    deleted: Vec<ApiKeyId>,
}

impl ApiKeyTable {
    pub(crate) fn push(&mut self, record: ApiKeyRecord) {
        let place = self.records.len();
        let by_id = self.by_id.entry(record.key.api_key_id.clone());
        by_id.or_insert(place);
        self.by_token.insert((hash(record.token.expose()), place));
        self.records.push(record);
    }

    pub(crate) fn get(&self, id: &ApiKeyId) -> Option<&ApiKeyRecord> {
        self.records.get(*self.by_id.get(id)?)
    }

    /// Returns a key to change anything but its id and token, which are indexed.
    pub(crate) fn get_mut(&mut self, id: &ApiKeyId) -> Option<&mut ApiKeyRecord> {
        self.records.get_mut(*self.by_id.get(id)?)
    }

    /// Returns the keys with a token. An imported token can be imported again after a deletion.
    pub(crate) fn with_token(&self, token: &str) -> impl Iterator<Item = &ApiKeyRecord> {
        let hash = hash(token);
        let places = self.by_token.range((hash, 0)..=(hash, usize::MAX));
        let records = places.filter_map(|(_, place)| self.records.get(*place));
        records.filter(move |record| record.token.expose() == token)
    }

    /// Gives a new key the token that a seed contains. The id is the beginning of the token, as in the
    /// keys that PropelAuth creates. Returns `false` if another key has the token or the id.
    pub(crate) fn set_token(&mut self, id: &ApiKeyId, token: &str) -> bool {
        let new_id = ApiKeyId::from(token.chars().take(32).collect::<String>());
        if self.with_token(token).next().is_some() || self.by_id.contains_key(&new_id) {
            return false;
        }
        let place = self.by_id.remove(id);
        let record = place.and_then(|place| Some((place, self.records.get_mut(place)?)));
        let Some((place, record)) = record else {
            return false;
        };
        self.by_token.remove(&(hash(record.token.expose()), place));
        self.by_token.insert((hash(token), place));
        record.token = token.into();
        record.key.api_key_id = new_id.clone();
        self.by_id.insert(new_id, place);
        true
    }

    /// Marks a key as deleted and clears its token. The record remains because its usage counts.
    pub(crate) fn delete(&mut self, id: &ApiKeyId) {
        let Some(place) = self.by_id.get(id) else {
            return;
        };
        if let Some(record) = self.records.get_mut(*place) {
            self.by_token.remove(&(hash(record.token.expose()), *place));
            record.is_deleted = true;
            self.deleted.push(id.clone());
            record.token = "".into();
        }
    }
}

impl ApiKeyTable {
    /// Returns and forgets the keys that were deleted since the last call.
    pub(crate) fn take_deleted(&mut self) -> Vec<ApiKeyId> {
        std::mem::take(&mut self.deleted)
    }
}

fn hash(token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

impl Deref for ApiKeyTable {
    type Target = [ApiKeyRecord];

    fn deref(&self) -> &[ApiKeyRecord] {
        &self.records
    }
}

impl From<Vec<ApiKeyRecord>> for ApiKeyTable {
    fn from(records: Vec<ApiKeyRecord>) -> Self {
        let mut keys = Self::default();
        for record in records {
            keys.push(record);
        }
        keys
    }
}

impl Serialize for ApiKeyTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}
