//! The answers of the server as types. They come over a wire, and what fits no question is an error.

use redis::Value;

use super::{
    entry::Fields,
    error::FleetError,
    history::Facts,
    id::{EntryId, number_of},
};

/// An entry as it was read: its id, and fields that may be anything.
pub(super) struct Raw {
    pub(super) id: EntryId,
    pub(super) fields: Fields,
}

/// What became of a mark on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was written as this entry.
    Written(EntryId),
    /// Another instance wrote it for the same delivery.
    Seen,
}

pub(super) fn unexpected(command: &str) -> FleetError {
    FleetError::Server {
        reason: format!("something else than {command} returns"),
    }
}

pub(super) fn facts(answer: &Value, key: &str) -> Result<Facts, FleetError> {
    let unexpected = || unexpected("XINFO");
    let Value::Array(items) = answer else {
        return Err(unexpected());
    };
    let [now, kind, newest, more, found] = items.as_slice() else {
        return Err(unexpected());
    };
    let now = text(now).and_then(number_of).ok_or_else(unexpected)?;
    let newest = match text(kind).ok_or_else(unexpected)? {
        "none" => None,
        "stream" => Some(
            bytes(newest)
                .and_then(EntryId::parse)
                .ok_or_else(unexpected)?,
        ),
        found => {
            return Err(FleetError::Occupied {
                key: key.to_owned(),
                found: found.to_owned(),
            });
        }
    };
    Ok(Facts {
        now,
        newest,
        has_more: matches!(more, Value::Int(1..)),
        has_anchor: matches!(found, Value::Int(1..)),
    })
}

pub(super) fn outcome(answer: &Value) -> Result<Outcome, FleetError> {
    let unexpected = || unexpected("the script");
    let Value::Array(items) = answer else {
        return Err(unexpected());
    };
    let [what, id] = items.as_slice() else {
        return Err(unexpected());
    };
    match text(what).ok_or_else(unexpected)? {
        "seen" => Ok(Outcome::Seen),
        _ => bytes(id)
            .and_then(EntryId::parse)
            .map(Outcome::Written)
            .ok_or_else(unexpected),
    }
}

/// Takes the entries out of an answer, or returns `None` if it is none to this question.
pub(super) fn entries(answer: Value) -> Option<Vec<Raw>> {
    let entries = match answer {
        Value::Nil => return Some(Vec::new()),
        // One stream was asked for.
        Value::Array(streams) => match streams.into_iter().next()? {
            Value::Array(stream) => stream.into_iter().nth(1)?,
            _ => return None,
        },
        Value::Map(streams) => streams.into_iter().next()?.1,
        _ => return None,
    };
    let Value::Array(entries) = entries else {
        return None;
    };
    entries.into_iter().map(raw).collect()
}

fn raw(entry: Value) -> Option<Raw> {
    let Value::Array(entry) = entry else {
        return None;
    };
    let mut entry = entry.into_iter();
    let id = bytes(&entry.next()?).and_then(EntryId::parse)?;
    let Value::Array(flat) = entry.next()? else {
        return None;
    };
    let mut fields = Vec::with_capacity(flat.len() / 2);
    let mut flat = flat.into_iter();
    while let Some(name) = flat.next() {
        fields.push((into_bytes(name)?, into_bytes(flat.next()?)?));
    }
    Some(Raw { id, fields })
}

fn into_bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.into_bytes()),
        _ => None,
    }
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.as_bytes()),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    str::from_utf8(bytes(value)?).ok()
}

#[cfg(test)]
mod tests {
    use redis::Value;

    use super::{Outcome, entries, facts, outcome};
    use crate::fleet::{error::FleetError, history::Facts, id::EntryId};

    const ID: EntryId = EntryId {
        millis: 5,
        number: 1,
    };

    fn bulk(text: &str) -> Value {
        Value::BulkString(text.into())
    }

    fn list<const N: usize>(items: [Value; N]) -> Value {
        Value::Array(items.into())
    }

    #[test]
    fn facts_are_read() {
        let answer = |kind, newest| {
            list([
                bulk("7"),
                bulk(kind),
                bulk(newest),
                Value::Int(1),
                Value::Int(0),
            ])
        };
        let expected = |newest| Facts {
            now: 7,
            newest,
            has_more: true,
            has_anchor: false,
        };
        assert_eq!(
            facts(&answer("stream", "5-1"), "k").unwrap(),
            expected(Some(ID))
        );
        assert_eq!(facts(&answer("none", ""), "k").unwrap(), expected(None));
        let occupied = facts(&answer("hash", ""), "k").unwrap_err();
        assert!(occupied.to_string().contains("`.prefix(…)`"), "{occupied}");
        assert!(facts(&answer("stream", "5"), "k").is_err());
    }

    #[test]
    fn entries_of_both_protocols_are_read() {
        let entry = list([bulk("5-1"), list([bulk("v"), bulk("1")])]);
        for answer in [
            list([list([bulk("key"), list([entry.clone()])])]),
            Value::Map(vec![(bulk("key"), list([entry.clone()]))]),
        ] {
            let entries = entries(answer).unwrap();
            assert_eq!(entries.len(), 1);
            assert_eq!(entries[0].id, ID);
            assert_eq!(entries[0].fields, [(b"v".to_vec(), b"1".to_vec())]);
        }
        assert_eq!(entries(Value::Nil).map(|it| it.len()), Some(0));
    }

    #[test]
    fn what_fits_no_command_is_an_error() {
        let odd = list([bulk("5-1"), list([bulk("v")])]);
        let not_an_id = list([bulk("5"), list([])]);
        for answer in [
            Value::Okay,
            Value::Int(3),
            list([]),
            list([Value::Nil]),
            list([bulk("a"), bulk("b"), bulk("c")]),
            list([list([bulk("key")])]),
            list([list([bulk("key"), Value::Nil])]),
            list([list([bulk("key"), list([odd])])]),
            list([list([bulk("key"), list([not_an_id])])]),
            list([list([bulk("key"), list([Value::Nil])])]),
        ] {
            assert!(entries(answer.clone()).is_none(), "{answer:?}");
            assert!(facts(&answer, "k").is_err(), "{answer:?}");
            assert!(
                matches!(outcome(&answer), Err(FleetError::Server { .. })),
                "{answer:?}"
            );
        }
    }

    #[test]
    fn a_written_mark_is_told_from_one_that_another_wrote() {
        let written = list([bulk("written"), bulk("5-1")]);
        assert_eq!(outcome(&written).unwrap(), Outcome::Written(ID));
        assert_eq!(
            outcome(&list([bulk("seen"), bulk("5-1")])).unwrap(),
            Outcome::Seen
        );
        assert!(outcome(&list([bulk("written"), bulk("?")])).is_err());
    }
}
