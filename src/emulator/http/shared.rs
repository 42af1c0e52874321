//! What the server's thread and the emulator's handles share.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::http::Method;
use serde_json::Value;

use crate::{
    emulator::{
        http::{
            dispatch::WireResponse, exposure::Exposure, routes::Routes, web_routes::WEB_ROUTES,
        },
        state::{Faults, Project, RequestLog, Store},
        web::{Reply, WebRequest},
        webhooks::{Hub, StoreGuard, StoreLock},
    },
    words::secret::Secret,
};

/// The data shared by the server's thread and the emulator's handles.
pub(crate) struct Shared {
    pub(crate) store: Arc<StoreLock>,
    pub(crate) api_key: Secret,
    pub(crate) routes: Routes,
    pub(crate) control: ControlHandler,
    /// Without the feature `pages`, there is none.
    pub(super) pages: Option<PagesHandler>,
    /// `None` if only this machine reaches the emulator.
    pub(super) exposure: Option<Exposure>,
    start: Mutex<Start>,
    faults: Mutex<Faults>,
    requests: Mutex<RequestLog>,
    /// States and settings, by the names of their snapshots.
    snapshots: Mutex<BTreeMap<String, Value>>,
}

/// Responds to requests under `/propelauth-dev/`, which are not PropelAuth's: a method, a path and a
/// body.
pub(crate) type ControlHandler = fn(&Shared, &Method, &str, &[u8]) -> WireResponse;

/// Responds to requests for pages, or returns `None` if there is no page at a path.
pub(crate) type PagesHandler = fn(&Shared, &mut WebRequest) -> Option<Reply>;

/// The state at the start, to which a reset returns.
struct Start {
    project: Project,
    snapshot: Value,
}

impl Start {
    fn of(store: &Store) -> Self {
        Self {
            project: store.project.clone(),
            snapshot: store.snapshot(),
        }
    }
}

impl Shared {
    pub(crate) fn new(
        store: Store,
        api_key: Secret,
        control: ControlHandler,
        pages: Option<PagesHandler>,
    ) -> Self {
        Self {
            exposure: None,
            start: Mutex::new(Start::of(&store)),
            store: Arc::new(StoreLock::new(store)),
            api_key,
            routes: Routes::new(),
            control,
            pages,
            faults: Mutex::default(),
            requests: Mutex::default(),
            snapshots: Mutex::default(),
        }
    }

    /// Returns the same for an emulator that others can reach.
    pub(crate) fn exposed(mut self, exposure: Option<Exposure>) -> Self {
        self.exposure = exposure;
        self
    }

    /// Locks the state for one call, after recording the activity of earlier seconds.
    pub(crate) fn lock_store(&self) -> StoreGuard<'_> {
        self.store.lock()
    }

    /// Returns the name, method and path template of all that the emulator answers, but for its own
    /// requests.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&'static str, &str, &'static str)> {
        let operations = self.routes.list();
        let operations = operations.map(|(name, method, path)| (name, method.as_str(), path));
        let rows = WEB_ROUTES.rows().map(|row| row.info);
        operations.chain(rows.map(|row| (row.name, row.method, row.path)))
    }

    /// Returns the messages to webhooks.
    pub(crate) fn webhooks(&self) -> &Hub {
        self.store.hub()
    }

    /// Waits until every webhook that is due by the emulator's clock was sent.
    pub(crate) async fn wait_for_webhooks(&self) {
        self.store.wait_for_webhooks().await;
    }

    /// Counts a change of the state, or what may have been one.
    pub(crate) fn note_change(&self) {
        self.store.note_change();
    }

    /// Returns a number that is another one after each change.
    #[cfg(feature = "cli")]
    pub(crate) fn changes(&self) -> u64 {
        self.store.changes()
    }

    /// Locks the state for a look that is no change.
    #[cfg(feature = "cli")]
    pub(crate) fn store_to_keep(&self) -> StoreGuard<'_> {
        self.store.peek()
    }

    /// Locks the named snapshots.
    pub(crate) fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        lock(&self.snapshots)
    }

    /// Locks the faults that are in effect.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// Locks the log of requests.
    pub(crate) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    /// Makes the present state the one to which a reset returns.
    pub(crate) fn set_start(&self) {
        let start = Start::of(&self.lock_store());
        *lock(&self.start) = start;
    }

    /// Returns to the state at the start: its users, organizations, settings and signing key. The
    /// clock runs as it did then, and there are no faults, recorded requests and webhook messages.
    ///
    /// # Errors
    ///
    /// Returns the reason if the state at the start cannot be read, which would be a defect.
    pub(crate) fn reset(&self) -> Result<(), String> {
        let start = lock(&self.start);
        let store = Store::from_snapshot(start.project.clone(), start.snapshot.clone())?;
        drop(start);
        *self.lock_store() = store;
        self.webhooks().clear();
        self.faults().clear();
        self.requests().clear();
        Ok(())
    }
}

/// Locks a part. A thread that panicked with the lock has failed its test already; the data remains
/// usable.
fn lock<T>(part: &Mutex<T>) -> MutexGuard<'_, T> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}
