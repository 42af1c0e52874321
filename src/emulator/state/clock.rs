//! The emulator's time.

use std::{
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

/// The source of every time in the emulator, as Unix timestamps in seconds.
#[derive(Clone)]
pub(crate) struct Clock {
    source: Arc<dyn Fn() -> i64 + Send + Sync>,
    frozen_at: Option<i64>,
    /// Seconds by which the running clock is ahead of its source.
    ahead: i64,
}

impl Clock {
    pub(crate) fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            source: Arc::new(now),
            frozen_at: None,
            ahead: 0,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        let running = || (self.source)().saturating_add(self.ahead);
        self.frozen_at.unwrap_or_else(running)
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen_at.is_some()
    }

    /// Returns how many seconds the clock is ahead of its source.
    pub(crate) fn ahead(&self) -> i64 {
        self.now().saturating_sub((self.source)())
    }

    /// Stops the clock at a time.
    pub(crate) fn freeze(&mut self, at: i64) {
        self.frozen_at = Some(at);
    }

    /// Moves the clock forward, whether it runs or is frozen.
    pub(crate) fn advance(&mut self, seconds: i64) {
        let time = match &mut self.frozen_at {
            Some(frozen_at) => frozen_at,
            None => &mut self.ahead,
        };
        *time = time.saturating_add(seconds);
    }

    #[cfg(feature = "cli")]
    pub(crate) fn change(&self) -> ClockChange {
        ClockChange {
            frozen_at: self.frozen_at,
            ahead: self.ahead,
        }
    }

    pub(crate) fn set_change(&mut self, change: ClockChange) {
        self.frozen_at = change.frozen_at;
        self.ahead = change.ahead;
    }

    /// Resumes the clock with the time of its source.
    pub(crate) fn resume(&mut self) {
        self.frozen_at = None;
        self.ahead = 0;
    }
}

/// How the clock differs from its source, to be kept and set again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockChange {
    frozen_at: Option<i64>,
    ahead: i64,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| {
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            })
        })
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use super::Clock;

    #[test]
    fn clock_freezes_advances_and_resumes() {
        let source = Arc::new(AtomicI64::new(100));
        let time = Arc::clone(&source);
        let mut clock = Clock::new(move || time.load(Ordering::Relaxed));
        assert_eq!(clock.now(), 100);
        clock.advance(10);
        source.store(105, Ordering::Relaxed);
        assert_eq!(clock.now(), 115);
        clock.freeze(7);
        source.store(110, Ordering::Relaxed);
        assert_eq!(clock.now(), 7);
        clock.advance(3);
        assert_eq!(clock.now(), 10);
        clock.resume();
        assert_eq!(clock.now(), 110);
        clock.advance(i64::MAX);
        assert_eq!(clock.now(), i64::MAX);
    }
}
