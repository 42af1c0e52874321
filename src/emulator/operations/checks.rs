//! What many operations check first.

use crate::{
    api::FieldErrors,
    emulator::{
        operations::handler::Rejection,
        state::{Store, ids::is_uuid},
    },
    endpoint::field_errors::quoted,
};

/// Notes an id in a body that is no UUID. (One in a path is simply not found.)
pub(crate) fn check_uuid(errors: &mut FieldErrors, field: &str, id: &str) {
    if !is_uuid(id) {
        errors.add(field, format!("Not a valid UUID: {}", quoted(id)));
    }
}

impl Store {
    pub(crate) fn check_orgs<R>(&self) -> Result<(), Rejection<R>> {
        if !self.project.orgs_enabled {
            return Err(Rejection::OrgsNotEnabled);
        }
        Ok(())
    }
}
