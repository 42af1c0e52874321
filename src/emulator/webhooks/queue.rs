//! The messages and deliveries of an emulator, and what is due of them.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use super::{
    delivery::{WebhookAttempt, WebhookDelivery, WebhookMessage, WebhookStatus},
    faults::WebhookFaults,
    schedule,
};
use crate::emulator::state::{Event, Ids, WebhookEndpoint};

/// The maximum number of messages and of deliveries that are kept.
const MAX_KEPT: usize = 10_000;
/// The maximum number of attempts at the same time.
const MAX_IN_FLIGHT: usize = 32;
/// How long a message is held back for a later one to overtake it.
const OVERTAKEN_AFTER: Duration = Duration::from_millis(100);
/// The time between two looks at the clock while an attempt is due later.
const LOOK: Duration = Duration::from_millis(100);

/// Messages and deliveries, oldest first, and the faults.
#[derive(Debug)]
pub(super) struct Queue {
    /// Different in every run, so that no service takes a message for one of an earlier run.
    ids: Ids,
    pub(super) messages: VecDeque<WebhookMessage>,
    /// Their numbers are consecutive.
    deliveries: VecDeque<Entry>,
    last_number: u64,
    /// The numbers of the deliveries with an attempt that is to be made.
    waiting: BTreeSet<u64>,
    in_flight: usize,
    pub(super) faults: WebhookFaults,
    pub(super) is_held: bool,
    /// Whether the last message is held back for the next one to overtake it.
    is_held_back: bool,
}

/// A delivery and what is not in the log.
#[derive(Debug)]
struct Entry {
    delivery: WebhookDelivery,
    /// The number of attempts that count in the schedule.
    attempts: usize,
    /// The number of attempts that are still to be lost.
    to_lose: u32,
    is_sent_twice: bool,
    in_flight: usize,
    /// Whether the next attempt is due whatever the clock says.
    is_due_now: bool,
    not_before: Option<Instant>,
}

/// An attempt to make.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) id: String,
    pub(super) endpoint_id: String,
    pub(super) body: String,
    pub(super) due_at: i64,
    /// Whether the attempt is not sent and counts as failed.
    pub(super) is_lost: bool,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Received,
    Aborted,
    Failed,
    /// The endpoint no longer wants it.
    Canceled,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            ids: Ids::random(),
            messages: VecDeque::new(),
            deliveries: VecDeque::new(),
            last_number: 0,
            waiting: BTreeSet::new(),
            in_flight: 0,
            faults: WebhookFaults::default(),
            is_held: false,
            is_held_back: false,
        }
    }
}

impl Queue {
    /// Adds a message for an event, and a delivery of it for each endpoint that wants it. Returns its id.
    pub(super) fn add(&mut self, event: &Event, endpoints: &[WebhookEndpoint], now: i64) -> String {
        let id: String = self.ids.hex(2).chars().take(27).collect();
        let message = WebhookMessage {
            id: format!("msg_{id}"),
            event_type: event.event_type.clone(),
            payload: event.payload(),
            created_at: now,
        };
        // The endpoints get every message in the same turn, so that each sees another order.
        self.is_held_back = self.faults.reorder && !self.is_held_back;
        for endpoint in endpoints.iter().filter(|it| it.wants(&event.event_type)) {
            self.deliver(message.clone(), endpoint);
        }
        let id = message.id.clone();
        self.messages.push_back(message);
        while self.messages.len() > MAX_KEPT {
            self.messages.pop_front();
        }
        id
    }

    fn deliver(&mut self, message: WebhookMessage, endpoint: &WebhookEndpoint) {
        self.last_number = self.last_number.saturating_add(1);
        let delay = i64::from(self.faults.delay_seconds);
        let due_at = message.created_at.saturating_add(delay);
        self.deliveries.push_back(Entry {
            delivery: WebhookDelivery {
                number: self.last_number,
                message,
                endpoint_id: endpoint.id.clone(),
                url: endpoint.url.clone(),
                status: WebhookStatus::Pending,
                attempts: Vec::new(),
                next_attempt_at: Some(due_at),
            },
            attempts: 0,
            to_lose: self.faults.lose_attempts,
            is_sent_twice: self.faults.duplicate,
            in_flight: 0,
            is_due_now: delay == 0,
            not_before: self.is_held_back.then(|| Instant::now() + OVERTAKEN_AFTER),
        });
        self.waiting.insert(self.last_number);
        while self.deliveries.len() > MAX_KEPT {
            if let Some(oldest) = self.deliveries.pop_front() {
                self.in_flight = self.in_flight.saturating_sub(oldest.in_flight);
                self.waiting.remove(&oldest.delivery.number);
            }
        }
    }

    /// Returns the attempts that are due, which are in flight from now on.
    pub(super) fn take_due(&mut self, now: i64) -> Vec<Job> {
        let mut jobs = Vec::new();
        if self.is_held {
            return jobs;
        }
        let (waiting, instant) = (self.waiting.clone(), Instant::now());
        for number in waiting {
            if self.in_flight >= MAX_IN_FLIGHT {
                break;
            }
            let Some(entry) = self.entry(number) else {
                continue;
            };
            if !entry.is_due(now) || entry.not_before.is_some_and(|it| it > instant) {
                continue;
            }
            let due_at = entry.delivery.next_attempt_at.take().unwrap_or(now);
            let is_lost = entry.to_lose > 0;
            entry.to_lose = entry.to_lose.saturating_sub(1);
            let copies = 1 + usize::from(entry.is_sent_twice && !is_lost);
            entry.is_sent_twice &= is_lost;
            entry.is_due_now = false;
            entry.in_flight += copies;
            let message = &entry.delivery.message;
            let job = Job {
                number,
                id: message.id.clone(),
                endpoint_id: entry.delivery.endpoint_id.clone(),
                body: message.payload.to_string(),
                due_at,
                is_lost,
            };
            jobs.extend(std::iter::repeat_n(job, copies));
            self.in_flight += copies;
            self.waiting.remove(&number);
        }
        jobs
    }

    /// Ends an attempt, and schedules the next one if it failed.
    pub(super) fn finish(
        &mut self,
        number: u64,
        attempt: Option<WebhookAttempt>,
        outcome: Outcome,
    ) {
        let Some(entry) = self.entry(number) else {
            return; // no longer kept
        };
        entry.in_flight = entry.in_flight.saturating_sub(1);
        let ended_at = attempt.as_ref().map(|it| {
            let took = i64::try_from(it.duration.as_secs()).unwrap_or(i64::MAX);
            it.due_at.saturating_add(took)
        });
        entry.delivery.attempts.extend(attempt);
        let status = &mut entry.delivery.status;
        match outcome {
            Outcome::Received => *status = WebhookStatus::Delivered,
            _ if *status != WebhookStatus::Pending => {}
            Outcome::Aborted => *status = WebhookStatus::Aborted,
            Outcome::Canceled => *status = WebhookStatus::Canceled,
            // The other copy may be received yet.
            Outcome::Failed if entry.in_flight > 0 => {}
            Outcome::Failed => {
                entry.attempts += 1;
                let next = ended_at.and_then(|ended_at| schedule::next(entry.attempts, ended_at));
                entry.delivery.next_attempt_at = next;
                match next {
                    Some(_) => {
                        self.waiting.insert(number);
                    }
                    None => *status = WebhookStatus::Failed,
                }
            }
        }
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Makes the next attempt of each delivery of a message due now, as the first of the schedule. Endpoints
    /// that had none get one. Returns `false` if the message is not known.
    pub(super) fn replay(&mut self, id: &str, endpoints: &[WebhookEndpoint], now: i64) -> bool {
        let mut messages = self.messages.iter();
        let Some(message) = messages.find(|message| message.id == id).cloned() else {
            return false;
        };
        for endpoint in endpoints.iter().filter(|it| it.wants(&message.event_type)) {
            let mut entries = self.deliveries.iter_mut();
            let entry = entries
                .find(|it| it.delivery.message.id == id && it.delivery.endpoint_id == endpoint.id);
            let Some(entry) = entry else {
                self.deliver(message.clone(), endpoint);
                continue;
            };
            entry.attempts = 0;
            entry.is_due_now = true;
            entry.not_before = None;
            entry.delivery.status = WebhookStatus::Pending;
            entry.delivery.next_attempt_at = Some(now);
            self.waiting.insert(entry.delivery.number);
        }
        true
    }

    /// Cancels what was not yet delivered to an endpoint.
    pub(super) fn cancel(&mut self, endpoint_id: &str) {
        for entry in &mut self.deliveries {
            let delivery = &mut entry.delivery;
            if delivery.endpoint_id == endpoint_id && delivery.status == WebhookStatus::Pending {
                delivery.status = WebhookStatus::Canceled;
                delivery.next_attempt_at = None;
                self.waiting.remove(&delivery.number);
            }
        }
    }

    /// Forgets all messages, deliveries and faults. The numbers of later deliveries continue.
    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.deliveries.clear();
        self.waiting.clear();
        self.in_flight = 0;
        self.faults = WebhookFaults::default();
        self.is_held = false;
        self.is_held_back = false;
    }

    /// Returns `true` if no attempt is in flight or due.
    pub(super) fn is_settled(&self, now: i64) -> bool {
        let mut waiting = self
            .waiting
            .iter()
            .filter_map(|it| self.deliveries.get(self.place(*it)?));
        self.in_flight == 0 && (self.is_held || !waiting.any(|entry| entry.is_due(now)))
    }

    /// Returns how long to wait before the next look, or `None` if nothing can become due by itself.
    pub(super) fn next_look(&self) -> Option<Duration> {
        if self.is_held || self.waiting.is_empty() {
            return None;
        }
        let now = Instant::now();
        let waiting = self
            .waiting
            .iter()
            .filter_map(|it| self.deliveries.get(self.place(*it)?));
        let held_back = waiting.filter_map(|entry| entry.not_before);
        let first = held_back.map(|it| it.saturating_duration_since(now)).min();
        Some(first.map_or(LOOK, |first| first.min(LOOK)))
    }

    /// Returns the deliveries, oldest first.
    pub(super) fn list(&self) -> Vec<WebhookDelivery> {
        let deliveries = self.deliveries.iter();
        deliveries.map(|entry| entry.delivery.clone()).collect()
    }

    fn place(&self, number: u64) -> Option<usize> {
        let first = self.deliveries.front()?.delivery.number;
        usize::try_from(number.checked_sub(first)?).ok()
    }

    fn entry(&mut self, number: u64) -> Option<&mut Entry> {
        let place = self.place(number)?;
        self.deliveries.get_mut(place)
    }
}

impl Entry {
    fn is_due(&self, now: i64) -> bool {
        self.is_due_now || self.delivery.next_attempt_at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests;
