//! The latest changes that were reported, by which a validation that is kept is voided.
//!
//! A validation lives for a minute at most, so that only the latest changes count. They are numbered: a
//! validation remembers how many had been reported when PropelAuth was asked, and is void if one of the later
//! ones is about its owner. If more were reported than are kept, all older validations are void.

use std::{
    collections::VecDeque,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::principal::Principal;
use crate::{
    access::callers::validated_key::ApiKeyKind,
    words::{
        ids::{OrgId, UserId},
        subject::Subject,
    },
};

/// The number of changes that are kept.
const KEPT: usize = 1024;

/// The latest changes.
#[derive(Default)]
pub(super) struct KeyChanges {
    /// The number of changes so far. It is read for each request, without a lock.
    count: AtomicU64,
    latest: RwLock<VecDeque<Subject>>,
}

impl KeyChanges {
    /// Returns the number of changes so far.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Adds a change. A validation that begins after this returns is not void by it.
    pub(super) fn add(&self, subject: Subject) {
        let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
        if latest.len() == KEPT {
            latest.pop_front();
        }
        latest.push_back(subject);
        self.count.fetch_add(1, Ordering::Release);
    }

    /// Returns `true` if one of the changes between two counts is about this caller.
    pub(super) fn void(&self, principal: &Principal, from: u64, to: u64) -> bool {
        if from >= to {
            return false;
        }
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        // The number of the first change that is kept.
        let first = self.count().saturating_sub(count(latest.len()));
        if from < first {
            return true;
        }
        let numbered = (first..).zip(latest.iter());
        let mut between = numbered.filter(|(number, _)| (from..to).contains(number));
        between.any(|(_, subject)| is_about(subject, principal))
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// Returns `true` if a change may change what a validation said of this caller.
fn is_about(subject: &Subject, principal: &Principal) -> bool {
    let user = principal.user();
    let is_user = |id: &UserId| user.is_some_and(|user| user.user_id == *id);
    let is_in = |id: &OrgId| match (user, principal.org()) {
        (Some(user), _) => user.org_id_to_org_member_info.contains_key(id),
        (None, Some(org)) => org.org_id() == id,
        (None, None) => true,
    };
    let is_personal = principal
        .key()
        .is_some_and(|key| key.kind() == ApiKeyKind::Personal);
    match subject {
        Subject::Everyone | Subject::AllKeys => true,
        // In another organization than those that are known, the user may have gained a role.
        Subject::User(id) | Subject::Member(id, _) | Subject::KeysOfUser(id) => is_user(id),
        Subject::Org(id) => is_in(id),
        Subject::KeysOfOrg(id) => !is_personal && is_in(id),
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, KeyChanges};
    use crate::{
        access::callers::principal::Principal,
        testing::{TestOrg, TestUser},
        words::subject::Subject,
    };

    fn is_void_by(subject: Subject, principal: &Principal) -> bool {
        let changes = KeyChanges::default();
        let before = changes.count();
        changes.add(subject);
        assert!(!changes.void(principal, changes.count(), changes.count()));
        changes.void(principal, before, changes.count())
    }

    #[test]
    fn each_change_voids_the_validations_that_it_is_about() {
        let (acme, bolt) = (TestOrg::new("Acme"), TestOrg::new("Bolt"));
        let alice = TestUser::new("alice@example.com").in_org(&acme, "Admin");
        let alice = alice.in_org(&bolt, "Member");
        let id = alice.user_id().clone();
        let (bob, other) = (TestUser::new("bob@example.com"), TestOrg::new("Other"));
        let callers = [
            alice.clone().by_key(),
            alice.clone().active_org(&acme).by_key(),
            acme.by_key(),
        ];
        let (acme, bolt, other) = (
            acme.org_id().clone(),
            bolt.org_id().clone(),
            other.org_id().clone(),
        );
        for (subject, expected) in [
            (Subject::Everyone, [true; 3]),
            (Subject::AllKeys, [true; 3]),
            (Subject::User(id.clone()), [true, true, false]),
            (Subject::User(bob.user_id().clone()), [false; 3]),
            (Subject::KeysOfUser(id.clone()), [true, true, false]),
            (Subject::KeysOfUser(bob.user_id().clone()), [false; 3]),
            (
                Subject::Member(id.clone(), acme.clone()),
                [true, true, false],
            ),
            (Subject::Member(id, other.clone()), [true, true, false]),
            (
                Subject::Member(bob.user_id().clone(), acme.clone()),
                [false; 3],
            ),
            (Subject::Org(acme.clone()), [true; 3]),
            (Subject::Org(bolt.clone()), [true, false, false]),
            (Subject::Org(other.clone()), [false; 3]),
            (Subject::KeysOfOrg(acme), [false, true, true]),
            (Subject::KeysOfOrg(bolt), [false; 3]),
            (Subject::KeysOfOrg(other), [false; 3]),
        ] {
            let found = callers.each_ref().map(|it| is_void_by(subject.clone(), it));
            assert_eq!(found, expected, "{subject:?}");
        }
    }

    #[test]
    fn only_the_changes_in_between_count_and_a_gap_voids_everything() {
        let (changes, acme) = (KeyChanges::default(), TestOrg::new("Acme"));
        let other = || Subject::KeysOfOrg("another".into());
        changes.add(other());
        changes.add(Subject::KeysOfOrg(acme.org_id().clone()));
        changes.add(other());
        let acme = acme.by_key();
        for (from, to, expected) in [
            (0, 3, true),
            (0, 2, true),
            (0, 1, false),
            (1, 2, true),
            (2, 3, false),
            (3, 3, false),
            (4, 3, false),
        ] {
            assert_eq!(changes.void(&acme, from, to), expected, "{from} {to}");
        }
        for _ in 0..KEPT {
            changes.add(other());
        }
        assert!(changes.void(&acme, 2, changes.count()));
        assert!(!changes.void(&acme, 3, changes.count()));
        changes.add(other());
        assert!(changes.void(&acme, 3, changes.count()));
        assert!(!changes.void(&acme, 4, changes.count()));
    }
}
