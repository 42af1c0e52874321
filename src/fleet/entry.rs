//! An entry of the stream: a mark in seven fields, in one form only.
//!
//! | field | value |
//! | --- | --- |
//! | `v` | the version, `1` |
//! | `p` | the id of the entry before it when it was written, `0-0` for the first of a stream |
//! | `kind` | what the mark is about: `user`, `member`, `org`, `keys_of_user`, `keys_of_org`, `all_keys`, `everyone` |
//! | `user`, `org` | the ids that the kind needs, else empty |
//! | `at` | the time up to which tokens do not speak, as a Unix timestamp in seconds |
//! | `cause` | the stable word of the cause |
//!
//! A program that can write to the server can revoke, and the worst that a forged entry does is that people log in
//! again. What is not exactly such an entry is believed in nothing.

use super::id::{EntryId, number_of};
use crate::{
    access::freshness::{Cause, Mark},
    words::subject::Subject,
};

/// The names of the fields, in their order.
pub(super) const FIELDS: [&str; 7] = ["v", "p", "kind", "user", "org", "at", "cause"];

/// The version that this crate writes.
pub(super) const VERSION: u64 = 1;

/// The most bytes of an id or a cause. PropelAuth's ids have 36.
pub(super) const MAX_VALUE: usize = 256;

/// How far a mark may be ahead of the time at which the server wrote it, or of now, in seconds. Clocks that differ
/// by more are broken, and a mark of the far future would deny a user until then.
const MAX_AHEAD: i64 = 24 * 60 * 60;

/// An entry as a server sends it: names and values.
pub(super) type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// The entry before it, by which a hole in the history is seen.
    pub(super) previous: EntryId,
    pub(super) mark: Mark,
}

/// Why an entry is not a mark.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    /// A later version of this crate wrote it.
    #[error("a later version of this crate wrote it (`v` is {version})")]
    Newer {
        /// Its version.
        version: u64,
        /// The entry before it.
        previous: EntryId,
    },
    /// Something else wrote it.
    #[error("it is no entry of this crate: {0}")]
    Foreign(&'static str),
}

/// Parses an entry that has this id, at this time as a Unix timestamp in seconds.
pub(super) fn parse(
    id: EntryId,
    fields: &[(Vec<u8>, Vec<u8>)],
    now: i64,
) -> Result<Entry, Unreadable> {
    let foreign = Unreadable::Foreign;
    let [(v_name, v), (p_name, previous), rest @ ..] = fields else {
        return Err(foreign("it has too few fields"));
    };
    if v_name != b"v" || p_name != b"p" {
        return Err(foreign("its first fields are not `v` and `p`"));
    }
    let version = text(v)
        .ok()
        .and_then(number_of)
        .ok_or(foreign("`v` is no number"))?;
    let previous = EntryId::parse(previous).ok_or(foreign("`p` is no id"))?;
    // Time may stand still on a server, but ids grow.
    if previous >= id {
        return Err(foreign("`p` is not the id of an earlier entry"));
    }
    match version {
        0 => return Err(foreign("`v` is 0")),
        VERSION => {}
        version => return Err(Unreadable::Newer { version, previous }),
    }
    let [kind, user, org, at, cause] = rest else {
        return Err(foreign("it has another number of fields"));
    };
    for (field, name) in rest.iter().zip(FIELDS.iter().skip(2)) {
        if field.0 != name.as_bytes() {
            return Err(foreign("its fields have other names or another order"));
        }
    }
    let subject = subject(text(&kind.1)?, text(&user.1)?, text(&org.1)?)?;
    let at = text(&at.1)
        .ok()
        .and_then(number_of)
        .and_then(|at| i64::try_from(at).ok())
        .ok_or(foreign("`at` is no time"))?;
    // The server's clock or the one here may be behind, and a mark that is not believed revokes nothing.
    let latest = i64::try_from(id.millis / 1000).unwrap_or(i64::MAX).max(now);
    if at.saturating_sub(latest) > MAX_AHEAD {
        return Err(foreign("`at` is a day or more in the future"));
    }
    let cause = text(&cause.1)?;
    if cause.is_empty() {
        return Err(foreign("`cause` is empty"));
    }
    let mark = Mark::new(subject).at(at).because(Cause::from_word(cause));
    Ok(Entry { previous, mark })
}

fn text(value: &[u8]) -> Result<&str, Unreadable> {
    if value.len() > MAX_VALUE {
        return Err(Unreadable::Foreign("a value is longer than 256 bytes"));
    }
    str::from_utf8(value).map_err(|_| Unreadable::Foreign("a value is not UTF-8"))
}

pub(super) fn subject(kind: &str, user: &str, org: &str) -> Result<Subject, Unreadable> {
    let subject = match (kind, user.is_empty(), org.is_empty()) {
        ("user", false, true) => Subject::User(user.into()),
        ("member", false, false) => Subject::Member(user.into(), org.into()),
        ("org", true, false) => Subject::Org(org.into()),
        ("keys_of_user", false, true) => Subject::KeysOfUser(user.into()),
        ("keys_of_org", true, false) => Subject::KeysOfOrg(org.into()),
        ("all_keys", true, true) => Subject::AllKeys,
        ("everyone", true, true) => Subject::Everyone,
        _ => return Err(Unreadable::Foreign("`kind` does not go with its ids")),
    };
    Ok(subject)
}

#[cfg(test)]
mod tests {
    use super::{Entry, FIELDS, Fields, MAX_VALUE, Unreadable};
    use crate::{
        access::freshness::{Cause, Mark},
        fleet::{id::EntryId, invariants::fields_of, written::Written},
        words::subject::Subject,
    };

    const ID: EntryId = EntryId {
        millis: 1_800_000_000_123,
        number: 4,
    };
    const AT: i64 = 1_800_000_000;

    fn parse(id: EntryId, fields: &Fields) -> Result<Entry, Unreadable> {
        super::parse(id, fields, AT - 1_000_000)
    }

    fn previous() -> EntryId {
        EntryId { number: 3, ..ID }
    }

    fn mark(subject: Subject) -> Mark {
        Mark::new(subject).at(AT).because(Cause::ByHand)
    }

    fn subjects() -> [Subject; 7] {
        [
            Subject::User("u".into()),
            Subject::Member("u".into(), "o".into()),
            Subject::Org("o".into()),
            Subject::KeysOfUser("u".into()),
            Subject::KeysOfOrg("o".into()),
            Subject::AllKeys,
            Subject::Everyone,
        ]
    }

    fn good() -> Fields {
        let member = Subject::Member("u".into(), "o".into());
        fields_of(&Written::of(&mark(member)), previous())
    }

    #[test]
    fn every_subject_is_read_as_it_was_written() {
        for subject in subjects() {
            let mark = mark(subject);
            let fields = fields_of(&Written::of(&mark), previous());
            let expected = Entry {
                previous: previous(),
                mark,
            };
            assert_eq!(parse(ID, &fields), Ok(expected));
        }
    }

    #[test]
    fn an_id_that_no_entry_can_have_becomes_everyone() {
        let long = "x".repeat(MAX_VALUE + 1);
        for subject in [
            Subject::User("".into()),
            Subject::User(long.as_str().into()),
            Subject::Member("u".into(), long.as_str().into()),
            Subject::Org("".into()),
        ] {
            let written = Written::of(&mark(subject));
            let fields = fields_of(&written, previous());
            let read = parse(ID, &fields).unwrap();
            assert_eq!(read.mark, mark(Subject::Everyone));
        }
    }

    #[test]
    fn whatever_differs_in_one_place_is_not_believed() {
        assert!(parse(ID, &good()).is_ok());
        for index in 0..FIELDS.len() {
            let mut other_name = good();
            other_name[index].0.push(b'x');
            let mut not_text = good();
            not_text[index].1 = vec![0xff];
            let mut oversized = good();
            oversized[index].1 = vec![b'1'; MAX_VALUE + 1];
            let mut missing = good();
            missing.remove(index);
            let mut twice = good();
            twice.insert(index, twice[index].clone());
            let mut moved = good();
            let field = moved.remove(index);
            moved.insert((index + 1) % FIELDS.len(), field);
            for bad in [other_name, not_text, oversized, missing, twice, moved] {
                let result = parse(ID, &bad);
                assert!(
                    matches!(result, Err(Unreadable::Foreign(_))),
                    "{bad:?}: {result:?}"
                );
            }
        }
        for (index, value) in [
            (0, "0"),
            (0, "01"),
            (0, "-1"),
            (0, "one"),
            (0, ""),
            (1, ""),
            (1, "0"),
            (1, "1800000000123-4"),
            (1, "1800000000124-0"),
            (1, "*"),
            (2, "everyone"),
            (2, "user"),
            (2, "Member"),
            (2, ""),
            (3, ""),
            (4, ""),
            (5, ""),
            (5, "-1"),
            (5, "1800086401"),
            (5, "18446744073709551615"),
            (5, "1.5"),
            (5, "1e9"),
            (6, ""),
        ] {
            let mut bad = good();
            bad[index].1 = value.into();
            assert!(
                matches!(parse(ID, &bad), Err(Unreadable::Foreign(_))),
                "{index} {value:?}"
            );
        }
        assert!(parse(ID, &Vec::new()).is_err());
    }

    #[test]
    fn clocks_may_differ_by_a_day() {
        let mut fields = good();
        fields[5].1 = "1800086400".into();
        assert!(parse(ID, &fields).is_ok());
        // That of the server may be further behind, if the mark is of now.
        fields[5].1 = "1900000000".into();
        assert!(super::parse(ID, &fields, 1_900_000_000 - 86_400).is_ok());
        let early = super::parse(ID, &fields, 1_900_000_000 - 86_401);
        assert!(matches!(early, Err(Unreadable::Foreign(_))));
    }

    #[test]
    fn an_entry_of_a_later_version_is_told_from_a_foreign_one() {
        let mut fields = good();
        fields[0].1 = "2".into();
        fields.push((b"more".to_vec(), b"x".to_vec()));
        let newer = Unreadable::Newer {
            version: 2,
            previous: previous(),
        };
        assert_eq!(parse(ID, &fields), Err(newer));
    }

    #[test]
    fn an_unknown_cause_is_kept() {
        let mut fields = good();
        fields[6].1 = "user.promoted_to_wizard".into();
        let read = parse(ID, &fields).unwrap();
        assert_eq!(read.mark.cause().word(), "user.promoted_to_wizard");
    }
}
