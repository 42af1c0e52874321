//! The queue between the state and the sender.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{
    delivery::{WebhookAttempt, WebhookDelivery, WebhookMessage},
    faults::WebhookFaults,
    queue::{Job, Outcome, Queue},
};
use crate::emulator::state::{Event, WebhookEndpoint};

/// The messages and deliveries of an emulator, which tell the sender when there is something to do.
#[derive(Debug)]
pub(crate) struct Hub {
    queue: Mutex<Queue>,
    /// Changes with every change of the queue.
    version: watch::Sender<u64>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            queue: Mutex::default(),
            version: watch::Sender::new(0),
        }
    }
}

impl Hub {
    /// Adds messages for events, and returns their ids.
    pub(crate) fn add(
        &self,
        events: &[Event],
        endpoints: &[WebhookEndpoint],
        now: i64,
    ) -> Vec<String> {
        let mut queue = self.lock();
        let ids = events
            .iter()
            .map(|event| queue.add(event, endpoints, now))
            .collect();
        drop(queue);
        self.wake();
        ids
    }

    /// Makes the sender look at what is due.
    fn wake(&self) {
        self.version
            .send_modify(|version| *version = version.wrapping_add(1));
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Returns the messages, oldest first.
    pub(crate) fn messages(&self) -> Vec<WebhookMessage> {
        self.lock().messages.iter().cloned().collect()
    }

    /// Returns the deliveries, oldest first.
    pub(crate) fn deliveries(&self) -> Vec<WebhookDelivery> {
        self.lock().list()
    }

    /// Sends a message again. Returns `false` if it is not known.
    pub(crate) fn replay(&self, id: &str, endpoints: &[WebhookEndpoint], now: i64) -> bool {
        let is_known = self.lock().replay(id, endpoints, now);
        self.wake();
        is_known
    }

    /// Cancels what was not yet delivered to an endpoint.
    pub(crate) fn cancel(&self, endpoint_id: &str) {
        self.lock().cancel(endpoint_id);
        self.wake();
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.lock().clear();
        self.wake();
    }

    /// Returns the faults that are on.
    pub(crate) fn faults(&self) -> WebhookFaults {
        self.lock().faults.clone()
    }

    /// Replaces the faults of later messages.
    pub(crate) fn set_faults(&self, faults: WebhookFaults) {
        self.lock().faults = faults;
    }

    /// Holds all messages back, or sends them.
    pub(crate) fn hold(&self, is_held: bool) {
        self.lock().is_held = is_held;
        self.wake();
    }

    /// Returns `true` if messages are held back.
    pub(crate) fn is_held(&self) -> bool {
        self.lock().is_held
    }

    pub(super) fn is_settled(&self, now: i64) -> bool {
        self.lock().is_settled(now)
    }

    pub(super) fn take_due(&self, now: i64) -> Vec<Job> {
        self.lock().take_due(now)
    }

    pub(super) fn next_look(&self) -> Option<std::time::Duration> {
        self.lock().next_look()
    }

    pub(super) fn finish(&self, number: u64, attempt: Option<WebhookAttempt>, outcome: Outcome) {
        self.lock().finish(number, attempt, outcome);
        self.wake();
    }

    /// A thread that panicked with the lock has failed its test already; the queue remains usable.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
