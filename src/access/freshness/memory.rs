//! [`Freshness`]: what a process knows of changes that tokens do not.
//!
//! A user in the cache remembers the generation at which it was judged. While that is the current one, nothing
//! has to be looked up. A mark is inserted before the generation grows, and a request reads the generation
//! before the marks: so a request that begins after a mark was set sees it, and one that runs at the same
//! time is judged again next time.
//!
//! It knows neither users nor tokens nor how marks travel. What keeps other knowledge that a change voids
//! is told by a function, and a fleet is a trait.

use std::{
    fmt,
    sync::{
        Arc, OnceLock, PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    thread::yield_now,
    time::{Duration, Instant},
};

use tokio::sync::watch;

use super::{
    cause::Cause,
    clocks::Moment,
    distribute::{Distribute, Staleness},
    mark::Mark,
    mark_entry::Age,
    marks::{Marks, Stale},
    recorded::Recorded,
    since::Since,
    stats::{Counts, FreshnessStats},
};
use crate::{
    access::clock::Clock,
    words::{
        ids::{OrgId, UserId},
        subject::Subject,
    },
};

/// How long PropelAuth's access tokens live by default.
pub(crate) const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The marks of one handle, and the fleet that it is in.
pub(crate) struct Freshness {
    /// Grows with each mark. What was judged at this generation need not be judged again.
    generation: AtomicU64,
    changes: watch::Sender<u64>,
    pub(super) marks: RwLock<Marks>,
    lifetime: Duration,
    clock: Clock,
    counts: Counts,
    fleet: OnceLock<Arc<dyn Distribute>>,
    listener: OnceLock<Listener>,
}

/// A function that learns of each change, before requests do.
type Listener = Box<dyn Fn(&Subject) + Send + Sync>;

impl Freshness {
    /// Creates a memory without marks, for tokens that live as long as this by this clock.
    pub(crate) fn new(lifetime: Duration, clock: Clock) -> Self {
        Self {
            // 0 is that of a user who was never judged.
            generation: AtomicU64::new(1),
            changes: watch::Sender::new(1),
            marks: RwLock::new(Marks::new(lifetime)),
            lifetime,
            clock,
            counts: Counts::default(),
            fleet: OnceLock::new(),
            listener: OnceLock::new(),
        }
    }

    /// Sets who learns of each change, such as what keeps validations of API keys. The first one stays.
    pub(crate) fn listen(&self, listener: impl Fn(&Subject) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    /// Returns how long the longest token lives.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Adds a mark to the memory of this process only.
    pub(crate) fn apply(&self, mark: &Mark) {
        let now = self.now();
        let at = mark.unix_seconds().unwrap_or(now.unix_seconds);
        if let Some(listener) = self.listener.get() {
            listener(mark.subject());
        }
        self.counts.set(mark.cause());
        let cause = mark.cause().clone();
        let mut marks = self.write(mark.subject(), now);
        // Within the lock: a reader who sees the new generation sees the mark.
        let generation = self.generation.load(Ordering::Relaxed) + 1;
        marks.begin(generation);
        let set_back = marks.note_time(now);
        let removed = marks.insert(mark.subject(), at, cause, now);
        self.generation.store(generation, Ordering::Release);
        drop(marks);
        drop(removed);
        self.changes.send_replace(generation);
        if let Some(seconds) = set_back {
            warn_of_clock(seconds);
        }
    }

    /// Locks the marks, with room for one of this subject if there are old ones. Requests that are judged in the
    /// meantime wait for a slice of them at most.
    fn write(&self, subject: &Subject, now: Moment) -> RwLockWriteGuard<'_, Marks> {
        let lock = || self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let (mut marks, mut from) = (lock(), None);
        while marks.is_full_for(subject) {
            from = marks.sweep_slice(from, now);
            if from.is_none() {
                break;
            }
            drop(marks);
            yield_now();
            marks = lock();
        }
        marks
    }

    #[allow(clippy::cast_possible_truncation)] // the year is less than 292,277,026,596
    fn now(&self) -> Moment {
        Moment {
            instant: Instant::now(),
            unix_seconds: self.clock.unix_seconds().floor() as i64,
        }
    }

    /// Returns the generation, which grows with each mark.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Returns the generation as a value whose changes can be awaited, for long-lived connections.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Adds a mark, and hands it to the fleet.
    ///
    /// It holds here when this returns, also if the fleet never gets it.
    pub(crate) fn record(&self, mark: Mark) -> Recorded {
        let mark = mark.at_latest(self.now().unix_seconds);
        self.apply(&mark);
        let fleet = self.fleet.get();
        Recorded::new(fleet.map(|fleet| fleet.distribute(mark)))
    }

    /// Hands all further marks to this fleet. The first one stays.
    #[cfg_attr(not(any(test, feature = "redis")), allow(dead_code))] // a fleet does
    pub(crate) fn attach(&self, fleet: Arc<dyn Distribute>) {
        let _ = self.fleet.set(fleet);
    }

    /// Returns an error if the memory is too old to judge by.
    pub(crate) fn trusts_memory(&self) -> Result<(), Staleness> {
        self.fleet
            .get()
            .map_or(Ok(()), |fleet| fleet.trusts_memory())
    }

    /// Counts that a token, or one of its memberships, was found to be stale.
    pub(crate) fn count_stale(&self, cause: &Cause) {
        self.counts.stale(cause);
    }

    /// Returns the counts of marks, without those of what was fetched.
    pub(crate) fn stats(&self) -> FreshnessStats {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        self.counts.stats(marks.len(), marks.dropped())
    }

    /// Returns why a token of this user does not speak.
    pub(crate) fn of_user(&self, user: &UserId, age: Age) -> Option<Stale> {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.of_user(user, age)
    }

    /// Returns why it does not speak for a membership.
    pub(crate) fn of_member(&self, user: &UserId, org: &OrgId, age: Age) -> Option<Stale> {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.of_member(user, org, age)
    }

    /// Returns why it does not speak for a membership that it does not list, and that the user may have now.
    pub(crate) fn of_joining(&self, user: &UserId, org: &OrgId, age: Age) -> Option<Stale> {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.of_joining(user, org, age)
    }

    /// Returns `true` if what was known of an account at this generation may have changed since.
    pub(crate) fn changed<'a>(
        &self,
        user: &UserId,
        orgs: impl IntoIterator<Item = &'a OrgId>,
        generation: u64,
    ) -> bool {
        // Where nothing changed at all, no mark has to be looked up.
        if self.generation() == generation {
            return false;
        }
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.changed(user, orgs, generation)
    }

    /// Returns why what is known of a caller since then no longer holds, by the first of these subjects.
    pub(crate) fn of_any(&self, subjects: &[Subject], since: Since) -> Option<Stale> {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.of_any(subjects, since)
    }
}

fn warn_of_clock(set_back: i64) {
    tracing::warn!(
        code = "clock_set_back",
        set_back_s = set_back,
        "the clock of this machine was set back by {set_back} s. Tokens that had expired before stay denied, and \
         marks are kept until the clock shows again what it showed. Set it by NTP; if it was wrong before and is \
         right now, restart this process",
    );
}

impl fmt::Debug for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Freshness")
            .field("generation", &self.generation)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
