//! [`Keys`]: the hashes of subjects, by which their marks are found.

use std::hash::{BuildHasher as _, RandomState};

use crate::words::{
    ids::{OrgId, UserId},
    subject::Subject,
};

/// The hash of a subject, which takes a sixth of the memory of its ids.
///
/// It has 96 bits and is keyed at random. If two subjects had the same, tokens of one would be denied for marks of
/// the other: refusing too many is the safe mistake, and among a million subjects it is less likely than once in
/// 10¹⁶ processes.
pub(super) type Key = [u32; 3];

/// Two hash functions, keyed at random, so that no caller can choose ids that collide.
#[derive(Debug, Default)]
pub(super) struct Keys(RandomState, RandomState);

/// The kinds of subjects.
#[derive(Clone, Copy, Hash)]
enum Kind {
    User,
    Member,
    Org,
    KeysOfUser,
    KeysOfOrg,
    AllKeys,
    Everyone,
}

impl Keys {
    pub(super) fn of(&self, subject: &Subject) -> Key {
        match subject {
            Subject::User(user) => self.user(user),
            Subject::Member(user, org) => self.member(user, org),
            Subject::Org(org) => self.org(org),
            Subject::KeysOfUser(user) => self.hash(Kind::KeysOfUser, user.as_str(), ""),
            Subject::KeysOfOrg(org) => self.hash(Kind::KeysOfOrg, "", org.as_str()),
            Subject::AllKeys => self.hash(Kind::AllKeys, "", ""),
            Subject::Everyone => self.everyone(),
        }
    }

    pub(super) fn user(&self, user: &UserId) -> Key {
        self.hash(Kind::User, user.as_str(), "")
    }

    pub(super) fn member(&self, user: &UserId, org: &OrgId) -> Key {
        self.hash(Kind::Member, user.as_str(), org.as_str())
    }

    pub(super) fn org(&self, org: &OrgId) -> Key {
        self.hash(Kind::Org, "", org.as_str())
    }

    pub(super) fn everyone(&self) -> Key {
        self.hash(Kind::Everyone, "", "")
    }

    fn hash(&self, kind: Kind, user: &str, org: &str) -> Key {
        // A text ends with a byte that no text has, so that no two pairs of ids are the same bytes.
        let of = |state: &RandomState| state.hash_one((kind, user, org));
        let (one, other) = (of(&self.0), of(&self.1));
        #[allow(clippy::cast_possible_truncation)] // 96 of the 128 bits
        [(one >> 32) as u32, one as u32, other as u32]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Keys;
    use crate::words::subject::Subject;

    #[test]
    fn each_subject_has_a_key_of_its_own_and_always_the_same() {
        let keys = Keys::default();
        let subjects = [
            Subject::User("a".into()),
            Subject::User("ab".into()),
            Subject::Member("a".into(), "b".into()),
            Subject::Member("ab".into(), "".into()),
            Subject::Member("".into(), "ab".into()),
            Subject::Org("a".into()),
            Subject::KeysOfUser("a".into()),
            Subject::KeysOfOrg("a".into()),
            Subject::AllKeys,
            Subject::Everyone,
        ];
        let found: HashSet<_> = subjects.iter().map(|it| keys.of(it)).collect();
        assert_eq!(found.len(), subjects.len());
        assert!(subjects.iter().all(|it| found.contains(&keys.of(it))));
        assert_ne!(
            keys.of(&Subject::Everyone),
            Keys::default().of(&Subject::Everyone)
        );
    }
}
