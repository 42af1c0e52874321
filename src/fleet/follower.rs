//! The follower: reads the stream from the entry that it saw last, and applies the marks.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError, Weak, atomic::Ordering},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{
    answers::Raw,
    backoff::Backoff,
    connection::{BATCH, Connection, Server},
    contact::Contact,
    entry::{self, Unreadable},
    error::FleetError,
    history::{History, Loss, Next},
    id::EntryId,
    jobs::WeakJobs,
    warnings::Warnings,
};
use crate::{
    access::{
        Clock,
        freshness::{Cause, Freshness, Mark},
    },
    observe::metrics,
    words::subject::Subject,
};

/// How long a read waits for entries. An idle connection is heard from this often.
pub(super) const HEARTBEAT: Duration = Duration::from_millis(200);

/// What the follower and the writer of a member share.
pub(super) struct Shared {
    pub(super) server: Server,
    pub(super) contact: Arc<Contact>,
    /// Weak, because it refers to the member, which ends its thread when it is dropped.
    pub(super) freshness: Weak<Freshness>,
    pub(super) clock: Clock,
    pub(super) history: Mutex<Option<History>>,
    pub(super) warnings: Warnings,
    #[cfg(feature = "metrics")]
    pub(super) labels: metrics::HandleLabels,
}

impl Shared {
    fn apply(&self, mark: &Mark) {
        if matches!(mark.subject(), Subject::Everyone) {
            self.contact
                .everyone_up_to(mark.unix_seconds().unwrap_or(0));
        }
        if let Some(freshness) = self.freshness.upgrade() {
            freshness.apply(mark);
        }
    }

    /// Applies a function to the history, if it was begun.
    pub(super) fn with_history<R>(&self, change: impl FnOnce(&mut History) -> R) -> Option<R> {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.as_mut().map(change)
    }

    #[allow(clippy::unused_self)] // without the feature
    fn record_staleness(&self) {
        #[cfg(feature = "metrics")]
        self.labels.fleet_staleness(self.contact.staleness());
    }

    /// Returns the time here, as a Unix timestamp in milliseconds.
    fn millis_here(&self) -> u64 {
        (self.clock.unix_seconds() * 1000.0).max(0.0) as u64
    }

    fn begin(&self, since: u64) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.get_or_insert_with(|| History::since(since));
    }
}

/// Follows the stream for ever.
pub(super) async fn follow(shared: Arc<Shared>, jobs: WeakJobs) {
    let mut backoff = Backoff::new();
    loop {
        let Err(error) = connected(&shared, &jobs, &mut backoff).await;
        if shared.contact.lose(error.clone()) {
            shared.warnings.blind(&error, shared.contact.staleness());
        }
        shared.record_staleness();
        sleep(backoff.next()).await;
    }
}

/// Follows the stream on one connection, until it breaks.
async fn connected(
    shared: &Shared,
    jobs: &WeakJobs,
    backoff: &mut Backoff,
) -> Result<Infallible, FleetError> {
    let mut connection = shared.server.connect(HEARTBEAT).await?;
    loop {
        let (next, time) = examine(shared, &mut connection, jobs).await?;
        match next {
            Some(Next::Create) => connection.create().await?,
            // Where to read from has just been set.
            Some(Next::Lost(_)) | None => {}
            Some(Next::UpToDate | Next::Read) => {
                backoff.reset();
                read(shared, &mut connection, time, jobs).await?;
            }
        }
    }
}

/// Compares what the server has with what was read. If all was, that is a contact. Returns `None` if
/// nothing was read yet and it is known only now where reading begins, which depends on the server's time. That is
/// returned as well.
async fn examine(
    shared: &Shared,
    connection: &mut Connection,
    jobs: &WeakJobs,
) -> Result<(Option<Next>, ServerTime), FleetError> {
    let asked = Instant::now();
    let expected = shared.with_history(|history| history.expect());
    let (position, anchor) = expected.map_or((EntryId::ZERO, None), |expected| {
        (expected.position, expected.anchor)
    });
    let facts = connection.examine(position, anchor).await?;
    let time = ServerTime {
        millis: facts.now,
        asked,
    };
    // By the earlier one of both clocks: if the other one is ahead, it would pass over marks that matter.
    let here = shared.millis_here();
    shared.warnings.clocks(facts.now, here);
    let since = facts
        .now
        .min(here)
        .saturating_sub(millis(shared.server.retention));
    let Some(expected) = expected else {
        shared.begin(since);
        return Ok((None, time));
    };
    let next = shared.with_history(|history| {
        history.forget_before(since);
        history.examine(expected, &facts)
    });
    match next {
        Some(Next::UpToDate) => up_to_date(shared, asked),
        Some(Next::Lost(loss)) => {
            let newest = facts.newest.map_or(0, |newest| newest.millis);
            lost(shared, loss, newest, time, jobs);
        }
        Some(Next::Create | Next::Read) | None => {}
    }
    Ok((next, time))
}

fn up_to_date(shared: &Shared, asked: Instant) {
    shared.contact.know_up_to(asked);
    if shared.contact.regain() {
        shared.warnings.sees_again();
    }
    shared.record_staleness();
}

/// Reads and applies entries until there are none for a while, or it is time to look at the server.
async fn read(
    shared: &Shared,
    connection: &mut Connection,
    time: ServerTime,
    jobs: &WeakJobs,
) -> Result<(), FleetError> {
    let begun = Instant::now();
    while begun.elapsed() < HEARTBEAT {
        let Some(position) = shared.with_history(|history| history.position()) else {
            return Ok(());
        };
        let asked = Instant::now();
        let entries = connection.read(position, HEARTBEAT).await?;
        let count = entries.len();
        for entry in entries {
            if let Err(loss) = take(shared, &entry, time) {
                lost(shared, loss, entry.id.millis, time, jobs);
                return Ok(());
            }
        }
        match count {
            0 => return Ok(()),
            1..BATCH => up_to_date(shared, asked),
            _ => {}
        }
    }
    Ok(())
}

/// Applies an entry.
fn take(shared: &Shared, raw: &Raw, time: ServerTime) -> Result<(), Loss> {
    shared.contact.entries.fetch_add(1, Ordering::Relaxed);
    let now = latest_seconds(shared, time);
    let (previous, mark) = match entry::parse(raw.id, &raw.fields, now) {
        Ok(entry) => (Some(entry.previous), Some(entry.mark)),
        Err(unreadable) => {
            shared.warnings.unreadable(raw.id, &unreadable);
            match unreadable {
                // It is a mark, and it cannot be told of whom.
                Unreadable::Newer { previous, .. } => {
                    let at = i64::try_from(raw.id.millis / 1000).unwrap_or(i64::MAX);
                    // Ids stay ahead for a while after the server's clock was.
                    (Some(previous), Some(everyone(at.min(now))))
                }
                Unreadable::Foreign(_) => (None, None),
            }
        }
    };
    // The mark first: it holds also if something before it is missing.
    if let Some(mark) = mark {
        shared.apply(&mark);
    }
    let read = shared.with_history(|history| history.read(raw.id, previous));
    read.unwrap_or(Ok(()))
}

/// Puts a mark of everyone in the place of what was lost, here and in the stream, and begins again. `seen` is the
/// time of the last entry that is known of, which is in the future if the server's clock was.
fn lost(shared: &Shared, loss: Loss, seen: u64, time: ServerTime, jobs: &WeakJobs) {
    let mark = everyone(latest_seconds(shared, time));
    let server_now = time.now();
    shared.apply(&mark);
    shared.contact.losses.fetch_add(1, Ordering::Relaxed);
    shared.warnings.lost(loss);
    metrics::fleet_loss();
    let start = server_now.saturating_sub(millis(shared.server.retention));
    let covered = server_now.max(seen);
    let _ = shared.with_history(|history| history.restart(start, covered));
    // The others have to know, too, as they may have seen less than this process.
    jobs.push(mark);
}

/// The time of the server when it was asked.
#[derive(Clone, Copy, Debug)]
struct ServerTime {
    /// A Unix timestamp in milliseconds.
    millis: u64,
    asked: Instant,
}

impl ServerTime {
    /// Returns what it is now, or a little more.
    fn now(self) -> u64 {
        self.millis.saturating_add(millis(self.asked.elapsed()))
    }
}

/// Returns the time by the later one of both clocks: the earlier one would revoke too little.
fn latest_seconds(shared: &Shared, time: ServerTime) -> i64 {
    let latest = time.now().max(shared.millis_here());
    i64::try_from(latest / 1000).unwrap_or(i64::MAX)
}

/// Returns the mark that covers whatever was lost before this time.
fn everyone(at: i64) -> Mark {
    Mark::everyone().at(at).because(Cause::Fleet)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
