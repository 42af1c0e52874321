//! Everything that the program keeps in a file to continue with after a restart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[cfg(feature = "cli")]
use crate::emulator::control::Emulator;
use crate::emulator::{
    control::origin::Origin,
    seed::saved_state,
    state::{ClockChange, Store},
};

/// The version of the format.
const VERSION: u64 = 1;

/// What is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// The version of the format, under a name that says whose file it is.
    propelauth_dev_state: u64,
    clock: ClockChange,
    /// The state and the settings.
    current: Value,
    /// States and settings, by the names of their snapshots.
    snapshots: BTreeMap<String, Value>,
}

/// A kept state that was read: the store and the named snapshots.
pub(super) type Continued = (Store, BTreeMap<String, Value>);

#[cfg(feature = "cli")]
impl Emulator {
    /// Returns everything to continue with, including secrets in plain text.
    pub(crate) fn keep(&self) -> Value {
        let snapshots = self.shared.snapshots().clone();
        let mut store = self.shared.store_to_keep();
        let kept = Kept {
            propelauth_dev_state: VERSION,
            clock: store.project.clock.change(),
            current: saved_state::save(&mut store),
            snapshots,
        };
        serde_json::to_value(kept).unwrap_or_default()
    }

    /// Returns a number that is another one after each change.
    pub(crate) fn changes(&self) -> u64 {
        self.shared.changes()
    }
}

/// Reads what was kept in a file.
pub(super) fn read(kept: Value, file: &str, origin: &Origin) -> Result<Continued, String> {
    read_kept(kept, origin).map_err(|why| {
        format!("{file}: {why}. The file was not changed. Move it away to start with a new state")
    })
}

fn read_kept(kept: Value, origin: &Origin) -> Result<Continued, String> {
    let version = kept.get("propelauth_dev_state").cloned();
    match version.as_ref().map(Value::as_u64) {
        Some(Some(VERSION)) => {}
        Some(_) => {
            return Err(format!(
                "the state is of another version of propelauth-dev: this one reads version {VERSION}"
            ));
        }
        None => return Err("this is not a state that propelauth-dev wrote".to_owned()),
    }
    let kept: Kept = serde_json::from_value(kept).map_err(|error| error.to_string())?;
    let mut project = origin.project.clone();
    project.clock.set_change(kept.clock);
    let store = saved_state::load(project, &origin.given, kept.current)?;
    Ok((store, kept.snapshots))
}
