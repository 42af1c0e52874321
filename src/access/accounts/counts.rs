//! [`Counts`]: how often accounts were needed, and what that cost.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{access::freshness::FreshnessStats, observe::metrics};

/// How an account was got for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Got {
    /// From an answer of the last second.
    Kept,
    /// By a call that it began or joined.
    Fetched,
    /// Not at all: too many calls wait.
    Busy,
    /// Not at all: there was no answer.
    Unanswered,
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    fetches: AtomicU64,
    calls: AtomicU64,
    unanswered: AtomicU64,
}

impl Counts {
    /// Counts an account that was needed.
    pub(super) fn fetch(&self, got: Got) {
        self.fetches.fetch_add(1, Ordering::Relaxed);
        let (result, is_answered) = match got {
            Got::Kept => ("kept", true),
            Got::Fetched => ("fetched", true),
            Got::Busy => ("busy", false),
            Got::Unanswered => ("unreachable", false),
        };
        if !is_answered {
            self.unanswered.fetch_add(1, Ordering::Relaxed);
        }
        metrics::account(result);
    }

    /// Counts a call.
    pub(super) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the counts of marks with these.
    pub(super) fn add_to(&self, stats: FreshnessStats) -> FreshnessStats {
        FreshnessStats {
            fetches: self.fetches.load(Ordering::Relaxed),
            calls: self.calls.load(Ordering::Relaxed),
            unanswered: self.unanswered.load(Ordering::Relaxed),
            ..stats
        }
    }
}
