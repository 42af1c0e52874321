//! A clock that tests stop and move.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A clock that can be stopped and moved forward, so that tokens expire without waiting.
///
/// Clones are the same clock. It begins as the system clock.
///
/// ```
/// use std::time::Duration;
///
/// use actix_web_propelauth::testing::{HasAccessToken as _, TestClock, TestUser, propel_auth_builder};
///
/// let clock = TestClock::new();
/// let auth = propel_auth_builder().clock(clock.to_fn()).build()?;
/// let header = TestUser::new("alice@example.com").clock(&clock).authorization_header();
/// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_ok());
///
/// clock.advance(Duration::from_secs(30 * 60));
/// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An emulator has a clock of its own, which
/// [`Emulator::propel_auth`](crate::emulator::Emulator::propel_auth) uses as well.
#[derive(Clone, Default)]
pub struct TestClock(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    frozen_at: Option<SystemTime>,
    /// How far the running clock is ahead of the system's.
    ahead: Duration,
}

impl TestClock {
    /// Creates a clock that runs with the system clock.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the time, as a Unix timestamp in seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        let time = self.state().now();
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |it| -it),
        }
    }

    /// Stops the clock at a Unix timestamp in seconds.
    pub fn freeze(&self, at: i64) {
        let distance = Duration::from_secs(at.unsigned_abs());
        let time = if at < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        self.state().frozen_at = Some(time.unwrap_or(UNIX_EPOCH));
    }

    /// Moves the clock forward, whether it runs or is frozen.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        match state.frozen_at {
            Some(time) => state.frozen_at = Some(time.checked_add(by).unwrap_or(time)),
            None => state.ahead = state.ahead.saturating_add(by),
        }
    }

    /// Resumes the clock and undoes all freezing and advancing.
    pub fn resume(&self) {
        *self.state() = State::default();
    }

    /// Returns the clock as the function that
    /// [`PropelAuthBuilder::clock`](crate::PropelAuthBuilder::clock) takes.
    pub fn to_fn(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static + use<> {
        let clock = self.clone();
        move || clock.state().now()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked with the lock has failed its test already.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        let running = || now.checked_add(self.ahead).unwrap_or(now);
        self.frozen_at.unwrap_or_else(running)
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestClock({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::TestClock;

    #[test]
    fn clock_freezes_advances_and_resumes() {
        let clock = TestClock::new();
        let start = clock.now();
        let same = clock.clone();
        clock.advance(Duration::from_secs(1000));
        assert!((1000..1100).contains(&(same.now() - start)));
        clock.freeze(-7);
        assert_eq!(same.now(), -7);
        clock.advance(Duration::from_secs(10));
        assert_eq!(same.now(), 3);
        clock.advance(Duration::MAX);
        assert_eq!(same.now(), 3, "a time that does not exist");
        clock.resume();
        assert!((0..100).contains(&(same.now() - start)));
    }
}
