//! How old the last contact with the stream is: what requests ask, and what an operator sees.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::error::FleetError;

/// What a member of a fleet knows of the stream. Its thread writes it, and requests read it without a lock.
#[derive(Debug)]
pub(super) struct Contact {
    joined: Instant,
    /// Everything that the fleet had this many microseconds after `joined` is known. 0 if nothing is.
    known_up_to: AtomicU64,
    /// The age of a contact, in microseconds, up to which requests are served.
    deny_after: u64,
    /// Whether the outage that lasts has been logged.
    is_blind: AtomicBool,
    problem: Mutex<Option<FleetError>>,
    /// The time of the latest mark of everyone, as a Unix timestamp in seconds.
    everyone_up_to: AtomicI64,
    /// The marks that wait to be written.
    pub(super) pending: AtomicUsize,
    /// The times that history was lost.
    pub(super) losses: AtomicU64,
    /// The entries that were read.
    pub(super) entries: AtomicU64,
}

impl Contact {
    /// Creates the state of a member that joins now, and denies after this age if there is one.
    pub(super) fn new(deny_after: Option<Duration>) -> Self {
        Self {
            joined: Instant::now(),
            known_up_to: AtomicU64::new(0),
            deny_after: deny_after.map_or(u64::MAX, micros),
            is_blind: AtomicBool::new(false),
            problem: Mutex::new(None),
            everyone_up_to: AtomicI64::new(i64::MIN),
            pending: AtomicUsize::new(0),
            losses: AtomicU64::new(0),
            entries: AtomicU64::new(0),
        }
    }

    /// Notes that everything is known that the fleet had at this time. It has to be applied already.
    ///
    /// The time is that of the question, not that of the answer: an answer can be late.
    pub(super) fn know_up_to(&self, asked: Instant) {
        let since = micros(asked.saturating_duration_since(self.joined)).max(1);
        self.known_up_to.fetch_max(since, Ordering::Release);
    }

    /// Returns the time since the member joined.
    pub(super) fn age(&self) -> Duration {
        self.joined.elapsed()
    }

    /// Returns the age of what is known: since the last contact, or since the start if there was none.
    pub(super) fn staleness(&self) -> Duration {
        let now = micros(self.joined.elapsed());
        let known = self.known_up_to.load(Ordering::Acquire);
        Duration::from_micros(now.saturating_sub(known))
    }

    /// Returns `true` if requests are served, as far as it depends on the age of what is known.
    ///
    /// A member that only says so pays nothing for it, and one that denies a reading of the clock. A flag
    /// that another thread sets would be cheaper, and wrong after this process was stopped for a while.
    pub(super) fn is_trusted(&self) -> bool {
        if self.deny_after == u64::MAX {
            return true;
        }
        let known = self.known_up_to.load(Ordering::Acquire);
        let age = micros(self.joined.elapsed()).saturating_sub(known);
        known > 0 && age <= self.deny_after
    }

    /// Returns whether the marks were read back once.
    pub(super) fn is_caught_up(&self) -> bool {
        self.known_up_to.load(Ordering::Acquire) > 0
    }

    /// Notes a mark of everyone: tokens that were issued up to this second do not speak.
    pub(super) fn everyone_up_to(&self, at: i64) {
        self.everyone_up_to.fetch_max(at, Ordering::Relaxed);
    }

    /// Returns `true` if a token that is issued at this time would not speak.
    pub(super) fn refuses_tokens_of(&self, now: f64) -> bool {
        now.floor() <= self.everyone_up_to.load(Ordering::Relaxed) as f64
    }

    /// Notes an outage. Returns `true` if it is a new one.
    pub(super) fn lose(&self, problem: FleetError) -> bool {
        *self.lock() = Some(problem);
        !self.is_blind.swap(true, Ordering::Relaxed)
    }

    /// Notes that the outage is over. Returns `true` if there was one.
    pub(super) fn regain(&self) -> bool {
        let was_blind = self.is_blind.swap(false, Ordering::Relaxed);
        if was_blind {
            *self.lock() = None;
        }
        was_blind
    }

    /// Returns why the stream is not visible, if it is not.
    pub(super) fn problem(&self) -> Option<FleetError> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<FleetError>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::{
        thread::sleep,
        time::{Duration, Instant},
    };

    use super::{Contact, FleetError};

    #[test]
    fn nothing_is_trusted_before_the_first_contact_if_it_denies() {
        assert!(!Contact::new(Some(Duration::from_secs(60))).is_trusted());
        assert!(Contact::new(None).is_trusted());
    }

    #[test]
    fn a_contact_is_trusted_until_it_is_older_than_the_bound() {
        let contact = Contact::new(Some(Duration::from_millis(80)));
        contact.know_up_to(Instant::now());
        assert!(contact.is_trusted() && contact.is_caught_up());
        sleep(Duration::from_millis(100));
        assert!(!contact.is_trusted());
        assert!(contact.staleness() >= Duration::from_millis(100));
        contact.know_up_to(Instant::now());
        assert!(contact.is_trusted());
    }

    #[test]
    fn a_late_answer_counts_from_its_question() {
        let contact = Contact::new(Some(Duration::from_millis(50)));
        let asked = Instant::now();
        sleep(Duration::from_millis(70));
        contact.know_up_to(asked);
        assert!(!contact.is_trusted());
        // An answer to an earlier question takes nothing away.
        contact.know_up_to(Instant::now());
        contact.know_up_to(asked);
        assert!(contact.is_trusted());
    }

    #[test]
    fn an_outage_is_reported_once() {
        let contact = Contact::new(None);
        assert!(!contact.regain());
        assert!(contact.lose(FleetError::AlreadyJoined));
        let reason = "timed out".to_owned();
        assert!(!contact.lose(FleetError::Unreachable { reason }));
        assert!(contact.problem().unwrap().to_string().contains("timed out"));
        assert!(contact.regain() && !contact.regain());
        assert!(contact.problem().is_none());
        assert!(contact.lose(FleetError::AlreadyJoined));
    }
}
