//! A connection to the server: each question of a fleet as a command.

use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, Value, aio::MultiplexedConnection, cmd};

use super::{
    answers::{Outcome, Raw, entries, facts, outcome, unexpected},
    error::FleetError,
    history::Facts,
    id::EntryId,
    script::{EXAMINE, Keys, REMEMBERED, WRITE},
    written::Written,
};

/// The most entries of one answer.
pub(super) const BATCH: usize = 500;

/// How much longer than they matter entries are kept.
const TRIMMED_LATER: Duration = Duration::from_secs(15 * 60);

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

    /// Returns how long entries are kept: longer than they matter, because a clock that is behind by less than that
    /// must not see a hole where others trimmed.
    fn kept(&self) -> Duration {
        self.retention.saturating_add(TRIMMED_LATER)
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
            .arg(self.server.kept().as_millis().to_string())
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Keys, Server};

    #[test]
    fn entries_are_kept_for_longer_than_they_matter() {
        let (second, keys) = (
            Duration::from_secs(1),
            Keys::new("p", "https://example.com"),
        );
        let server = Server::new("redis://127.0.0.1", keys, second, 2100 * second).unwrap();
        assert_eq!(server.kept(), 3000 * second);
    }
}
