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
    /// What has no value by default may be `null`: `max_num_orgs_users_can_be_in`, the rate limits of API keys,
    /// and the default roles.
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

/// The settings that can be absent.
const CAN_BE_ABSENT: [&str; 5] = [
    "max_num_orgs_users_can_be_in",
    "personal_api_key_rate_limit",
    "org_api_key_rate_limit",
    "default_role",
    "default_owner_role",
];

/// Returns all settings.
pub(super) fn get(store: &Store) -> Map<String, Value> {
    let mut seed = settings_as_seed(&store.project);
    let settings = seed.get_mut("project").map(Value::take);
    let mut settings = match settings {
        Some(Value::Object(settings)) => settings,
        _ => Map::new(),
    };
    for name in CAN_BE_ABSENT {
        settings.entry(name).or_insert(Value::Null);
    }
    settings
}

/// Changes settings, unless one is invalid.
pub(super) fn set(
    store: &mut Store,
    mut settings: Map<String, Value>,
) -> Result<(), EmulatorError> {
    let mut changed = store.copy().map_err(EmulatorError::Rejected)?;
    let project = &mut changed.project;
    for name in CAN_BE_ABSENT {
        if settings.get(name).is_some_and(Value::is_null) {
            settings.remove(name);
            match name {
                "personal_api_key_rate_limit" => {
                    project.settings.personal_api_key_rate_limit = None;
                }
                "org_api_key_rate_limit" => project.settings.org_api_key_rate_limit = None,
                "default_role" => project.settings.default_role = None,
                "default_owner_role" => project.settings.default_owner_role = None,
                _ => project.max_orgs_per_user = None,
            }
        }
    }
    let seed = Seed::json(serde_json::json!({ "project": settings }).to_string());
    let added = seeds::add(&mut changed, &seed);
    added.map_err(|mistakes| EmulatorError::Rejected(mistakes.to_string()))?;
    *store = changed;
    Ok(())
}
