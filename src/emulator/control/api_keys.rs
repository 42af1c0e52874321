//! End users' API keys: created, read, rate limited and expired.

use std::time::Duration;

use crate::{
    api::{ApiKey, CreateApiKey, CreatedApiKey, ImportApiKey, ImportedApiKey},
    emulator::{
        control::{Emulator, EmulatorError},
        state::{ApiKeyRecord, Limit, Store, ids::canonical},
    },
    words::ids::ApiKeyId,
};

impl Emulator {
    /// Creates an API key.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user or the organization does not exist, or if
    /// the expiry is in the past.
    pub fn create_api_key(&self, request: CreateApiKey) -> Result<CreatedApiKey, EmulatorError> {
        self.call(request)
    }

    /// Imports an API key that was created elsewhere.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] as [`create_api_key`](Self::create_api_key) does, and if
    /// the key was already imported.
    pub fn import_api_key(&self, request: ImportApiKey) -> Result<ImportedApiKey, EmulatorError> {
        self.call(request)
    }

    /// Returns the API key of an end user or an organization, or `None` if it does not exist.
    #[must_use]
    pub fn end_user_api_key(&self, api_key_id: impl Into<ApiKeyId>) -> Option<ApiKey> {
        let store = self.store();
        let record = store.api_key(&canonical::<ApiKeyId>(api_key_id))?;
        Some(record.key.clone())
    }

    /// Limits how often an API key can be validated in a period, counted in whole seconds. Further
    /// validations are refused with 429 until the period has passed. By default, API keys have no
    /// rate limit.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the key does not exist.
    pub fn rate_limit_api_key(
        &self,
        api_key_id: impl Into<ApiKeyId>,
        validations: u32,
        per: Duration,
    ) -> Result<(), EmulatorError> {
        self.change_api_key(&canonical::<ApiKeyId>(api_key_id), |record| {
            record.limit = Some(Limit {
                validations,
                per_seconds: i64::try_from(per.as_secs()).unwrap_or(i64::MAX),
                taken: Vec::new(),
            });
        })
    }

    /// Removes the rate limit of an API key.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the key does not exist.
    pub fn unlimit_api_key(&self, api_key_id: impl Into<ApiKeyId>) -> Result<(), EmulatorError> {
        self.change_api_key(&canonical::<ApiKeyId>(api_key_id), |record| {
            record.limit = None;
        })
    }

    /// Expires an API key now.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the key does not exist.
    pub fn expire_api_key(&self, api_key_id: impl Into<ApiKeyId>) -> Result<(), EmulatorError> {
        let now = self.now();
        self.change_api_key(&canonical::<ApiKeyId>(api_key_id), |record| {
            record.key.expires_at_seconds = Some(now);
        })
    }

    fn change_api_key(
        &self,
        api_key_id: &ApiKeyId,
        change: impl FnOnce(&mut ApiKeyRecord),
    ) -> Result<(), EmulatorError> {
        let mut store = self.store();
        let store: &mut Store = &mut store;
        if store.api_key(api_key_id).is_none() {
            return Err(EmulatorError::missing("API key", api_key_id));
        }
        store.api_keys.keys.get_mut(api_key_id).map(change);
        Ok(())
    }
}
