//! How many keys PropelAuth is asked about at a time.
//!
//! Any caller can send keys that were never seen, and each costs a call. So they have a lane of their own, and
//! keys that were valid before have another, which forged keys cannot fill. In each lane a few calls are in
//! flight, some more wait for a moment, and the rest are answered with 503 at once. If PropelAuth says that
//! this backend calls too often, unknown keys pause for as long.
//!
//! | lane | calls at a time | waiting | beyond that |
//! |---|---|---|---|
//! | keys that were valid before | 64 | 1,024 | 503 |
//! | other keys | 32 | 256 | 503 |
//!
//! A key that is known to be valid or invalid takes no place at all.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The longest time in a lane before a call.
pub(in crate::access) const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The lanes of one handle.
pub(in crate::access) struct Lanes {
    /// For keys that were valid before.
    known: Lane,
    /// For all other keys.
    unknown: Lane,
    /// The end of the pause of unknown keys.
    paused_until: Mutex<Option<Instant>>,
}

/// A bound of the calls at a time, and of those that wait.
pub(in crate::access) struct Lane {
    /// The calls at a time.
    calls: Arc<Semaphore>,
    /// The places that are taken, by calls and by those that wait.
    taken: Arc<AtomicUsize>,
    /// The number of places.
    places: usize,
}

/// A place in a lane, until it is dropped.
pub(in crate::access) struct Place {
    calls: Arc<Semaphore>,
    taken: Arc<AtomicUsize>,
}

/// A call in flight, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
    /// How long the call waited.
    pub(crate) waited: Duration,
}

impl Lanes {
    pub(in crate::access) fn new() -> Self {
        Self {
            known: Lane::new(64, 1024),
            unknown: Lane::new(32, 256),
            paused_until: Mutex::new(None),
        }
    }

    /// Takes a place for a call.
    ///
    /// # Errors
    ///
    /// Returns after what time to try again, if there is no place.
    pub(in crate::access) fn enter(
        &self,
        was_valid: bool,
        now: Instant,
    ) -> Result<Place, Duration> {
        if was_valid {
            return self.known.enter().ok_or(LONGEST_WAIT);
        }
        let until = *lock(&self.paused_until);
        match until.and_then(|until| until.checked_duration_since(now)) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => self.unknown.enter().ok_or(LONGEST_WAIT),
        }
    }

    /// Lets unknown keys pause for this time.
    pub(in crate::access) fn pause(&self, time: Duration, now: Instant) {
        let until = now.checked_add(time.min(LONGEST_PAUSE));
        let mut paused = lock(&self.paused_until);
        *paused = until.max(*paused);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lane {
    pub(in crate::access) fn new(calls: usize, waiting: usize) -> Self {
        Self {
            calls: Arc::new(Semaphore::new(calls)),
            taken: Arc::default(),
            places: calls + waiting,
        }
    }

    pub(in crate::access) fn enter(&self) -> Option<Place> {
        let place = Place {
            calls: Arc::clone(&self.calls),
            taken: Arc::clone(&self.taken),
        };
        // The place gives itself back if there were too many.
        (self.taken.fetch_add(1, Ordering::AcqRel) < self.places).then_some(place)
    }
}

impl Place {
    /// Waits until the call may begin, or returns `None` if that takes too long.
    pub(in crate::access) async fn wait(&self) -> Option<Turn> {
        let start = Instant::now();
        let turn = Arc::clone(&self.calls).acquire_owned();
        let permit = timeout(LONGEST_WAIT, turn).await.ok()?.ok()?;
        Some(Turn {
            _permit: permit,
            waited: start.elapsed(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Lanes;

    #[test]
    fn unknown_keys_cannot_take_the_places_of_known_ones() {
        let (lanes, now) = (Lanes::new(), Instant::now());
        let places: Vec<_> = (0..400).map(|_| lanes.enter(false, now)).collect();
        assert_eq!(
            places.iter().filter(|place| place.is_ok()).count(),
            32 + 256
        );
        let known: Vec<_> = (0..2000).map(|_| lanes.enter(true, now)).collect();
        assert_eq!(
            known.iter().filter(|place| place.is_ok()).count(),
            64 + 1024
        );
        drop(places);
        assert!(lanes.enter(false, now).is_ok());
        assert!(lanes.enter(true, now).is_err());
    }

    #[test]
    fn a_pause_holds_up_unknown_keys_only_and_ends() {
        let (lanes, now) = (Lanes::new(), Instant::now());
        let second = Duration::from_secs(1);
        lanes.pause(5 * second, now);
        // A shorter pause does not end a longer one, and none is longer than a minute.
        lanes.pause(second, now);
        assert_eq!(lanes.enter(false, now + second).err(), Some(4 * second));
        assert!(lanes.enter(true, now).is_ok());
        assert!(lanes.enter(false, now + 5 * second).is_ok());
        lanes.pause(Duration::MAX, now);
        assert!(lanes.enter(false, now + 60 * second).is_ok());
    }

    #[tokio::test]
    async fn a_call_waits_for_its_turn_and_not_for_longer_than_a_second() {
        let (lanes, now) = (Lanes::new(), Instant::now());
        let places: Vec<_> = (0..32)
            .filter_map(|_| lanes.enter(false, now).ok())
            .collect();
        let mut permits = Vec::new();
        for place in &places {
            permits.push(place.wait().await.unwrap());
        }
        let next = lanes.enter(false, now).unwrap();
        let start = Instant::now();
        assert!(next.wait().await.is_none());
        assert!(start.elapsed() >= super::LONGEST_WAIT);
        permits.pop();
        assert!(next.wait().await.is_some());
    }
}
