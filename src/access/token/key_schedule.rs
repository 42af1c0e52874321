//! The schedule of verifier key fetches.
//!
//! Any caller can send a token with an invalid signature, and each such token might be the first
//! one that was signed with a new key. The schedule decides which of them may cause a fetch, so
//! that forged tokens cannot be used to send requests to PropelAuth, and a rotated key is still
//! picked up by the first token that needs it.

use std::time::{Duration, Instant};

/// The pause between attempts if there is no key at all. It is short because every request with a
/// token is denied with 503 until then.
const RETRY_WITHOUT_KEY: Duration = Duration::from_secs(1);

/// Permits one fetch at a time.
///
/// After a fetch that replaced the key, the next one is permitted immediately: the signing key may
/// be rotated twice in a row. After a fetch that returned the same key, as after a forged token, or
/// that failed, the next one is permitted only after the interval.
#[derive(Debug)]
pub(in crate::access) struct Schedule {
    interval: Duration,
    started: Option<Instant>,
    not_before: Option<Instant>,
}

/// The response to a request for a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Permission {
    /// The fetch may start, and counts as started.
    Granted,
    /// Another fetch is in progress.
    UnderWay,
    /// No fetch may start before this time.
    NotBefore(Instant),
}

impl Schedule {
    /// Creates a schedule that permits the first fetch immediately.
    pub(in crate::access) fn new(interval: Duration) -> Self {
        Self {
            interval,
            started: None,
            not_before: None,
        }
    }

    /// Requests a fetch. If it is granted, [`end`](Self::end) must follow.
    pub(in crate::access) fn request(&mut self, now: Instant) -> Permission {
        if self.started.is_some() {
            return Permission::UnderWay;
        }
        match self.not_before {
            Some(time) if now < time => Permission::NotBefore(time),
            _ => {
                self.started = Some(now);
                Permission::Granted
            }
        }
    }

    /// Records the end of a fetch: whether there is a key now, and whether the fetch changed it.
    ///
    /// The interval is counted from the start of the fetch, so that a slow response does not delay
    /// the next fetch further.
    pub(in crate::access) fn end(&mut self, has_key: bool, is_news: bool, now: Instant) {
        let started = self.started.take().unwrap_or(now);
        self.not_before = match (has_key, is_news) {
            (true, true) => None,
            (true, false) => started.checked_add(self.interval),
            // Counted from the end: requests that waited for this fetch must be denied now, and not
            // wait for another fetch.
            (false, _) => now.checked_add(self.interval.min(RETRY_WITHOUT_KEY)),
        };
    }

    /// Returns the time before which no fetch may start, if there is one.
    pub(in crate::access) fn not_before(&self) -> Option<Instant> {
        self.not_before
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Permission, Schedule};

    const INTERVAL: Duration = Duration::from_secs(30);
    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_first_fetch_is_permitted_and_only_one_at_a_time() {
        let (mut schedule, now) = (Schedule::new(INTERVAL), Instant::now());
        assert_eq!(schedule.request(now), Permission::Granted);
        assert_eq!(schedule.request(now), Permission::UnderWay);
        assert_eq!(schedule.request(now + 100 * INTERVAL), Permission::UnderWay);
    }

    #[test]
    fn a_fetch_without_a_new_key_is_followed_by_a_pause_and_one_with_a_new_key_is_not() {
        let (mut schedule, now) = (Schedule::new(INTERVAL), Instant::now());
        for is_news in [true, false, true] {
            let now = now + if is_news { Duration::ZERO } else { INTERVAL };
            let _ = schedule.request(now);
            schedule.end(true, is_news, now + SECOND);
            let next = schedule.request(now + 2 * SECOND);
            if is_news {
                assert_eq!(next, Permission::Granted);
                schedule.end(true, true, now + 2 * SECOND);
            } else {
                assert_eq!(next, Permission::NotBefore(now + INTERVAL));
                assert_eq!(schedule.request(now + INTERVAL), Permission::Granted);
            }
        }
    }

    #[test]
    fn without_a_key_the_pause_is_short_and_counted_from_the_end() {
        for (interval, pause) in [(INTERVAL, SECOND), (SECOND / 4, SECOND / 4)] {
            let (mut schedule, now) = (Schedule::new(interval), Instant::now());
            let _ = schedule.request(now);
            schedule.end(false, false, now + 10 * SECOND);
            let next = now + 10 * SECOND + pause;
            assert_eq!(
                schedule.request(now + 10 * SECOND),
                Permission::NotBefore(next)
            );
            assert_eq!(schedule.request(next), Permission::Granted);
        }
    }
}
