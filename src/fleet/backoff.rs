//! The pauses between attempts to reach the server.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

/// Short, because a cut connection is usually open again at once.
const FIRST: Duration = Duration::from_millis(25);

/// Short enough that an instance is back a second after the server.
const LONGEST: Duration = Duration::from_millis(500);

/// Pauses that double, and differ between processes.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
    random: RandomState,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self {
            next: FIRST,
            random: RandomState::new(),
        }
    }

    /// Returns the next pause: a random time between half of it and all of it, so that a server that
    /// restarts is not reached by a whole fleet at once.
    pub(super) fn next(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(LONGEST);
        let percent = u32::try_from(self.random.hash_one(whole) % 50).unwrap_or(0);
        whole * (50 + percent) / 100
    }

    /// Begins again with the shortest pause.
    pub(super) fn reset(&mut self) {
        self.next = FIRST;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, FIRST, LONGEST};

    #[test]
    fn pauses_double_up_to_a_bound_and_begin_again() {
        let mut backoff = Backoff::new();
        let pauses: Vec<_> = (0..10).map(|_| backoff.next()).collect();
        assert!(pauses[0] >= FIRST / 2 && pauses[0] < FIRST);
        assert!(pauses[2] >= FIRST * 2 && pauses[2] < FIRST * 4);
        assert!(pauses[9] >= LONGEST / 2 && pauses[9] < LONGEST);
        backoff.reset();
        assert!(backoff.next() < FIRST);
    }
}
