//! What an emulator was started with.

use crate::emulator::{
    seed::Given,
    state::{Ids, Project, Store},
};

/// What an emulator was started with, without its seeds and snapshot, to start again with another seed.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) project: Project,
    /// The settings that the builder made.
    pub(super) given: Given,
    pub(super) ids: Ids,
}

impl Origin {
    /// Returns a state in which nothing was created.
    pub(super) fn empty_store(&self) -> Store {
        Store {
            project: self.project.clone(),
            ids: self.ids.clone(),
            ..Store::default()
        }
    }
}
