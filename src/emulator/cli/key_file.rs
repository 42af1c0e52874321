//! The integration API key in a file, which is where containers find secrets.

use std::{fs, path::Path};

use crate::words::secret::Secret;

/// Returns the key in a file, without the line break at its end.
pub(super) fn read_key(path: &Path) -> Result<Secret, String> {
    let text = fs::read_to_string(path).map_err(|error| {
        format!(
            "the API key cannot be read from {}: {error}",
            path.display()
        )
    })?;
    match text.trim_ascii() {
        "" => Err(format!("{} contains no API key", path.display())),
        key => Ok(key.into()),
    }
}
