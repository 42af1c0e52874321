//! What tests do to API keys.

use std::time::Duration;

use crate::{
    api::{ApiKey, CreateApiKey, CreatedApiKey, ImportApiKey, ImportedApiKey},
    emulator::{
        control::{Emulator, EmulatorError, error::into_emulator_result},
        state::{ApiKeyRecord, Limit, Store, ids::canonical},
    },
    id::ApiKeyId,
};

impl Emulator {
    /// Creates an API key.
    ///
    /// # Errors
    ///
    /// Fails when the user or organization does not exist, or the expiry is past.
    pub fn create_api_key(&self, request: CreateApiKey) -> Result<CreatedApiKey, EmulatorError> {
        into_emulator_result(self.store().handle_call(request))
    }

    /// Imports an API key from elsewhere.
    ///
    /// # Errors
    ///
    /// Fails as [`create_api_key`](Self::create_api_key) does, and when it was imported before.
    pub fn import_api_key(&self, request: ImportApiKey) -> Result<ImportedApiKey, EmulatorError> {
        into_emulator_result(self.store().handle_call(request))
    }

    /// Returns an end user's or organization's API key, unless it was deleted.
    #[must_use]
    pub fn end_user_api_key(&self, api_key_id: impl Into<ApiKeyId>) -> Option<ApiKey> {
        let store = self.store();
        store
            .api_key(&canonical::<ApiKeyId>(api_key_id))
            .map(|record| record.key.clone())
    }

    /// Limits how often an API key may be validated in any span of time, counted in whole
    /// seconds. By default there is no limit. Once it is reached, validations are refused with a
    /// 429 of the key's own.
    ///
    /// # Errors
    ///
    /// Fails when there is no such key.
    pub fn rate_limit_api_key(
        &self,
        api_key_id: impl Into<ApiKeyId>,
        validations: u32,
        per: Duration,
    ) -> Result<(), EmulatorError> {
        self.change(&canonical::<ApiKeyId>(api_key_id), |record| {
            record.limit = Some(Limit {
                validations,
                per_seconds: i64::try_from(per.as_secs()).unwrap_or(i64::MAX),
                taken: Vec::new(),
            });
        })
    }

    /// Takes the limit of an API key away.
    ///
    /// # Errors
    ///
    /// Fails when there is no such key.
    pub fn unlimit_api_key(&self, api_key_id: impl Into<ApiKeyId>) -> Result<(), EmulatorError> {
        self.change(&canonical::<ApiKeyId>(api_key_id), |record| {
            record.limit = None;
        })
    }

    /// Lets an API key expire at this moment.
    ///
    /// # Errors
    ///
    /// Fails when there is no such key.
    pub fn expire_api_key(&self, api_key_id: impl Into<ApiKeyId>) -> Result<(), EmulatorError> {
        let now = self.now();
        self.change(&canonical::<ApiKeyId>(api_key_id), |record| {
            record.key.expires_at_seconds = Some(now);
        })
    }

    fn change(
        &self,
        api_key_id: &ApiKeyId,
        change: impl FnOnce(&mut ApiKeyRecord),
    ) -> Result<(), EmulatorError> {
        let mut store = self.store();
        let store: &mut Store = &mut store;
        if store.api_key(api_key_id).is_none() {
            return Err(EmulatorError::Rejected(format!(
                "there is no API key {api_key_id:?}"
            )));
        }
        store.api_keys.keys.get_mut(api_key_id).map(change);
        Ok(())
    }
}
