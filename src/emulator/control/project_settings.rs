//! The settings of the project, as seeds name them: read, and changed at run time.

use serde_json::{Map, Value};

use crate::emulator::{
    control::{Emulator, EmulatorError, seeds},
    seed::{Seed, settings_as_seed},
    state::Store,
};

impl Emulator {
    /// Returns the settings of the project, under the names that seeds have in `project`.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    /// use serde_json::json;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.set_project_settings(json!({ "require_email_confirmation": true }))?;
    /// assert_eq!(emulator.project_settings()["require_email_confirmation"], true);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn project_settings(&self) -> Value {
        get(&self.store()).into()
    }

    /// Changes settings of the project. What is not given is left unchanged.
    ///
    /// `max_num_orgs_users_can_be_in` may be `null`, for unlimited.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] with every mistake, and changes nothing, if a setting is unknown or
    /// invalid, or if two contradict each other.
    pub fn set_project_settings(&self, settings: impl Into<Value>) -> Result<(), EmulatorError> {
        match settings.into() {
            Value::Object(settings) => set(&mut self.store(), settings),
            _ => Err(EmulatorError::rejected(
                "the settings are not a JSON object",
            )),
        }
    }
}

/// The setting that can be absent.
const MAX_ORGS: &str = "max_num_orgs_users_can_be_in";

/// Returns all settings.
pub(super) fn get(store: &Store) -> Map<String, Value> {
    let mut seed = settings_as_seed(&store.project);
    let settings = seed.get_mut("project").map(Value::take);
    let mut settings = match settings {
        Some(Value::Object(settings)) => settings,
        _ => Map::new(),
    };
    settings.entry(MAX_ORGS).or_insert(Value::Null);
    settings
}

/// Changes settings, unless one is invalid.
pub(super) fn set(
    store: &mut Store,
    mut settings: Map<String, Value>,
) -> Result<(), EmulatorError> {
    let mut changed = store.copy().map_err(EmulatorError::Rejected)?;
    if settings.get(MAX_ORGS).is_some_and(Value::is_null) {
        settings.remove(MAX_ORGS);
        changed.project.max_orgs_per_user = None;
    }
    let seed = Seed::json(serde_json::json!({ "project": settings }).to_string());
    let added = seeds::add(&mut changed, &seed);
    added.map_err(|mistakes| EmulatorError::Rejected(mistakes.to_string()))?;
    *store = changed;
    Ok(())
}
