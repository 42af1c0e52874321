//! A state together with the settings that it needs, as JSON.

use serde_json::{Value, json};

use super::{
    check::check_object,
    fields::SEED,
    mistakes::Mistakes,
    settings::{self, Given},
};
use crate::emulator::state::{Project, Store};

/// Returns the state and the settings. The clock and the addresses are no part of it.
pub(crate) fn save(store: &mut Store) -> Value {
    store.observe();
    json!({ "settings": settings::as_seed(&store.project), "state": store.snapshot() })
}

/// Returns the state that was saved. Settings in `given` are those of the project, all others those that
/// were saved.
pub(crate) fn load(mut project: Project, given: &Given, mut saved: Value) -> Result<Store, String> {
    let mut part = |name| saved.get_mut(name).map(Value::take).unwrap_or_default();
    let (settings, state) = (part("settings"), part("state"));
    let mut mistakes = Mistakes::default();
    if let Some(mut settings) = check_object(settings, &SEED, "settings", &mut mistakes) {
        given.remove_from(&mut settings);
        settings::apply(
            &mut project,
            &settings,
            &mut Given::default(),
            &mut mistakes,
        );
    }
    if !mistakes.is_empty() {
        return Err(mistakes.to_string());
    }
    Store::from_snapshot(project, state)
}
