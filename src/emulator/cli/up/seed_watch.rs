//! Watching the file of `--seed` for changes.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// A file that is looked at from time to time.
#[derive(Debug)]
pub(super) struct SeedWatch {
    path: PathBuf,
    applied: Option<Stamp>,
    seen: Option<Stamp>,
}

/// What differs between two versions of a file.
type Stamp = (SystemTime, u64);

impl SeedWatch {
    /// Starts with the file as it is now.
    pub(super) fn new(path: &Path) -> Self {
        let now = stamp(path);
        Self {
            path: path.to_owned(),
            applied: now,
            seen: now,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns `true` if the file has changed and rests. An editor may write a file in several steps, so
    /// that a change counts at the second look that finds the same.
    pub(super) fn has_changed(&mut self) -> bool {
        let now = stamp(&self.path);
        let rests = now == self.seen;
        self.seen = now;
        let has_changed = rests && now.is_some() && now != self.applied;
        if has_changed {
            self.applied = now;
        }
        has_changed
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
