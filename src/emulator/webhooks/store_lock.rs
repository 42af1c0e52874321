//! The lock of the state, which gives events to the hub when it is released.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::Hub;
use crate::emulator::state::Store;

/// The state, shared by the server's thread, the sender of webhooks and the emulator's handles.
pub(crate) struct StoreLock {
    store: Mutex<Store>,
    hub: Hub,
    /// How often the state may have changed.
    changes: AtomicU64,
}

/// The locked state. When it is dropped, the events of what was changed are on their way.
pub(crate) struct StoreGuard<'a> {
    store: MutexGuard<'a, Store>,
    hub: &'a Hub,
}

impl StoreLock {
    pub(crate) fn new(mut store: Store) -> Self {
        // What a service finds at its start is no event.
        store.drop_events();
        Self {
            store: Mutex::new(store),
            hub: Hub::default(),
            changes: AtomicU64::new(0),
        }
    }

    /// Locks the state for one call, after recording the activity of earlier seconds.
    pub(crate) fn lock(&self) -> StoreGuard<'_> {
        let mut store = self.peek();
        self.note_change();
        store.tick();
        store
    }

    /// Locks the state for a look that is no change.
    pub(crate) fn peek(&self) -> StoreGuard<'_> {
        StoreGuard {
            // A thread that panicked with the lock has failed its test already; the data remains usable.
            store: self.store.lock().unwrap_or_else(PoisonError::into_inner),
            hub: &self.hub,
        }
    }

    /// Counts a change of the state, or what may have been one.
    pub(crate) fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns a number that is another one after each change.
    #[cfg(feature = "cli")]
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Waits until every attempt that is due by the emulator's clock was made.
    pub(crate) async fn wait_for_webhooks(&self) {
        /// The time between two looks if the queue tells of no change, because only the clock has changed.
        const LOOK: Duration = Duration::from_millis(50);
        let mut version = self.hub.subscribe();
        loop {
            version.borrow_and_update();
            let now = self.peek().now();
            if self.hub.is_settled(now) {
                return;
            }
            let _ = tokio::time::timeout(LOOK, version.changed()).await;
        }
    }
}

impl Deref for StoreGuard<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl DerefMut for StoreGuard<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        &mut self.store
    }
}

impl Drop for StoreGuard<'_> {
    fn drop(&mut self) {
        let store = &mut *self.store;
        let events = store.take_events();
        if !events.is_empty() {
            self.hub.add(&events, &store.project.webhooks, store.now());
        }
    }
}
