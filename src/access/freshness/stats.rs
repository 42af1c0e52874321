//! [`FreshnessStats`]: what an operator sees of marks and of what was fetched because of them.

use std::sync::atomic::{AtomicU64, Ordering};

use super::cause::Cause;
use crate::observe::metrics;

/// Counts of marks, of the tokens that they were about, and of what was fetched in place of those.
///
/// [`PropelAuth::freshness_stats`](crate::PropelAuth::freshness_stats) returns it. The counts are those of this
/// process since the handle was built; with the feature `metrics`, they are also [metrics](crate::observe).
///
/// ```
/// # fn example(auth: actix_web_propelauth::PropelAuth) {
/// let stats = auth.freshness_stats();
/// println!("{} marks now, {} set, {} dropped", stats.marks, stats.set, stats.dropped);
/// println!("{} stale tokens, {} calls, {} without an answer", stats.stale, stats.calls, stats.unanswered);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FreshnessStats {
    /// Marks in memory.
    pub marks: usize,
    /// Marks that were set, of this instance and of its fleet. One that is set twice counts twice.
    pub set: u64,
    /// Marks that were dropped because all tokens from before them have expired.
    pub dropped: u64,
    /// How often a token or one of its memberships was found to be from before a change.
    pub stale: u64,
    /// How often an account was needed as of now: by requests with a stale token, by live guards and by
    /// connections.
    pub fetches: u64,
    /// The calls that were made for them. There are less than [`fetches`](Self::fetches) if one answer serves
    /// several.
    pub calls: u64,
    /// How many of [`fetches`](Self::fetches) got no answer, so that they were denied.
    pub unanswered: u64,
}

/// What is counted of marks.
#[derive(Debug, Default)]
pub(super) struct Counts {
    set: AtomicU64,
    stale: AtomicU64,
}

impl Counts {
    /// Counts a mark that was set.
    pub(super) fn set(&self, cause: &Cause) {
        self.set.fetch_add(1, Ordering::Relaxed);
        metrics::mark(cause.known_word());
    }

    /// Counts that a token, or one of its memberships, was found to be stale.
    pub(super) fn stale(&self, cause: &Cause) {
        self.stale.fetch_add(1, Ordering::Relaxed);
        metrics::stale(cause.known_word());
    }

    /// Returns the counts, for marks that are so many and of which so many were dropped.
    pub(super) fn stats(&self, marks: usize, dropped: u64) -> FreshnessStats {
        FreshnessStats {
            marks,
            dropped,
            set: self.set.load(Ordering::Relaxed),
            stale: self.stale.load(Ordering::Relaxed),
            ..FreshnessStats::default()
        }
    }
}
