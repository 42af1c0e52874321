//! When the verifier key may be fetched.

use std::time::{Duration, Instant};

/// How soon another attempt may follow when there is no key at all.
const RETRY_WITHOUT_KEY: Duration = Duration::from_secs(1);

/// Permits one fetch at a time. With a key in use, one may always be made that brings another;
/// a fetch that brought nothing new, as forged tokens make for, is followed by none for an
/// interval.
#[derive(Debug)]
pub(in crate::access) struct Schedule {
    interval: Duration,
    started: Option<Instant>,
    not_before: Option<Instant>,
}

/// Whether a fetch may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Permission {
    /// It may, and is taken as started.
    Granted,
    /// One is under way.
    UnderWay,
    /// It may from this time on.
    NotBefore(Instant),
}

impl Schedule {
    pub(in crate::access) fn new(interval: Duration) -> Self {
        Self {
            interval,
            started: None,
            not_before: None,
        }
    }

    pub(in crate::access) fn ask(&mut self, now: Instant) -> Permission {
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

    /// Notes that the fetch has ended: whether there is a key now, and whether it is news.
    pub(in crate::access) fn end(&mut self, has_key: bool, is_news: bool, now: Instant) {
        let started = self.started.take().unwrap_or(now);
        self.not_before = match (has_key, is_news) {
            (true, true) => None,
            (true, false) => started.checked_add(self.interval),
            // Counted from the end: whoever waited for this one must not be made to wait for
            // another at once.
            (false, _) => now.checked_add(self.interval.min(RETRY_WITHOUT_KEY)),
        };
    }

    /// Returns from when on the next fetch may start, where not at once.
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
    fn the_first_fetch_is_always_permitted_and_one_at_a_time() {
        let (mut schedule, now) = (Schedule::new(INTERVAL), Instant::now());
        assert_eq!(schedule.ask(now), Permission::Granted);
        assert_eq!(schedule.ask(now), Permission::UnderWay);
        assert_eq!(schedule.ask(now + 100 * INTERVAL), Permission::UnderWay);
    }

    #[test]
    fn an_interval_without_fetches_follows_one_in_vain_and_none_one_with_news() {
        let (mut schedule, now) = (Schedule::new(INTERVAL), Instant::now());
        for is_news in [true, false, true] {
            let now = now + if is_news { Duration::ZERO } else { INTERVAL };
            let _ = schedule.ask(now);
            schedule.end(true, is_news, now + SECOND);
            let next = schedule.ask(now + 2 * SECOND);
            if is_news {
                assert_eq!(next, Permission::Granted);
                schedule.end(true, true, now + 2 * SECOND);
            } else {
                assert_eq!(next, Permission::NotBefore(now + INTERVAL));
                assert_eq!(schedule.ask(now + INTERVAL), Permission::Granted);
            }
        }
    }

    #[test]
    fn without_a_key_the_pause_is_short_and_counts_from_the_end() {
        for (interval, pause) in [(INTERVAL, SECOND), (SECOND / 4, SECOND / 4)] {
            let (mut schedule, now) = (Schedule::new(interval), Instant::now());
            let _ = schedule.ask(now);
            schedule.end(false, false, now + 10 * SECOND);
            let next = now + 10 * SECOND + pause;
            assert_eq!(schedule.ask(now + 10 * SECOND), Permission::NotBefore(next));
            assert_eq!(schedule.ask(next), Permission::Granted);
        }
    }
}
