//! Names of organizations.

use crate::api::FieldErrors;

/// Adds an error if a name is blank.
pub(crate) fn check_name(errors: &mut FieldErrors, name: &str) {
    if name.trim().is_empty() {
        errors.add("name", "Cannot be empty");
    }
}
