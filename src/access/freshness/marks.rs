//! The marks of one process: for each subject, the greatest time.
//!
//! Whatever the order in which marks come, the result is the same: webhooks and the stream of a fleet bring
//! them twice and in any order. Marks are dropped once no token is old enough for them, and too many become one
//! of everyone.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{
    cause::Cause,
    causes::Causes,
    mark_key::{Key, Keys},
    since::Since,
};
use crate::words::{
    ids::{OrgId, UserId},
    subject::Subject,
};

/// The most marks that are kept. They take less than 64 MiB, which `tests/memory.rs` measures.
const MAX_MARKS: usize = 1_000_000;

/// Marks, and when they may be dropped.
///
/// A tree and not a hash table, which would have to hold two copies of everything whenever it grows.
#[derive(Debug)]
pub(super) struct Marks {
    entries: BTreeMap<Key, Entry>,
    keys: Keys,
    causes: Causes,
    most: usize,
    /// The generation of the next mark.
    generation: u32,
    /// What the times of entries count from.
    start: Instant,
    next_sweep: Option<Instant>,
}

/// Why a token does not speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stale {
    pub(crate) cause: Cause,
    /// Whether the account shows what changed, so that it can speak in place of the token.
    pub(crate) is_in_account: bool,
}

/// When a token was issued, and what has been fetched since.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Age {
    /// The `iat` of the token.
    pub(crate) issued_at: Option<i64>,
    /// The generation at which the account was fetched, which then shows all marks until then, or 0.
    pub(crate) fetched_at: u64,
}

/// A mark in 20 bytes, so that it takes 32 with its key.
#[derive(Debug)]
struct Entry {
    /// A Unix timestamp in seconds, of the years 1970 to 2106.
    at: u32,
    /// When all tokens that it is about have expired, in seconds since the start, by a clock that is never set.
    until: u32,
    /// The second after the greatest time of a change that no account shows, such as a logout, or 0. A later mark
    /// that an account shows does not replace it.
    hidden_until: u32,
    /// That of the last mark.
    generation: u32,
    cause: u16,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            keys: Keys::default(),
            causes: Causes::default(),
            most: MAX_MARKS,
            generation: 0,
            start: Instant::now(),
            next_sweep: None,
        }
    }
}

impl Marks {
    /// Sets the generation of the marks that are added from now on. If there are too many for the number, they
    /// are all from after everything that is known.
    pub(super) fn begin(&mut self, generation: u64) {
        self.generation = u32::try_from(generation).unwrap_or(u32::MAX);
    }

    /// Adds a mark that holds for this long.
    pub(super) fn insert(
        &mut self,
        subject: &Subject,
        at: i64,
        cause: Cause,
        now: Instant,
        lifetime: Duration,
    ) {
        self.sweep(now, lifetime);
        let key = self.keys.of(subject);
        // Before 1970 is no time of a token, and after 2106 all tokens are from before it.
        let at = u32::try_from(at.max(0)).unwrap_or(u32::MAX);
        if self.entries.len() >= self.most && !self.entries.contains_key(&key) {
            let latest = self.entries.values().map(|entry| entry.at).max();
            let at = latest.map_or(at, |latest| latest.max(at));
            self.entries.clear();
            self.causes = Causes::default();
            let (everyone, at) = (&Subject::Everyone, i64::from(at));
            return self.insert(everyone, at, Cause::TooMany, now, lifetime);
        }
        let generation = self.generation;
        let is_hidden = match subject {
            Subject::User(_) | Subject::Everyone => !cause.is_in_account(),
            _ => false,
        };
        let hidden_until = if is_hidden { at.saturating_add(1) } else { 0 };
        let until = self.seconds(now.checked_add(lifetime).unwrap_or(now));
        let cause = self.causes.number(cause);
        let entry = self.entries.entry(key).or_insert(Entry {
            at,
            until,
            hidden_until,
            generation,
            cause,
        });
        entry.generation = generation;
        entry.hidden_until = entry.hidden_until.max(hidden_until);
        entry.until = entry.until.max(until);
        // Of two marks of the same second, the cause with the smaller word stays, in any order.
        let is_first = || self.causes.word(cause) < self.causes.word(entry.cause);
        if at > entry.at || (at == entry.at && is_first()) {
            entry.at = at;
            entry.cause = cause;
        }
    }

    /// Drops what no token is old enough for.
    fn sweep(&mut self, now: Instant, lifetime: Duration) {
        if self.next_sweep.is_none_or(|next| next <= now) {
            // A second later than necessary, as both times are whole seconds.
            let seconds = self.seconds(now).saturating_sub(1);
            self.entries.retain(|_, entry| entry.until >= seconds);
            self.next_sweep = now.checked_add(lifetime / 8);
        }
    }

    /// Returns the seconds from the start to a time.
    fn seconds(&self, time: Instant) -> u32 {
        let since = time.saturating_duration_since(self.start).as_secs();
        u32::try_from(since).unwrap_or(u32::MAX)
    }

    /// Returns why a token of this user does not speak.
    ///
    /// Times are whole seconds, so that a token of the same second may be from before the change.
    pub(super) fn of_user(&self, user: &UserId, age: Age) -> Option<Stale> {
        let of_everyone = self.of(self.keys.everyone(), age);
        let of_user = self.of(self.keys.user(user), age);
        // A change that no account shows decides, although the other one could be fetched.
        let is_hidden = |stale: &Stale| !stale.is_in_account;
        if of_user.as_ref().is_some_and(is_hidden) {
            return of_user;
        }
        of_everyone.or(of_user)
    }

    /// Returns why it does not speak for this membership.
    pub(super) fn of_member(&self, user: &UserId, org: &OrgId, age: Age) -> Option<Stale> {
        self.of(self.keys.org(org), age)
            .or_else(|| self.of(self.keys.member(user, org), age))
    }

    /// Returns why what is known of a caller since then no longer holds, by the first of these subjects.
    pub(super) fn of_any(&self, subjects: &[Subject], since: Since) -> Option<&Cause> {
        let mut keys = subjects.iter().map(|subject| self.keys.of(subject));
        keys.find_map(|key| self.since(key, since))
    }

    fn since(&self, key: Key, since: Since) -> Option<&Cause> {
        let entry = self.entries.get(&key)?;
        let is_before = match since {
            Since::IssuedAt(issued_at) => issued_at
                .is_none_or(|issued_at| issued_at <= i64::from(entry.at) || entry.at == u32::MAX),
            Since::Generation(known) => {
                known < u64::from(entry.generation)
                    || (entry.generation == u32::MAX && known != u64::MAX)
            }
        };
        is_before.then(|| self.causes.of(entry.cause))
    }

    fn of(&self, key: Key, age: Age) -> Option<Stale> {
        let entry = self.entries.get(&key)?;
        let is_before = |second: i64, is_last| {
            age.issued_at
                .is_none_or(|issued_at| issued_at < second || is_last)
        };
        let (at, hidden_until) = (entry.at, entry.hidden_until);
        let is_hidden =
            hidden_until > 0 && is_before(i64::from(hidden_until), hidden_until == u32::MAX);
        // The last generation is that of all further marks.
        let is_news = u64::from(entry.generation) > age.fetched_at || entry.generation == u32::MAX;
        (is_hidden || (is_news && is_before(i64::from(at) + 1, at == u32::MAX))).then(|| Stale {
            cause: self.causes.of(entry.cause).clone(),
            is_in_account: !is_hidden,
        })
    }

    /// Returns the number of marks.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Age, Marks, Stale};
    use crate::{access::freshness::Cause, words::subject::Subject};

    const LIFETIME: Duration = Duration::from_secs(1800);

    fn issued(issued_at: i64) -> Age {
        Age {
            issued_at: Some(issued_at),
            ..Age::default()
        }
    }

    fn user(number: usize) -> Subject {
        Subject::User(number.to_string().into())
    }

    #[test]
    fn any_order_of_six_marks_ends_in_the_same_marks() {
        let now = Instant::now();
        let marks = [
            (Subject::User("u".into()), 5, Cause::ByHand),
            (Subject::User("u".into()), 5, Cause::UserDisabled),
            (Subject::User("u".into()), 3, Cause::Call),
            (
                Subject::Member("u".into(), "o".into()),
                7,
                Cause::RoleChanged,
            ),
            (Subject::Member("u".into(), "o".into()), 8, Cause::Call),
            (Subject::Everyone, 1, Cause::Fleet),
        ];
        let mut results = Vec::new();
        let mut order = [0, 1, 2, 3, 4, 5];
        // Heap's algorithm.
        let mut counters = [0; 6];
        let mut record = |order: &[usize; 6]| {
            let mut all = Marks::default();
            for index in order {
                let (subject, at, cause) = marks[*index].clone();
                all.insert(&subject, at, cause, now, LIFETIME);
            }
            let of = |(subject, ..): &(Subject, i64, Cause)| {
                let entry = all.entries.get(&all.keys.of(subject)).unwrap();
                (
                    entry.at,
                    entry.hidden_until,
                    entry.until,
                    all.causes.of(entry.cause).clone(),
                )
            };
            assert_eq!(all.len(), 3);
            results.push(marks.iter().map(of).collect::<Vec<_>>());
        };
        record(&order);
        let mut index = 0;
        while index < 6 {
            if counters[index] < index {
                let other = if index.is_multiple_of(2) {
                    0
                } else {
                    counters[index]
                };
                order.swap(other, index);
                record(&order);
                counters[index] += 1;
                index = 0;
            } else {
                counters[index] = 0;
                index += 1;
            }
        }
        assert_eq!(results.len(), 720);
        assert!(results.iter().all(|result| *result == results[0]));
    }

    #[test]
    fn a_token_of_the_same_second_and_one_without_a_time_are_from_before() {
        let mut marks = Marks::default();
        marks.insert(&user(1), 100, Cause::ByHand, Instant::now(), LIFETIME);
        let stale = |age| marks.of_user(&"1".into(), age).is_some();
        assert!(stale(Age::default()) && stale(issued(99)) && stale(issued(100)));
        assert!(!stale(issued(101)));
        assert!(marks.of_user(&"2".into(), Age::default()).is_none());
    }

    #[test]
    fn marks_are_dropped_when_no_token_is_old_enough() {
        let (mut marks, start) = (Marks::default(), Instant::now());
        marks.insert(&user(1), 100, Cause::ByHand, start, LIFETIME);
        marks.insert(&user(2), 100, Cause::ByHand, start + LIFETIME, LIFETIME);
        // Not before its time.
        assert!(marks.of_user(&"1".into(), issued(1)).is_some());
        let later = start + LIFETIME + Duration::from_secs(225);
        marks.insert(&user(3), 100, Cause::ByHand, later, LIFETIME);
        assert!(marks.of_user(&"1".into(), issued(1)).is_none());
        assert!(marks.of_user(&"2".into(), issued(1)).is_some());
    }

    #[test]
    fn too_many_marks_become_one_of_everyone() {
        const MOST: usize = 1000;
        let (mut marks, now) = (Marks::default(), Instant::now());
        marks.most = MOST;
        for number in 0..MOST {
            marks.insert(&user(number), 100, Cause::ByHand, now, LIFETIME);
        }
        assert_eq!(marks.len(), MOST);
        assert!(marks.of_user(&"stranger".into(), issued(100)).is_none());
        marks.insert(&user(MOST), 90, Cause::ByHand, now, LIFETIME);
        assert_eq!(marks.len(), 1);
        assert_eq!(
            marks.of_user(&"stranger".into(), issued(100)),
            Some(Stale {
                cause: Cause::TooMany,
                is_in_account: false
            })
        );
    }

    #[test]
    fn a_time_that_no_token_has_is_that_of_the_first_or_of_every_token() {
        let (mut marks, now) = (Marks::default(), Instant::now());
        marks.insert(&user(1), i64::MIN, Cause::ByHand, now, LIFETIME);
        marks.insert(&user(2), i64::MAX, Cause::ByHand, now, LIFETIME);
        let stale = |user: &str, at| marks.of_user(&user.into(), issued(at)).is_some();
        assert!(stale("1", 0) && !stale("1", 1));
        assert!(stale("2", i64::MAX));
    }

    #[test]
    fn a_fetched_account_speaks_until_the_next_mark_and_never_after_a_hidden_change() {
        let (mut marks, now) = (Marks::default(), Instant::now());
        let stale = |marks: &Marks, fetched_at| {
            let age = Age {
                fetched_at,
                ..issued(99)
            };
            let stale = marks.of_user(&"1".into(), age);
            stale.map(|stale| stale.is_in_account)
        };
        marks.begin(2);
        marks.insert(&user(1), 100, Cause::UserEnabled, now, LIFETIME);
        assert_eq!(stale(&marks, 1), Some(true));
        assert_eq!(stale(&marks, 2), None);
        // A mark that says the same is news: it may be of another change.
        marks.begin(3);
        marks.insert(&user(1), 100, Cause::UserEnabled, now, LIFETIME);
        assert_eq!(stale(&marks, 2), Some(true));
        assert_eq!(stale(&marks, 3), None);
        // A logout stays, whatever comes after it, and whatever was fetched.
        marks.insert(&user(1), 100, Cause::UserLoggedOut, now, LIFETIME);
        marks.insert(&user(1), 200, Cause::UserEnabled, now, LIFETIME);
        assert_eq!(stale(&marks, 3), Some(false));
        // So does that of a user, beside one of everyone.
        let mut marks = Marks::default();
        marks.insert(&Subject::Everyone, 100, Cause::UserEnabled, now, LIFETIME);
        marks.insert(&user(1), 100, Cause::UserLoggedOut, now, LIFETIME);
        assert_eq!(stale(&marks, 0), Some(false));
    }
}
