//! Seeds, applied while the emulator runs.

use crate::emulator::{
    control::{Emulator, EmulatorError},
    seed::{Given, Mistakes, Seed, Summary},
    state::Store,
};

impl Emulator {
    /// Adds what a seed contains to the state, and changes the settings that it names.
    ///
    /// Members whose role no longer exists get the lowest role.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::{Emulator, Seed};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.apply_seed(Seed::toml(r#"users = [{ email = "alice@example.com" }]"#))?;
    /// assert!(emulator.create_user("alice@example.com").is_err(), "there is one already");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] with every mistake, and changes nothing, if the seed has
    /// mistakes or contains a user or an id that exists already.
    pub fn apply_seed(&self, seed: impl Into<Seed>) -> Result<(), EmulatorError> {
        let mut store = self.store();
        add(&mut store, &seed.into()).map_err(rejected)?;
        Ok(())
    }

    /// Replaces the whole state with that of a seed, as if the emulator had been started with it.
    ///
    /// The settings of the builder remain, and so do the signing key and the clock. A
    /// [`reset`](Self::reset) returns to this state from now on. Webhooks get events for what is different
    /// in the new state, such as `user.deleted` and `user.role_changed_within_org`.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] with every mistake, and changes nothing, if the seed has
    /// mistakes.
    pub fn reset_to_seed(&self, seed: impl Into<Seed>) -> Result<(), EmulatorError> {
        self.start_anew(&seed.into()).map_err(rejected)?;
        Ok(())
    }

    /// Replaces the whole state, and returns what was created.
    pub(crate) fn start_anew(&self, seed: &Seed) -> Result<Summary, Mistakes> {
        let mut new = self.origin.empty_store();
        let mut store = self.store();
        new.project.clock = store.project.clock.clone();
        new.signing_key = store.signing_key.clone();
        new.protect().map_err(Mistakes::one)?;
        let summary = seed.apply(&mut new, &mut self.origin.given.clone())?;
        new.start_activity_log();
        new.replace(&store);
        *store = new;
        drop(store);
        self.shared.set_start();
        Ok(summary)
    }
}

/// Adds what a seed contains, unless it has mistakes.
pub(super) fn add(store: &mut Store, seed: &Seed) -> Result<Summary, Mistakes> {
    let mut changed = store.copy().map_err(Mistakes::one)?;
    let summary = seed.apply(&mut changed, &mut Given::default())?;
    changed.replace_all_removed_roles();
    *store = changed;
    Ok(summary)
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` hands it over
fn rejected(mistakes: Mistakes) -> EmulatorError {
    EmulatorError::Rejected(mistakes.to_string())
}
