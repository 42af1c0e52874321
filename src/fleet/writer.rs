//! The writer: hands marks to the stream in their order, and keeps them while the server is away.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use tokio::{sync::mpsc::error::TryRecvError, time::timeout};

use super::{
    answers::Outcome,
    backoff::Backoff,
    connection::Connection,
    error::FleetError,
    follower::Shared,
    jobs::{Job, Queue},
    written::Written,
};
use crate::{
    access::freshness::{Cause, Mark},
    observe::metrics,
};

/// How long the last marks may take after the last handle was dropped.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Writes marks until no handle can give more of them.
pub(super) async fn write(shared: Arc<Shared>, queue: Queue, write_timeout: Duration) {
    let mut writer = Writer {
        shared,
        queue,
        write_timeout,
        waiting: VecDeque::new(),
        connection: None,
        backoff: Backoff::new(),
    };
    while writer.receive().await {
        writer.write_first().await;
    }
    // What is left is worth one more attempt, and not more: the process ends.
    let last = async { while !writer.waiting.is_empty() && writer.attempt().await.is_ok() {} };
    let _ = timeout(LAST_WORDS, last).await;
}

struct Writer {
    shared: Arc<Shared>,
    queue: Queue,
    write_timeout: Duration,
    waiting: VecDeque<Job>,
    connection: Option<Connection>,
    backoff: Backoff,
}

impl Writer {
    /// Takes over what there is, and waits if there is nothing. Returns `false` if there will be no more.
    async fn receive(&mut self) -> bool {
        if self.waiting.is_empty() {
            match self.queue.jobs.recv().await {
                Some(job) => self.waiting.push_back(job),
                None => return false,
            }
        }
        loop {
            match self.queue.jobs.try_recv() {
                Ok(job) => self.waiting.push_back(job),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Writes the first mark, or tells those who waited too long, and pauses.
    async fn write_first(&mut self) {
        match self.attempt().await {
            Ok(()) => self.backoff.reset(),
            Err(error) => {
                // It may be broken in any way.
                self.connection = None;
                metrics::fleet_write("failed");
                self.give_up(&error);
                tokio::time::sleep(self.backoff.next()).await;
            }
        }
    }

    async fn attempt(&mut self) -> Result<(), FleetError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.shared.server.connect(Duration::ZERO).await?),
        };
        if self.queue.take_overflow() {
            let at = self.shared.clock.unix_seconds() as i64;
            let everyone = Mark::everyone().at(at).because(Cause::Fleet);
            if let Err(error) = connection.write(&Written::of(&everyone), None).await {
                self.queue.put_overflow_back();
                return Err(error);
            }
        }
        let Some(job) = self.waiting.front() else {
            return Ok(());
        };
        let written = Written::of(&job.mark);
        let outcome = connection.write(&written, job.delivery.as_deref()).await?;
        if let Outcome::Written(id) = outcome {
            let _ = self.shared.with_history(|history| history.wrote(id));
        }
        let is_first = outcome != Outcome::Seen;
        metrics::fleet_write(if is_first { "written" } else { "seen" });
        if let Some(waiting) = self.waiting.pop_front().and_then(|job| job.waiting) {
            // Whether anyone still waits does not matter.
            let _ = waiting.send(Ok(is_first));
        }
        self.shared.contact.pending.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }

    /// Reports the error to those who waited too long. Their marks are kept.
    fn give_up(&mut self, error: &FleetError) {
        let now = Instant::now();
        for job in &mut self.waiting {
            if now.saturating_duration_since(job.since) >= self.write_timeout
                && let Some(waiting) = job.waiting.take()
            {
                self.shared.warnings.not_written(error);
                let _ = waiting.send(Err(error.clone()));
            }
        }
    }
}
