//! [`Written`]: a mark in the form in which the stream has it.

use super::entry::{MAX_VALUE, subject};
use crate::{access::freshness::Mark, words::subject::Subject};

/// The values that a mark has in an entry, from `kind` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) kind: &'static str,
    pub(super) user: String,
    pub(super) org: String,
    pub(super) at: i64,
    pub(super) cause: String,
}

impl Written {
    /// Writes a mark. A subject of a kind that this version does not have, or an id that no entry can have,
    /// becomes everyone: refusing too many is the safe mistake.
    pub(super) fn of(mark: &Mark) -> Self {
        let (user, org): (&str, &str);
        let kind = match mark.subject() {
            Subject::User(id) => {
                (user, org) = (id, "");
                "user"
            }
            Subject::Member(id, of) => {
                (user, org) = (id, of);
                "member"
            }
            Subject::Org(id) => {
                (user, org) = ("", id);
                "org"
            }
            Subject::KeysOfUser(id) => {
                (user, org) = (id, "");
                "keys_of_user"
            }
            Subject::KeysOfOrg(id) => {
                (user, org) = ("", id);
                "keys_of_org"
            }
            Subject::AllKeys => {
                (user, org) = ("", "");
                "all_keys"
            }
            Subject::Everyone => {
                (user, org) = ("", "");
                "everyone"
            }
        };
        let mut cause = mark.cause().word().to_owned();
        if cause.is_empty() || cause.len() > MAX_VALUE {
            "other".clone_into(&mut cause);
        }
        let written = Self {
            kind,
            user: user.to_owned(),
            org: org.to_owned(),
            at: mark.unix_seconds().unwrap_or(0).max(0),
            cause,
        };
        if subject(kind, text_or_empty(user), text_or_empty(org)).is_err() {
            return Self {
                kind: "everyone",
                user: String::new(),
                org: String::new(),
                ..written
            };
        }
        written
    }
}

/// Returns the text, or nothing if it is too long for an entry.
fn text_or_empty(text: &str) -> &str {
    if text.len() > MAX_VALUE { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::{MAX_VALUE, Written};
    use crate::access::freshness::{Cause, Mark};

    #[test]
    fn what_no_entry_can_have_is_replaced() {
        let cause = |word: &str| {
            let mark = Mark::everyone().because(Cause::from_word(word));
            Written::of(&mark).cause
        };
        assert_eq!(cause(&"x".repeat(MAX_VALUE + 1)), "other");
        assert_eq!(
            (cause("").as_str(), cause("call").as_str()),
            ("other", "call")
        );
        let at = |at| Written::of(&Mark::everyone().at(at)).at;
        assert_eq!((at(-5), at(7)), (0, 7));
    }
}
