//! The state that an emulator starts with.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::emulator::{
    control::{kept, origin::Origin},
    seed::Seed,
    state::Store,
};

/// From what the state is made: a kept one, or else a snapshot, and seeds after it.
pub(super) struct FirstState {
    pub(super) kept: Option<(Value, String)>,
    pub(super) snapshot: Option<Value>,
    pub(super) seeds: Vec<Seed>,
}

impl FirstState {
    /// Returns the state and the named snapshots, or what is wrong with a file.
    pub(super) fn read(self, origin: &Origin) -> Result<(Store, BTreeMap<String, Value>), String> {
        let (mut store, snapshots) = match (self.kept, self.snapshot) {
            (Some((kept, file)), _) => kept::read(kept, &file, origin)?,
            (None, Some(snapshot)) => {
                let store = Store::from_snapshot(origin.project.clone(), snapshot)?;
                (store, BTreeMap::new())
            }
            (None, None) => (origin.empty_store(), BTreeMap::new()),
        };
        // Before a seed makes anything that must not be guessed.
        store.protect()?;
        let mut given = origin.given.clone();
        for seed in self.seeds {
            let applied = seed.apply(&mut store, &mut given);
            applied.map_err(|mistakes| mistakes.to_string())?;
        }
        store.start_activity_log();
        Ok((store, snapshots))
    }
}
