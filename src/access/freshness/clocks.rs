//! Time by two clocks: one that counts and is never set, and one that shows what tokens are compared with.
//!
//! A mark is dropped once both say that all tokens it is about have expired. By the first alone, a clock that is
//! set back would let such a token live on without its mark; by the second alone, one that is set forward would
//! drop marks of tokens that live on once it is right again.

use std::time::{Duration, Instant};

use super::{
    cause::Cause,
    mark_entry::{Age, Entry},
};

/// How far a clock may go back before an operator is told. Corrections by NTP are smaller.
const SET_BACK: i64 = 60;

/// A moment by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) instant: Instant,
    /// A Unix timestamp in seconds, by a clock that may be set.
    pub(super) unix_seconds: i64,
}

impl Moment {
    /// Returns by how many seconds the clock was set back since an earlier moment, if that is worth a warning.
    pub(super) fn set_back_since(self, earlier: Self) -> Option<i64> {
        let passed = self.instant.saturating_duration_since(earlier.instant);
        let passed = i64::try_from(passed.as_secs()).unwrap_or(i64::MAX);
        let expected = earlier.unix_seconds.saturating_add(passed);
        let set_back = expected.saturating_sub(self.unix_seconds);
        (set_back > SET_BACK).then_some(set_back)
    }

    /// Creates one whose clock shows this.
    #[cfg(test)]
    pub(super) fn at(unix_seconds: i64) -> Self {
        Self {
            instant: Instant::now(),
            unix_seconds,
        }
    }

    /// Returns the moment after so many seconds, by the one clock and by the other.
    #[cfg(test)]
    pub(super) fn after(self, counted: u64, shown: i64) -> Self {
        Self {
            instant: self.instant + Duration::from_secs(counted),
            unix_seconds: self.unix_seconds + shown,
        }
    }
}

/// How long marks are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetimes {
    /// What the times of entries count from.
    start: Instant,
    /// How long the longest token is accepted.
    pub(super) of_tokens: Duration,
}

impl Lifetimes {
    pub(super) fn new(of_tokens: Duration) -> Self {
        Self {
            start: Instant::now(),
            of_tokens,
        }
    }

    /// Returns when all tokens have expired that a mark of this time is about, if no clock is set.
    ///
    /// A mark of the future is about tokens that are issued until then.
    pub(super) fn until(&self, at: i64, now: Moment) -> u32 {
        let ahead = u64::try_from(at.saturating_sub(now.unix_seconds)).unwrap_or(0);
        let life = self.of_tokens.saturating_add(Duration::from_secs(ahead));
        now.instant
            .checked_add(life)
            .map_or(u32::MAX, |until| self.seconds(until))
    }

    /// Returns whether all tokens that a mark is about have expired by both clocks.
    pub(super) fn is_past(&self, entry: &Entry, now: Moment) -> bool {
        // A second later than necessary, as all times are whole seconds.
        let counted = self.seconds(now.instant).saturating_sub(1) > entry.until;
        let of_tokens = i64::try_from(self.of_tokens.as_secs()).unwrap_or(i64::MAX);
        let last_end = i64::from(entry.at)
            .saturating_add(of_tokens)
            .saturating_add(2);
        counted && last_end <= now.unix_seconds
    }

    /// Returns the seconds from the start to a time.
    fn seconds(&self, time: Instant) -> u32 {
        let since = time.saturating_duration_since(self.start).as_secs();
        u32::try_from(since).unwrap_or(u32::MAX)
    }
}

/// What does not speak any more: the tokens that dropped marks may have been about.
///
/// Each mark was dropped at a time at which all of its tokens had expired. If the clock is set back before that
/// time, they would be accepted again, and without the mark. So would a token that lives longer than it should.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor {
    /// The greatest time of a mark that was dropped.
    issued_until: i64,
    /// The latest time at which one was dropped.
    expired_until: i64,
}

impl Floor {
    /// Creates one before any mark was dropped.
    pub(super) const fn new() -> Self {
        Self {
            issued_until: i64::MIN,
            expired_until: i64::MIN,
        }
    }

    /// Notes that a mark is dropped.
    pub(super) fn raise(&mut self, entry: &Entry, now: Moment) {
        self.issued_until = self.issued_until.max(i64::from(entry.at));
        self.expired_until = self.expired_until.max(now.unix_seconds);
    }

    /// Returns why a token does not speak which a mark may have been about that was dropped.
    ///
    /// While no clock is set back, and no token lives longer than marks are kept, no token comes so far.
    pub(super) fn verdict(&self, age: Age) -> Option<Cause> {
        let had_expired = age.expires_at <= self.expired_until;
        let is_old = match age.issued_at {
            Some(issued_at) => issued_at <= self.issued_until,
            // Nothing but its end says when it was issued.
            None => had_expired,
        };
        is_old.then_some(if had_expired {
            Cause::ClockSetBack
        } else {
            Cause::Forgotten
        })
    }
}
