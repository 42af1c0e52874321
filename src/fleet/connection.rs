//! A connection to the server: each question of a fleet as a command, and its answer as a type.

use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, Value, aio::MultiplexedConnection, cmd};

use super::{
    entry::{Fields, Written},
    error::FleetError,
    history::Facts,
    id::{EntryId, number_of},
    script::{EXAMINE, Keys, REMEMBERED, WRITE},
};

/// The most entries of one answer.
pub(super) const BATCH: usize = 500;

/// Opens connections to one server, each with the same settings.
#[derive(Clone)]
pub(super) struct Server {
    client: Client,
    pub(super) keys: Keys,
    connect_timeout: Duration,
    response_timeout: Duration,
    /// How long entries matter.
    pub(super) retention: Duration,
}

/// A connection, which is closed when it is dropped.
pub(super) struct Connection {
    commands: MultiplexedConnection,
    server: Server,
}

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

impl Server {
    /// Checks the URL. Does not connect.
    pub(super) fn new(
        url: &str,
        keys: Keys,
        response_timeout: Duration,
        retention: Duration,
    ) -> Result<Self, FleetError> {
        Ok(Self {
            client: Client::open(url).map_err(|error| FleetError::of(&error))?,
            keys,
            connect_timeout: response_timeout,
            response_timeout,
            retention,
        })
    }

    /// Connects. The command of this connection that waits longest waits for `longest`.
    pub(super) async fn connect(&self, longest: Duration) -> Result<Connection, FleetError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.response_timeout.saturating_add(longest)));
        let commands = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .map_err(|error| FleetError::of(&error))?;
        Ok(Connection {
            commands,
            server: self.clone(),
        })
    }
}

impl Connection {
    /// Reads what a follower at this position needs to know, which expects this entry to be there.
    pub(super) async fn examine(
        &mut self,
        position: EntryId,
        anchor: Option<EntryId>,
    ) -> Result<Facts, FleetError> {
        let key = self.server.keys.marks();
        let mut command = cmd("EVAL");
        command
            .arg(EXAMINE)
            .arg(1)
            .arg(&key)
            .arg(position.to_string())
            .arg(anchor.map(|id| id.to_string()).unwrap_or_default());
        let answer = self.ask(&command).await?;
        facts(&answer, &key)
    }

    /// Reads the entries after a position, and waits for this long if there are none.
    pub(super) async fn read(
        &mut self,
        position: EntryId,
        wait: Duration,
    ) -> Result<Vec<Raw>, FleetError> {
        let mut command = cmd("XREAD");
        command
            .arg("COUNT")
            .arg(BATCH)
            .arg("BLOCK")
            .arg(wait.as_millis().max(1).to_string())
            .arg("STREAMS")
            .arg(self.server.keys.marks())
            .arg(position.to_string());
        entries(self.ask(&command).await?).ok_or_else(|| unexpected("XREAD"))
    }

    /// Creates the stream unless there is one.
    pub(super) async fn create(&mut self) -> Result<(), FleetError> {
        let command = self.write_command(None);
        outcome(&self.ask(&command).await?).map(|_| ())
    }

    /// Writes a mark. A delivery is given by a digest of what it is.
    pub(super) async fn write(
        &mut self,
        mark: &Written,
        delivery: Option<&str>,
    ) -> Result<Outcome, FleetError> {
        let mut command = self.write_command(delivery);
        command
            .arg(mark.kind)
            .arg(&mark.user)
            .arg(&mark.org)
            .arg(mark.at)
            .arg(&mark.cause);
        outcome(&self.ask(&command).await?)
    }

    fn write_command(&self, delivery: Option<&str>) -> Cmd {
        let keys = &self.server.keys;
        let ttl = delivery.map_or(0, |_| REMEMBERED.as_millis());
        let mut command = cmd("EVAL");
        command
            .arg(WRITE)
            .arg(2)
            .arg(keys.marks())
            .arg(keys.seen(delivery.unwrap_or_default()))
            .arg(self.server.retention.as_millis().to_string())
            .arg(ttl.to_string());
        command
    }

    async fn ask(&mut self, command: &Cmd) -> Result<Value, FleetError> {
        let answer = self.commands.send_packed_command(command).await;
        // An error of a script or of a key of another type is an answer as well.
        match answer.and_then(Value::extract_error) {
            Ok(value) => Ok(value),
            Err(error) if error.code() == Some("WRONGTYPE") => Err(self.occupied("another type")),
            Err(error) => Err(FleetError::of(&error)),
        }
    }

    fn occupied(&self, found: &str) -> FleetError {
        FleetError::Occupied {
            key: self.server.keys.marks(),
            found: found.to_owned(),
        }
    }
}

fn unexpected(command: &str) -> FleetError {
    FleetError::Server {
        reason: format!("something else than {command} returns"),
    }
}

fn facts(answer: &Value, key: &str) -> Result<Facts, FleetError> {
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

fn outcome(answer: &Value) -> Result<Outcome, FleetError> {
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
fn entries(answer: Value) -> Option<Vec<Raw>> {
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
