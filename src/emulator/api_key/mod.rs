//! API keys, as the emulator keeps them.

mod control;
mod fetch;
mod keys;
mod manage;
mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::keys::Keys;
use super::store::Store;
use crate::{
    api::{ApiKey, SerializableSecret},
    id::ApiKeyId,
};

/// All API keys, and how often they were used.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ApiKeys {
    keys: Keys,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiKeyRecord {
    key: ApiKey,
    /// What the holder sends: 96 hexadecimal digits, or any text if the key was imported.
    token: SerializableSecret,
    #[serde(default)]
    is_imported: bool,
    /// A deleted key is kept for its use only.
    #[serde(default)]
    is_deleted: bool,
    #[serde(default)]
    limit: Option<Limit>,
    /// How many validations succeeded, by day.
    #[serde(default)]
    used: BTreeMap<String, u64>,
}

/// How often one key may be validated.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    validations: u32,
    per_seconds: i64,
    /// When it was validated, as far as that still counts.
    #[serde(default)]
    taken: Vec<i64>,
}

impl Store {
    /// Returns a key that can be seen: it was not deleted, and neither was its owner.
    fn api_key(&self, id: &ApiKeyId) -> Option<&ApiKeyRecord> {
        let record = self.api_keys.keys.get(id);
        record.filter(|record| self.exists(record))
    }

    fn exists(&self, record: &ApiKeyRecord) -> bool {
        let key = &record.key;
        let has_user = key
            .user_id
            .as_ref()
            .is_none_or(|it| self.users.contains_key(it));
        let has_org = key
            .org_id
            .as_ref()
            .is_none_or(|it| self.orgs.contains_key(it));
        has_user && has_org && !record.is_deleted
    }

    fn is_expired(&self, key: &ApiKey) -> bool {
        key.expires_at_seconds.is_some_and(|at| at <= self.now())
    }
}
