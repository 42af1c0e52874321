//! The authenticator: what verifies the tokens of one project.
//!
//! Its entrances are in [`authenticate`](super::authenticate), for code that may wait for a new verifier key, and in
//! [`authenticate_sync`](super::authenticate_sync), for code that must not. Both look the token up in the cache
//! ([`look_up`](super::look_up)), and verify it if it is not there ([`verification`](super::verification)).

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use super::{
    cache::TokenCache,
    key_ring::{KeyRing, Refresh},
    readiness::Readiness,
};
use crate::access::{callers::key_validator::KeyValidator, settings::Settings};
#[cfg(feature = "metrics")]
use crate::observe::metrics;

/// Authenticates requests with the verifier key and the settings of one project.
pub(crate) struct Authenticator {
    pub(super) settings: Arc<Settings>,
    pub(super) keys: KeyRing,
    pub(super) cache: Option<TokenCache>,
    pub(super) verifications: AtomicU64,
    /// The API keys of end users. Set once, because the handle that asks PropelAuth is created later.
    pub(super) key_validator: OnceLock<Arc<KeyValidator>>,
    #[cfg(feature = "metrics")]
    pub(super) labels: metrics::HandleLabels,
}

impl Authenticator {
    /// Creates an authenticator with a cache of this size in bytes.
    pub(crate) fn new(mut settings: Settings, keys: KeyRing, cache_bytes: u64) -> Self {
        settings.is_key_fixed = !keys.is_refreshable();
        Self {
            #[cfg(feature = "metrics")]
            labels: metrics::HandleLabels::new(&settings.issuer, settings.audience.as_deref()),
            settings: Arc::new(settings),
            keys,
            cache: TokenCache::new(cache_bytes),
            verifications: AtomicU64::new(0),
            key_validator: OnceLock::new(),
        }
    }

    /// Returns the settings of the project.
    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Returns the cache, or `None` if its size is 0.
    pub(crate) fn cache(&self) -> Option<&TokenCache> {
        self.cache.as_ref()
    }

    /// Returns whether tokens can be verified, and why not.
    pub(crate) fn readiness(&self) -> Readiness {
        self.keys.readiness(Instant::now())
    }

    /// Returns the number of verifications. Tests compare it with the number of requests, because each
    /// request must cause at most one.
    pub(crate) fn verification_count(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    /// Fetches the verifier key again, if the schedule permits it. Returns `true` if the key changed.
    pub(crate) async fn refresh_key(&self) -> bool {
        let seen = self.keys.current_id();
        if let Refresh::UnderWay(ended) = self.keys.refresh(seen, Instant::now()) {
            ended.wait().await;
        }
        let is_new = self.keys.current_id() != seen;
        if is_new {
            self.clear_cache();
        }
        is_new
    }

    /// Removes all tokens from the cache.
    pub(crate) fn clear_cache(&self) {
        if let Some(cache) = &self.cache {
            cache.clear();
        }
        #[cfg(feature = "metrics")]
        self.record_gauges();
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
