//! Snapshots that the emulator keeps under a name.

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::Shared,
    seed::{Given, saved_state},
    state::Project,
};

/// The maximum length of a name, in characters.
const MAX_NAME: usize = 64;

impl Emulator {
    /// Saves the state under a name, in place of an earlier one with this name.
    ///
    /// The snapshot contains the settings of the project, too. It does not contain the clock, faults and
    /// recorded requests. It is lost with the emulator.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.save_snapshot("empty")?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// emulator.load_snapshot("empty")?;
    /// assert_eq!(alice.metadata(), None);
    /// assert_eq!(emulator.snapshot_names(), ["empty"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the name is empty, is longer than 64 characters, or has
    /// other characters than letters, digits, `-`, `_` and `.`.
    pub fn save_snapshot(&self, name: impl Into<String>) -> Result<(), EmulatorError> {
        save(&self.shared, name.into()).map_err(EmulatorError::Rejected)
    }

    /// Replaces the state and the settings with those that were saved under a name.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`], and changes nothing, if no snapshot has the name.
    pub fn load_snapshot(&self, name: &str) -> Result<(), EmulatorError> {
        load(&self.shared, name).map_err(EmulatorError::Rejected)
    }

    /// Forgets the snapshot that was saved under a name.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if no snapshot has the name.
    pub fn remove_snapshot(&self, name: &str) -> Result<(), EmulatorError> {
        remove(&self.shared, name).map_err(EmulatorError::Rejected)
    }

    /// Returns the names of all snapshots, in alphabetical order.
    #[must_use]
    pub fn snapshot_names(&self) -> Vec<String> {
        names(&self.shared)
    }
}

pub(super) fn save(shared: &Shared, name: String) -> Result<(), String> {
    let is_allowed = |it: char| it.is_alphanumeric() || "-_.".contains(it);
    let length = name.chars().count();
    if !(1..=MAX_NAME).contains(&length) || !name.chars().all(is_allowed) || name.starts_with('.') {
        return Err(format!(
            "{name:?} cannot be the name of a snapshot: write 1 to {MAX_NAME} letters, digits, `-`, \
             `_` and `.`, and no `.` at the beginning"
        ));
    }
    let saved = saved_state::save(&mut shared.lock_store());
    shared.snapshots().insert(name, saved);
    shared.note_change();
    Ok(())
}

pub(super) fn load(shared: &Shared, name: &str) -> Result<(), String> {
    let saved = shared.snapshots().get(name).cloned();
    let saved = saved.ok_or_else(|| missing(shared, name))?;
    let mut store = shared.lock_store();
    let project = Project {
        auth_url: store.project.auth_url.clone(),
        issuer: store.project.issuer.clone(),
        clock: store.project.clock.clone(),
        ..Project::default()
    };
    *store = saved_state::load(project, &Given::default(), saved)?;
    Ok(())
}

pub(super) fn remove(shared: &Shared, name: &str) -> Result<(), String> {
    let removed = shared.snapshots().remove(name);
    if removed.is_none() {
        return Err(missing(shared, name));
    }
    shared.note_change();
    Ok(())
}

fn missing(shared: &Shared, name: &str) -> String {
    match names(shared) {
        names if names.is_empty() => {
            format!("there is no snapshot {name:?}, and no other: save one first")
        }
        names => format!(
            "there is no snapshot {name:?}: there are {}",
            names.join(", ")
        ),
    }
}

pub(super) fn names(shared: &Shared) -> Vec<String> {
    shared.snapshots().keys().cloned().collect()
}
