//! The grants that PropelAuth did not know, and how many of them each user sent.
//!
//! A grant is a random text that PropelAuth has created before a client can send it, so that one which is not known
//! does not become valid later. It is denied without a call for some seconds, by its hash. Grants that differ cost a
//! call each, and so a user may send ten that are not known within a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;

use super::grant::Digest;
use crate::words::ids::UserId;

/// How long a grant is denied without a call.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// The number of grants that are known.
const MOST_KNOWN: usize = 4096;
/// The number of wrong grants that a user may send within [`WINDOW`].
const MOST_WRONG: u32 = 10;
/// The time in which they are counted, from the first one on.
const WINDOW: Duration = Duration::from_secs(60);
/// The number of users that are counted. Of others, the calls in flight are bounded.
const MOST_USERS: usize = 4096;

/// The wrong grants of one handle.
pub(super) struct WrongGrants {
    known: Cache<Digest, Instant>,
    counts: Mutex<HashMap<UserId, Count>>,
}

/// The number of wrong grants since the first one.
struct Count {
    since: Instant,
    grants: u32,
}

impl Count {
    /// Returns the rest of the time in which grants are counted, or `None` at its end.
    fn left(&self, now: Instant) -> Option<Duration> {
        let left = WINDOW.checked_sub(now.saturating_duration_since(self.since))?;
        (!left.is_zero()).then_some(left)
    }
}

impl WrongGrants {
    pub(super) fn new() -> Self {
        Self {
            known: Cache::new(MOST_KNOWN),
            counts: Mutex::default(),
        }
    }

    /// Returns `true` if PropelAuth did not know the grant some seconds ago.
    pub(super) fn knows(&self, digest: &Digest, now: Instant) -> bool {
        let since = self.known.get(digest);
        since.is_some_and(|since| now.saturating_duration_since(since) < KNOWN_FOR)
    }

    /// Keeps a grant that PropelAuth does not know.
    pub(super) fn keep(&self, digest: Digest, now: Instant) {
        self.known.insert(digest, now);
    }

    /// Counts a wrong grant of a user.
    pub(super) fn count(&self, user_id: &UserId, now: Instant) {
        let mut counts = self.lock();
        if counts.len() >= MOST_USERS {
            counts.retain(|_, count| count.left(now).is_some());
        }
        let first = Count {
            since: now,
            grants: 1,
        };
        if let Some(count) = counts.get_mut(user_id) {
            if count.left(now).is_some() {
                count.grants = count.grants.saturating_add(1);
            } else {
                *count = first;
            }
        } else if counts.len() < MOST_USERS {
            counts.insert(user_id.clone(), first);
        }
    }

    /// Returns how long a user who sent too many wrong grants must wait, or `None` for any other user.
    pub(super) fn wait(&self, user_id: &UserId, now: Instant) -> Option<Duration> {
        let counts = self.lock();
        let count = counts.get(user_id)?;
        count.left(now).filter(|_| count.grants >= MOST_WRONG)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Digest, MOST_USERS, WrongGrants};
    use crate::words::{ids::UserId, secret::Secret};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_wrong_grant_is_known_for_five_seconds() {
        let (wrong, now) = (WrongGrants::new(), Instant::now());
        let digest = |text: &str| {
            let grant = Secret::from(text.to_owned());
            Digest::of(&UserId::from("u"), "PAY", &grant)
        };
        assert!(!wrong.knows(&digest("g"), now));
        wrong.keep(digest("g"), now);
        assert!(wrong.knows(&digest("g"), now));
        assert!(wrong.knows(&digest("g"), now + 5 * SECOND - Duration::from_nanos(1)));
        assert!(!wrong.knows(&digest("g"), now + 5 * SECOND));
        assert!(!wrong.knows(&digest("h"), now));
        for number in 0..100_000 {
            wrong.keep(digest(&number.to_string()), now);
        }
        assert!(wrong.known.len() <= super::MOST_KNOWN);
    }

    #[test]
    fn a_user_may_send_ten_wrong_grants_in_a_minute_from_the_first_one_on() {
        let (wrong, now) = (WrongGrants::new(), Instant::now());
        let (mallory, alice) = (UserId::from("mallory"), UserId::from("alice"));
        for number in 0..10 {
            assert_eq!(
                wrong.wait(&mallory, now + number * SECOND),
                None,
                "{number}"
            );
            wrong.count(&mallory, now + number * SECOND);
        }
        assert_eq!(wrong.wait(&mallory, now + 9 * SECOND), Some(51 * SECOND));
        assert_eq!(wrong.wait(&alice, now + 9 * SECOND), None);
        // One more does not prolong it.
        wrong.count(&mallory, now + 59 * SECOND);
        assert_eq!(wrong.wait(&mallory, now + 59 * SECOND), Some(SECOND));
        assert_eq!(wrong.wait(&mallory, now + 60 * SECOND), None);
        // And it begins from nothing.
        for _ in 0..9 {
            wrong.count(&mallory, now + 60 * SECOND);
        }
        assert_eq!(wrong.wait(&mallory, now + 60 * SECOND), None);
        wrong.count(&mallory, now + 60 * SECOND);
        assert_eq!(wrong.wait(&mallory, now + 60 * SECOND), Some(60 * SECOND));
    }

    #[test]
    fn the_users_that_are_counted_are_bounded_and_make_room_when_their_time_is_over() {
        let (wrong, now) = (WrongGrants::new(), Instant::now());
        let user = |number: usize| UserId::from(format!("u{number}"));
        for number in 0..MOST_USERS + 10 {
            wrong.count(&user(number), now);
        }
        assert_eq!(wrong.lock().len(), MOST_USERS);
        // Those that are counted still are.
        for _ in 0..9 {
            wrong.count(&user(0), now);
        }
        assert!(wrong.wait(&user(0), now).is_some());
        wrong.count(&user(MOST_USERS + 1), now + 60 * SECOND);
        assert_eq!(wrong.lock().len(), 1);
    }
}
