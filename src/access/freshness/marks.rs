//! The marks of one process: for each subject, the greatest time.
//!
//! Whatever the order in which marks come, the result is the same: webhooks and the stream of a fleet bring
//! them twice and in any order. Marks are dropped once no token is old enough for them, and too many become one
//! of everyone.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::cause::Cause;
use crate::words::{
    ids::{OrgId, UserId},
    subject::Subject,
};

/// The most marks that are kept. With ids of PropelAuth's length, they take about 30 MiB.
const MAX_MARKS: usize = 100_000;

/// Marks, and when they may be dropped.
#[derive(Debug, Default)]
pub(super) struct Marks {
    entries: HashMap<Subject, Entry>,
    next_sweep: Option<Instant>,
}

#[derive(Debug)]
struct Entry {
    at: i64,
    cause: Cause,
    /// When all tokens that it is about have expired, by a clock that is never set.
    until: Instant,
}

impl Marks {
    /// Adds a mark that holds for this long.
    pub(super) fn insert(
        &mut self,
        subject: Subject,
        at: i64,
        cause: Cause,
        now: Instant,
        lifetime: Duration,
    ) {
        self.sweep(now, lifetime);
        if self.entries.len() >= MAX_MARKS && !self.entries.contains_key(&subject) {
            let latest = self.entries.values().map(|entry| entry.at).max();
            let at = latest.map_or(at, |latest| latest.max(at));
            self.entries.clear();
            return self.insert(Subject::Everyone, at, Cause::TooMany, now, lifetime);
        }
        let until = now.checked_add(lifetime).unwrap_or(now);
        let entry = self.entries.entry(subject).or_insert_with(|| Entry {
            at,
            cause: cause.clone(),
            until,
        });
        entry.until = entry.until.max(until);
        // Of two marks of the same second, the cause with the smaller word stays, in any order.
        if at > entry.at || (at == entry.at && cause.word() < entry.cause.word()) {
            entry.at = at;
            entry.cause = cause;
        }
    }

    fn sweep(&mut self, now: Instant, lifetime: Duration) {
        if self.next_sweep.is_none_or(|next| next <= now) {
            self.entries.retain(|_, entry| entry.until > now);
            self.next_sweep = now.checked_add(lifetime / 8);
        }
    }

    /// Returns why a token of this user that was issued at this time does not speak.
    ///
    /// Times are whole seconds, so that a token of the same second may be from before the change.
    pub(super) fn of_user(&self, user: &UserId, issued_at: Option<i64>) -> Option<&Cause> {
        self.of(&Subject::Everyone, issued_at)
            .or_else(|| self.of(&Subject::User(user.clone()), issued_at))
    }

    /// Returns why it does not speak for this membership.
    pub(super) fn of_member(
        &self,
        user: &UserId,
        org: &OrgId,
        issued_at: Option<i64>,
    ) -> Option<&Cause> {
        self.of(&Subject::Org(org.clone()), issued_at)
            .or_else(|| self.of(&Subject::Member(user.clone(), org.clone()), issued_at))
    }

    fn of(&self, subject: &Subject, issued_at: Option<i64>) -> Option<&Cause> {
        let entry = self.entries.get(subject)?;
        let is_before = issued_at.is_none_or(|issued_at| issued_at <= entry.at);
        is_before.then_some(&entry.cause)
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

    use super::{MAX_MARKS, Marks};
    use crate::{access::freshness::Cause, words::subject::Subject};

    const LIFETIME: Duration = Duration::from_secs(1800);

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
                all.insert(subject, at, cause, now, LIFETIME);
            }
            let mut entries: Vec<_> = all
                .entries
                .into_iter()
                .map(|(subject, entry)| (subject, entry.at, entry.cause))
                .collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            results.push(entries);
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
        assert_eq!(results[0].len(), 3);
    }

    #[test]
    fn a_token_of_the_same_second_and_one_without_a_time_are_from_before() {
        let mut marks = Marks::default();
        marks.insert(user(1), 100, Cause::ByHand, Instant::now(), LIFETIME);
        let stale = |issued_at| marks.of_user(&"1".into(), issued_at).is_some();
        assert!(stale(None) && stale(Some(99)) && stale(Some(100)));
        assert!(!stale(Some(101)));
        assert!(marks.of_user(&"2".into(), None).is_none());
    }

    #[test]
    fn marks_are_dropped_when_no_token_is_old_enough() {
        let (mut marks, start) = (Marks::default(), Instant::now());
        marks.insert(user(1), 100, Cause::ByHand, start, LIFETIME);
        marks.insert(user(2), 100, Cause::ByHand, start + LIFETIME, LIFETIME);
        assert!(marks.of_user(&"1".into(), Some(1)).is_none());
        assert!(marks.of_user(&"2".into(), Some(1)).is_some());
    }

    #[test]
    fn too_many_marks_become_one_of_everyone() {
        let (mut marks, now) = (Marks::default(), Instant::now());
        for number in 0..MAX_MARKS {
            marks.insert(user(number), 100, Cause::ByHand, now, LIFETIME);
        }
        assert_eq!(marks.len(), MAX_MARKS);
        assert!(marks.of_user(&"stranger".into(), Some(100)).is_none());
        marks.insert(user(MAX_MARKS), 90, Cause::ByHand, now, LIFETIME);
        assert_eq!(marks.len(), 1);
        assert_eq!(
            marks.of_user(&"stranger".into(), Some(100)),
            Some(&Cause::TooMany)
        );
    }
}
