//! Settings that are made by name where the emulator is started.

use serde_json::{Map, Value, json};

use super::{
    check::check_object,
    fields::SEED,
    mistakes::Mistakes,
    settings::{self, Given},
};
use crate::emulator::state::Project;

/// Changes settings of the project, which a seed then cannot set to other values.
pub(crate) fn set_settings(
    project: &mut Project,
    settings: &Map<String, Value>,
    given: &mut Given,
) -> Result<(), Mistakes> {
    if settings.is_empty() {
        return Ok(());
    }
    let mut mistakes = Mistakes::default();
    let seed = json!({ "project": settings });
    if let Some(seed) = check_object(seed, &SEED, "", &mut mistakes) {
        // Settings by methods and by name are made in one place, so that they cannot contradict each other.
        settings::apply(project, &seed, &mut Given::default(), &mut mistakes);
    }
    let names = settings.keys();
    names.for_each(|name| given.add(name.as_str()));
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(mistakes),
    }
}
