//! API keys, and how often they were used.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    api::{ApiKey, ApiKeyRateLimit, SerializableSecret},
    emulator::state::ApiKeyTable,
};

/// All API keys, and how often they were used.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiKeys {
    pub(crate) keys: ApiKeyTable,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiKeyRecord {
    pub(crate) key: ApiKey,
    /// What the holder sends: 96 hexadecimal digits, or any text if the key was imported.
    pub(crate) token: SerializableSecret,
    #[serde(default)]
    pub(crate) is_imported: bool,
    /// A deleted key is kept for its use only.
    #[serde(default)]
    pub(crate) is_deleted: bool,
    #[serde(default)]
    pub(crate) limit: Option<Limit>,
    /// How many validations succeeded, by day.
    #[serde(default)]
    pub(crate) used: BTreeMap<String, u64>,
}

/// How often one key may be validated.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) validations: u32,
    pub(crate) per_seconds: i64,
    /// When it was validated, as far as that still counts.
    #[serde(default)]
    pub(crate) taken: Vec<i64>,
}

impl Limit {
    /// Counts one validation, or tells how long to wait for the next one.
    pub(crate) fn take(&mut self, now: i64) -> Result<(), ApiKeyRateLimit> {
        let per = self.per_seconds;
        self.taken.retain(|at| now.saturating_sub(*at) < per);
        if self.taken.len() < usize::try_from(self.validations).unwrap_or(usize::MAX) {
            self.taken.push(now);
            return Ok(());
        }
        let oldest = self.taken.iter().min().copied().unwrap_or(now);
        let wait = oldest.saturating_add(per).saturating_sub(now);
        let wait = Duration::from_secs(u64::try_from(wait).unwrap_or(0));
        Err(ApiKeyRateLimit::new(wait))
    }
}
