//! [`Clock`]: the time that tokens are validated with.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// The clock that tokens are validated with. Tests replace it to expire tokens without waiting.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// Creates a clock from a function that returns the current time.
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the current time as a Unix timestamp in seconds, which is negative before 1970.
    pub(crate) fn unix_seconds(&self) -> f64 {
        match (self.0)().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}
