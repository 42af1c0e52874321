//! Checks that many operations make first.

use crate::{
    api::FieldErrors,
    emulator::{
        operations::handler::Rejection,
        state::{Store, ids::is_uuid},
    },
    endpoint::field_errors::quoted,
};

/// Adds an error if an id in a request body is not a UUID. (In a path, such an id is not found.)
pub(crate) fn check_uuid(errors: &mut FieldErrors, field: &str, id: &str) {
    if !is_uuid(id) {
        errors.add(field, format!("Not a valid UUID: {}", quoted(id)));
    }
}

impl Store {
    /// Rejects the operation if the project has no organizations.
    pub(crate) fn check_orgs<R>(&self) -> Result<(), Rejection<R>> {
        if !self.project.orgs_enabled {
            return Err(Rejection::OrgsNotEnabled);
        }
        Ok(())
    }
}
