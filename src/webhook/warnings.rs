//! When the last warning of each kind was logged.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

/// The minimum time between two warnings of the same code, so that callers cannot fill the log.
const SILENCE: Duration = Duration::from_secs(600);

/// The times of the last warning of each code.
#[derive(Debug, Default)]
pub(super) struct Warnings(Mutex<HashMap<&'static str, Instant>>);

impl Warnings {
    /// Returns `true` if a warning may be logged now, and starts the next interval of its code.
    pub(super) fn is_due(&self, code: &'static str) -> bool {
        let Ok(mut last) = self.0.try_lock() else {
            return false;
        };
        let is_due = last.get(code).is_none_or(|last| last.elapsed() >= SILENCE);
        if is_due {
            last.insert(code, Instant::now());
        }
        is_due
    }
}
