//! Snapshots of the emulator's state, taken and restored.

use serde_json::Value;

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::Shared,
    state::Store,
};

impl Emulator {
    /// Returns the whole state as JSON, for [`EmulatorBuilder::snapshot`] or
    /// [`restore`](Self::restore).
    ///
    /// The snapshot contains API keys in plain text and which key signs tokens. It does not contain
    /// the settings of the builder or the time.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let before = emulator.snapshot();
    /// let alice = emulator.create_user("alice@example.com")?;
    /// emulator.restore(before)?;
    /// assert_eq!(alice.metadata(), None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`EmulatorBuilder::snapshot`]: crate::emulator::EmulatorBuilder::snapshot
    #[must_use]
    pub fn snapshot(&self) -> Value {
        take(&self.shared)
    }

    /// Replaces the whole state with a snapshot.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`], and changes nothing, if the value is not a snapshot or
    /// contradicts the project's roles.
    pub fn restore(&self, snapshot: Value) -> Result<(), EmulatorError> {
        restore(&self.shared, snapshot).map_err(EmulatorError::Rejected)
    }
}

/// Returns the whole state.
pub(super) fn take(shared: &Shared) -> Value {
    let mut store = shared.lock_store();
    store.observe();
    store.snapshot()
}

/// Replaces the whole state, unless the snapshot is invalid.
pub(super) fn restore(shared: &Shared, snapshot: Value) -> Result<(), String> {
    let mut store = shared.lock_store();
    *store = Store::from_snapshot(store.project.clone(), snapshot)?;
    Ok(())
}
