//! The marks of one process: for each subject, the greatest time.
//!
//! Whatever the order in which marks come, the result is the same: webhooks and the stream of a fleet bring
//! them twice and in any order. Marks are dropped once no token is old enough for them, and too many become one
//! of everyone.

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
    time::{Duration, Instant},
};

use super::{
    cause::Cause,
    causes::Causes,
    clocks::{Floor, Lifetimes, Moment},
    mark_entry::{Age, Entry, Verdict},
    mark_key::{Key, Keys},
    since::Since,
};
use crate::words::{
    ids::{OrgId, UserId},
    subject::Subject,
};

/// The most marks that are kept. They take less than 64 MiB, which `tests/memory.rs` measures.
const MAX_MARKS: usize = 1_000_000;

/// The most marks that are looked at for old ones at a time. Requests wait for that, and it takes microseconds.
pub(super) const SLICE: usize = 1024;

/// Marks, and when they may be dropped.
///
/// A tree and not a hash table, which would have to hold two copies of everything whenever it grows.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) entries: BTreeMap<Key, Entry>,
    pub(super) keys: Keys,
    pub(super) causes: Causes,
    pub(super) most: usize,
    /// The generation of the next mark.
    generation: u32,
    pub(super) lifetimes: Lifetimes,
    floor: Floor,
    /// The greatest time of a mark so far.
    latest: u32,
    /// When the last mark was added.
    last: Option<Moment>,
    pub(super) next_sweep: Option<Instant>,
    /// How many were dropped because they were old.
    dropped: u64,
    /// Where the search for old marks goes on, if it is not at its end.
    pub(super) swept_to: Option<Key>,
}

/// Marks that were removed. Freeing many of them takes a while, so that it is done without the lock.
#[must_use]
#[derive(Debug, Default)]
pub(super) struct Removed(#[allow(dead_code)] BTreeMap<Key, Entry>); // to be dropped

/// Why a token does not speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stale {
    pub(crate) cause: Cause,
    /// Whether the account shows what changed, so that it can speak in place of the token.
    pub(crate) is_in_account: bool,
}

impl Marks {
    /// Creates a memory without marks, for tokens that are accepted for as long as this.
    pub(super) fn new(lifetime: Duration) -> Self {
        Self {
            entries: BTreeMap::new(),
            keys: Keys::default(),
            causes: Causes::default(),
            most: MAX_MARKS,
            generation: 0,
            lifetimes: Lifetimes::new(lifetime),
            floor: Floor::new(),
            latest: 0,
            last: None,
            next_sweep: None,
            dropped: 0,
            swept_to: None,
        }
    }

    /// Sets the generation of the marks that are added from now on. If there are too many for the number, they
    /// are all from after everything that is known.
    pub(super) fn begin(&mut self, generation: u64) {
        self.generation = u32::try_from(generation).unwrap_or(u32::MAX);
    }

    /// Notes the time, and returns by how many seconds the clock was set back since the last mark, if that is
    /// worth a warning.
    pub(super) fn note_time(&mut self, now: Moment) -> Option<i64> {
        self.last
            .replace(now)
            .and_then(|last| now.set_back_since(last))
    }

    /// Adds a mark.
    pub(super) fn insert(
        &mut self,
        subject: &Subject,
        at: i64,
        cause: Cause,
        now: Moment,
    ) -> Removed {
        self.sweep(now);
        // Before 1970 is no time of a token, and after 2106 all tokens are from before it.
        let at = u32::try_from(at.max(0)).unwrap_or(u32::MAX);
        self.latest = self.latest.max(at);
        if self.is_full_for(subject) {
            let removed = std::mem::take(&mut self.entries);
            self.swept_to = None;
            self.causes = Causes::default();
            self.add(&Subject::Everyone, self.latest, Cause::TooMany, now);
            return Removed(removed);
        }
        self.add(subject, at, cause, now);
        Removed::default()
    }

    fn add(&mut self, subject: &Subject, at: u32, cause: Cause, now: Moment) {
        let is_hidden = match subject {
            Subject::User(_) | Subject::Everyone => !cause.is_in_account(),
            _ => false,
        };
        let cause = self.causes.number(cause);
        let new = Entry {
            at,
            until: self.lifetimes.until(i64::from(at), now),
            hidden_until: if is_hidden { at.saturating_add(1) } else { 0 },
            generation: self.generation,
            cause,
        };
        let entry = self.entries.entry(self.keys.of(subject)).or_insert(new);
        // Of two marks of the same second, the cause with the smaller word stays, in any order.
        let is_first = self.causes.word(cause) < self.causes.word(entry.cause);
        entry.merge(new, is_first);
    }

    /// Returns whether there is no room for a mark of this subject.
    pub(super) fn is_full_for(&self, subject: &Subject) -> bool {
        self.entries.len() >= self.most && !self.entries.contains_key(&self.keys.of(subject))
    }

    /// Drops old marks, a slice at a time, from the beginning once in a while.
    fn sweep(&mut self, now: Moment) {
        // Until a search is at its end, it stays due.
        if self.next_sweep.is_some_and(|next| now.instant < next) {
            return;
        }
        self.swept_to = self.sweep_slice(self.swept_to, now);
        if self.swept_to.is_none() {
            self.next_sweep = now.instant.checked_add(self.lifetimes.of_tokens / 8);
        }
    }

    /// Drops the marks of a slice for which no token is old enough. Returns where to go on, or `None` at the end.
    pub(super) fn sweep_slice(&mut self, from: Option<Key>, now: Moment) -> Option<Key> {
        let start = from.map_or(Unbounded, Excluded);
        let (mut seen, mut end, mut past) = (0, None, Vec::new());
        for (key, entry) in self.entries.range((start, Unbounded)).take(SLICE) {
            (seen, end) = (seen + 1, Some(*key));
            if self.lifetimes.is_past(entry, now) {
                self.floor.raise(entry, now);
                past.push(*key);
            }
        }
        for key in past {
            self.entries.remove(&key);
            self.dropped += 1;
        }
        end.filter(|_| seen == SLICE)
    }

    /// Returns why a token of this user does not speak.
    pub(super) fn of_user(&self, user: &UserId, age: Age) -> Option<Stale> {
        if let Some(forgotten) = self.forgotten(age) {
            return Some(forgotten);
        }
        let of_everyone = self.of(self.keys.everyone(), age);
        let of_user = self.of(self.keys.user(user), age);
        // A change that no account shows decides, although the other one could be fetched.
        let is_hidden = |stale: &Stale| !stale.is_in_account;
        if of_user.as_ref().is_some_and(is_hidden) {
            return of_user;
        }
        of_everyone.or(of_user)
    }

    /// Returns why a token does not speak which a mark may have been about that was dropped. No account is known to
    /// show it.
    fn forgotten(&self, age: Age) -> Option<Stale> {
        let cause = self.floor.verdict(age)?;
        let is_in_account = false;
        Some(Stale {
            cause,
            is_in_account,
        })
    }

    /// Returns why it does not speak for this membership.
    pub(super) fn of_member(&self, user: &UserId, org: &OrgId, age: Age) -> Option<Stale> {
        self.of(self.keys.org(org), age)
            .or_else(|| self.of(self.keys.member(user, org), age))
    }

    /// Returns why a token does not speak for a membership that it does not list, and that its user may have
    /// now: by a mark of this user. One of the whole organization makes no user a member.
    pub(super) fn of_joining(&self, user: &UserId, org: &OrgId, age: Age) -> Option<Stale> {
        self.of(self.keys.member(user, org), age)
    }

    /// Returns `true` if there is a mark from after this generation of a user, or of the user in one of these
    /// organizations, so that what was known of the account then may have changed.
    pub(super) fn changed<'a>(
        &self,
        user: &UserId,
        orgs: impl IntoIterator<Item = &'a OrgId>,
        generation: u64,
    ) -> bool {
        let is_news = |key| {
            let entry = self.entries.get(&key);
            entry.is_some_and(|entry| entry.is_after(generation))
        };
        is_news(self.keys.everyone())
            || is_news(self.keys.user(user))
            || orgs
                .into_iter()
                .any(|org| is_news(self.keys.org(org)) || is_news(self.keys.member(user, org)))
    }

    /// Returns why what is known of a caller since then no longer holds, by the first of these subjects, or by
    /// the first change among them that no account shows.
    pub(super) fn of_any(&self, subjects: &[Subject], since: Since) -> Option<Stale> {
        if let Since::Token(age) = since
            && let Some(forgotten) = self.forgotten(age)
        {
            return Some(forgotten);
        }
        let keys = subjects.iter().map(|subject| self.keys.of(subject));
        let mut first = None;
        for stale in keys.filter_map(|key| self.since(key, since)) {
            if !stale.is_in_account {
                return Some(stale);
            }
            first.get_or_insert(stale);
        }
        first
    }

    fn since(&self, key: Key, since: Since) -> Option<Stale> {
        match since {
            Since::Token(age) => self.of(key, age),
            Since::Generation(known) => {
                let entry = self.entries.get(&key)?;
                // What is known to be from after everything is from after the last generation, too.
                (entry.is_after(known) && known != u64::MAX).then(|| Stale {
                    cause: self.causes.of(entry.cause).clone(),
                    is_in_account: false,
                })
            }
        }
    }

    fn of(&self, key: Key, age: Age) -> Option<Stale> {
        let entry = self.entries.get(&key)?;
        entry.verdict(age).map(|verdict| Stale {
            cause: self.causes.of(entry.cause).clone(),
            is_in_account: verdict == Verdict::InAccount,
        })
    }

    /// Returns the number of marks.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns how many were dropped because they were old.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}
