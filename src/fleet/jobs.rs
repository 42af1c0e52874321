//! The marks that wait to be written to the stream.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::sync::{mpsc, oneshot};

use super::{contact::Contact, error::FleetError};
use crate::access::freshness::Mark;

/// The most marks that are kept while the server is away. More than that become one of everyone.
const MAX_PENDING: usize = 10_000;

/// A mark to write, and who waits for it.
pub(super) struct Job {
    pub(super) mark: Mark,
    /// The digest of the delivery that it is from.
    pub(super) delivery: Option<String>,
    pub(super) since: Instant,
    pub(super) waiting: Option<oneshot::Sender<Result<bool, FleetError>>>,
}

/// Where marks are given to the writer. It ends when the last of these is dropped.
#[derive(Clone)]
pub(super) struct Jobs {
    sender: mpsc::UnboundedSender<Job>,
    contact: Arc<Contact>,
    has_overflowed: Arc<AtomicBool>,
}

/// The same for the follower, which does not keep the writer from ending.
pub(super) struct WeakJobs {
    sender: mpsc::WeakUnboundedSender<Job>,
    contact: Arc<Contact>,
    has_overflowed: Arc<AtomicBool>,
}

/// The end of the writer.
pub(super) struct Queue {
    pub(super) jobs: mpsc::UnboundedReceiver<Job>,
    has_overflowed: Arc<AtomicBool>,
}

/// Creates both ends.
pub(super) fn jobs(contact: &Arc<Contact>) -> (Jobs, Queue) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let has_overflowed = Arc::new(AtomicBool::new(false));
    let queue = Queue {
        jobs: receiver,
        has_overflowed: Arc::clone(&has_overflowed),
    };
    let jobs = Jobs {
        sender,
        contact: Arc::clone(contact),
        has_overflowed,
    };
    (jobs, queue)
}

impl Jobs {
    /// Gives a mark to the writer. The receiver learns whether this process wrote it, or another one did.
    pub(super) fn push(
        &self,
        mark: Mark,
        delivery: Option<String>,
    ) -> oneshot::Receiver<Result<bool, FleetError>> {
        let (waiting, receiver) = oneshot::channel();
        if self.contact.pending.fetch_add(1, Ordering::Relaxed) >= MAX_PENDING {
            self.contact.pending.fetch_sub(1, Ordering::Relaxed);
            self.has_overflowed.store(true, Ordering::Release);
            let reason = format!("{MAX_PENDING} marks wait to be written already");
            let _ = waiting.send(Err(FleetError::Unreachable { reason }));
            return receiver;
        }
        // If the writer is gone, so is the sender of the answer, and the receiver learns of it.
        let _ = self.sender.send(Job {
            mark,
            delivery,
            since: Instant::now(),
            waiting: Some(waiting),
        });
        receiver
    }

    /// Returns the end for the follower.
    pub(super) fn downgrade(&self) -> WeakJobs {
        WeakJobs {
            sender: self.sender.downgrade(),
            contact: Arc::clone(&self.contact),
            has_overflowed: Arc::clone(&self.has_overflowed),
        }
    }
}

impl WeakJobs {
    /// Gives a mark to the writer, if it is still there. It is not waited for.
    pub(super) fn push(&self, mark: Mark) {
        if let Some(sender) = self.sender.upgrade() {
            let jobs = Jobs {
                sender,
                contact: Arc::clone(&self.contact),
                has_overflowed: Arc::clone(&self.has_overflowed),
            };
            drop(jobs.push(mark, None));
        }
    }
}

impl Queue {
    /// Returns `true` once after a mark was not kept.
    pub(super) fn take_overflow(&self) -> bool {
        self.has_overflowed.swap(false, Ordering::AcqRel)
    }

    /// Remembers that a mark was not kept.
    pub(super) fn put_overflow_back(&self) {
        self.has_overflowed.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::Ordering};

    use super::{MAX_PENDING, jobs};
    use crate::{access::freshness::Mark, fleet::contact::Contact};

    #[test]
    fn too_many_marks_are_not_kept_and_not_forgotten() {
        let contact = Arc::new(Contact::new(None));
        let (jobs, queue) = jobs(&contact);
        let mut receivers = Vec::new();
        for _ in 0..MAX_PENDING {
            receivers.push(jobs.push(Mark::everyone(), None));
        }
        assert!(!queue.take_overflow());
        let mut refused = jobs.push(Mark::everyone(), None);
        let error = refused.try_recv().unwrap().unwrap_err();
        assert!(error.to_string().contains("10000 marks wait"), "{error}");
        assert!(receivers.iter_mut().all(|it| it.try_recv().is_err()));
        assert_eq!(queue.jobs.len(), MAX_PENDING);
        assert_eq!(contact.pending.load(Ordering::Relaxed), MAX_PENDING);
        assert!(queue.take_overflow());
        assert!(!queue.take_overflow());
    }

    #[test]
    fn the_follower_does_not_keep_the_writer() {
        let contact = Arc::new(Contact::new(None));
        let (jobs, mut queue) = jobs(&contact);
        let weak = jobs.downgrade();
        weak.push(Mark::everyone());
        assert!(queue.jobs.try_recv().is_ok());
        drop(jobs);
        weak.push(Mark::everyone());
        assert!(queue.jobs.try_recv().is_err() && queue.jobs.is_closed());
    }
}
