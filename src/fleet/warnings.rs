//! Log lines for the operator: each says what happened, what follows from it, and what to do.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    entry::Unreadable, error::FleetError, history::Loss, id::EntryId, settings::WhenBlind,
};

/// A flood of bad entries must not become a flood of log lines.
const PAUSE: Duration = Duration::from_secs(60);

/// What is so for hours need not be said each minute.
const LONG_PAUSE: Duration = Duration::from_secs(600);

/// From how many seconds on a difference between clocks is said. Answers that are late look like a smaller one.
const CLOCKS_DIFFER: u64 = 60;

/// The warnings of one member.
#[derive(Debug)]
pub(super) struct Warnings {
    when_blind: WhenBlind,
    last_unreadable: Mutex<Option<Instant>>,
    last_not_written: Mutex<Option<Instant>>,
    last_clocks: Mutex<Option<Instant>>,
}

impl Warnings {
    pub(super) fn new(when_blind: WhenBlind) -> Self {
        Self {
            when_blind,
            last_unreadable: Mutex::new(None),
            last_not_written: Mutex::new(None),
            last_clocks: Mutex::new(None),
        }
    }

    /// Logs the beginning of an outage.
    pub(super) fn blind(&self, error: &FleetError, staleness: Duration) {
        let consequence = match self.when_blind {
            WhenBlind::Continue => {
                "Until then, tokens are judged by what was known before, as `.when_blind(…)` says"
                    .to_owned()
            }
            WhenBlind::DenyAfter(bound) => {
                format!(
                    "Tokens are denied with 503 once that is {} s, as `.when_blind(…)` says",
                    bound.as_secs_f32()
                )
            }
        };
        tracing::warn!(
            code = "fleet_blind",
            staleness_ms = u64::try_from(staleness.as_millis()).unwrap_or(u64::MAX),
            "the marks of the fleet are not visible: {error}. {consequence}",
        );
    }

    /// Logs the end of an outage.
    #[allow(clippy::unused_self)] // beside its counterpart
    pub(super) fn sees_again(&self) {
        tracing::info!(
            code = "fleet_sees_again",
            "the marks of the fleet are visible again, and complete"
        );
    }

    /// Logs that history was lost.
    #[allow(clippy::unused_self)] // beside the others
    pub(super) fn lost(&self, loss: Loss) {
        let what = match loss {
            Loss::Forgotten => {
                "the Redis server has forgotten marks of the fleet: it restarted without its data, evicted or \
                 lost the stream, or a replica took over that lacked its latest entries. Let it keep its data \
                 (`appendonly yes`, and a policy that does not evict the stream)"
            }
            Loss::Hole => {
                "marks of the fleet were deleted that still matter. Do not trim or delete entries of the \
                 stream, set the same token lifetime on every instance, and set all clocks by NTP"
            }
        };
        tracing::warn!(
            code = "fleet_history_lost",
            "{what}. All tokens that were issued before are denied with 401, so that frontends refresh them",
        );
    }

    /// Logs an entry that is not believed.
    pub(super) fn unreadable(&self, id: EntryId, unreadable: &Unreadable) {
        if !is_due(&self.last_unreadable, PAUSE) {
            return;
        }
        match unreadable {
            Unreadable::Newer { .. } => tracing::warn!(
                code = "fleet_newer_entry",
                "the entry {id} of the fleet's stream cannot be read: {unreadable}. It is taken as a mark of \
                 everyone: all tokens that were issued before are denied with 401. Update this instance",
            ),
            Unreadable::Foreign(_) => tracing::warn!(
                code = "fleet_foreign_entry",
                "the entry {id} of the fleet's stream is ignored: {unreadable}. Something else writes under \
                 this key: set another `.prefix(…)` on every instance",
            ),
        }
    }

    /// Logs that the clock of the server and the one here differ, as Unix timestamps in milliseconds.
    pub(super) fn clocks(&self, there: u64, here: u64) {
        let differs_by_s = there.abs_diff(here).saturating_add(500) / 1000;
        if differs_by_s < CLOCKS_DIFFER || !is_due(&self.last_clocks, LONG_PAUSE) {
            return;
        }
        let way = if there > here { "ahead of" } else { "behind" };
        tracing::warn!(
            code = "fleet_clocks_differ",
            differs_by_s,
            "the clock of the Redis server is {differs_by_s} s {way} that of this machine. Marks hold by the later \
             one and are read back by the earlier one, so that tokens may be denied that are newer than a change. \
             Set both by NTP",
        );
    }

    /// Logs that a mark waits too long.
    pub(super) fn not_written(&self, error: &FleetError) {
        if is_due(&self.last_not_written, PAUSE) {
            tracing::warn!(
                code = "fleet_not_written",
                "marks of this instance do not reach the fleet: {error}. They hold on this instance, and are \
                 written once the server is back",
            );
        }
    }
}

/// Returns `true` once in a while.
fn is_due(last: &Mutex<Option<Instant>>, pause: Duration) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let is_due = last.is_none_or(|last| last.elapsed() >= pause);
    if is_due {
        *last = Some(Instant::now());
    }
    is_due
}
