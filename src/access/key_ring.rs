//! The verifier key in use, and how a new one takes its place while requests are served.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use futures_util::future::LocalBoxFuture;
use tokio::sync::Mutex;

use super::key::{KeyId, VerifierKey};

/// How a key is fetched: handed in from outside, as this wing makes no connections.
pub(crate) type KeySource = Box<
    dyn Fn() -> LocalBoxFuture<'static, Result<VerifierKey, Box<dyn Error + Send + Sync>>>
        + Send
        + Sync,
>;

/// How soon another attempt may follow when there is no key at all.
pub(crate) const RETRY_WITHOUT_KEY: Duration = Duration::from_secs(1);

/// Holds the key, and replaces it when tokens stop verifying.
pub(crate) struct KeyRing {
    current: ArcSwapOption<VerifierKey>,
    source: Option<KeySource>,
    min_interval: Duration,
    /// When a key was last asked for. Whoever holds the lock does the asking.
    last_attempt: Mutex<Option<Instant>>,
}

impl KeyRing {
    /// Holds this one key for good.
    pub(crate) fn fixed(key: VerifierKey) -> Self {
        Self::new(Some(key), None, Duration::MAX)
    }

    /// Holds a key that may be fetched anew, at most once in `min_interval`.
    pub(crate) fn refreshable(
        key: Option<VerifierKey>,
        source: KeySource,
        min_interval: Duration,
    ) -> Self {
        Self::new(key, Some(source), min_interval)
    }

    fn new(key: Option<VerifierKey>, source: Option<KeySource>, min_interval: Duration) -> Self {
        // A key that was just fetched is as fresh as a refetch would make it.
        let last_attempt = key.is_some().then(Instant::now);
        Self {
            current: ArcSwapOption::from_pointee(key),
            source,
            min_interval,
            last_attempt: Mutex::new(last_attempt),
        }
    }

    pub(crate) fn current(&self) -> Option<Arc<VerifierKey>> {
        self.current.load_full()
    }

    pub(crate) fn current_id(&self) -> Option<KeyId> {
        self.current.load().as_ref().map(|key| key.id())
    }

    pub(crate) fn is_refreshable(&self) -> bool {
        self.source.is_some()
    }

    /// Fetches the key anew if `seen` is still the one in use and enough time has passed, and
    /// tells whether there is now another. Callers at the same time wait for one fetch; the key
    /// in use survives a failed one.
    pub(crate) async fn refresh(&self, seen: Option<KeyId>) -> bool {
        let Some(source) = &self.source else {
            return false;
        };
        let mut last_attempt = self.last_attempt.lock().await;
        let current = self.current();
        if current.as_ref().map(|key| key.id()) != seen {
            return true;
        }
        let wait = if current.is_some() {
            self.min_interval
        } else {
            self.min_interval.min(RETRY_WITHOUT_KEY)
        };
        if last_attempt.is_some_and(|last| last.elapsed() < wait) {
            return false;
        }
        *last_attempt = Some(Instant::now());
        match source().await {
            Ok(key) if current.as_deref() == Some(&key) => false,
            Ok(key) => {
                tracing::info!("the verifier key was replaced by {key:?}");
                self.current.store(Some(Arc::new(key)));
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the verifier key could not be fetched; keeping the last one");
                false
            }
        }
    }
}
