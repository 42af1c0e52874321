//! Tests of what is due, and of what is no longer kept.

use std::time::Duration;

use super::{MAX_IN_FLIGHT, MAX_KEPT, Outcome, Queue};
use crate::emulator::{
    state::{Event, NewWebhook, WebhookEndpoint},
    webhooks::{WebhookAttempt, WebhookStatus},
};

fn endpoint() -> WebhookEndpoint {
    NewWebhook::new("http://127.0.0.1/")
        .build(&crate::dev_keys::WEBHOOK_SECRET.into())
        .unwrap()
}

fn attempt(due_at: i64, took: Duration) -> WebhookAttempt {
    WebhookAttempt {
        due_at,
        sent_at: due_at,
        status: None,
        error: None,
        duration: took,
    }
}

fn add(queue: &mut Queue, endpoint: &WebhookEndpoint, now: i64) -> String {
    queue.add(
        &Event::new("user.created"),
        std::slice::from_ref(endpoint),
        now,
    )
}

#[test]
fn an_attempt_that_timed_out_is_repeated_after_the_timeout_and_the_delay() {
    let (mut queue, endpoint) = (Queue::default(), endpoint());
    add(&mut queue, &endpoint, 100);
    let job = queue.take_due(100).remove(0);
    assert!(!queue.is_settled(100));
    let timed_out = attempt(job.due_at, Duration::from_secs(15));
    queue.finish(job.number, Some(timed_out), Outcome::Failed);
    assert_eq!(queue.list()[0].next_attempt_at, Some(120));
    assert!(queue.is_settled(119) && queue.take_due(119).is_empty());
    assert!(!queue.is_settled(120));
    assert_eq!(queue.take_due(120).len(), 1);
}

#[test]
fn few_attempts_are_made_at_the_same_time_and_the_oldest_come_first() {
    let (mut queue, endpoint) = (Queue::default(), endpoint());
    let ids: Vec<_> = (0..100).map(|_| add(&mut queue, &endpoint, 0)).collect();
    let mut made = Vec::new();
    while made.len() < 100 {
        let jobs = queue.take_due(0);
        assert_eq!(jobs.len(), MAX_IN_FLIGHT.min(100 - made.len()));
        assert!(queue.take_due(0).is_empty());
        for job in jobs {
            queue.finish(
                job.number,
                Some(attempt(0, Duration::ZERO)),
                Outcome::Received,
            );
            made.push(job.id);
        }
    }
    assert_eq!(made, ids);
    assert!(queue.is_settled(i64::MAX));
}

#[test]
fn what_is_no_longer_kept_is_neither_sent_nor_counted() {
    let (mut queue, endpoint) = (Queue::default(), endpoint());
    add(&mut queue, &endpoint, 0);
    let job = queue.take_due(0).remove(0);
    for _ in 0..MAX_KEPT {
        add(&mut queue, &endpoint, 0);
    }
    assert_eq!(
        (queue.list().len(), queue.messages.len()),
        (MAX_KEPT, MAX_KEPT)
    );
    assert!(!queue.replay(&job.id, std::slice::from_ref(&endpoint), 0));
    queue.finish(job.number, None, Outcome::Received);
    assert_eq!(queue.take_due(0).len(), MAX_IN_FLIGHT);

    queue.clear();
    assert!(queue.is_settled(0) && queue.list().is_empty());
    add(&mut queue, &endpoint, 0);
    queue.finish(job.number, None, Outcome::Canceled);
    assert_eq!(queue.list()[0].status, WebhookStatus::Pending);
    assert_eq!(queue.take_due(0).len(), 1);
}

#[test]
fn a_message_that_is_replayed_while_it_is_sent_is_sent_once_more() {
    let (mut queue, endpoint) = (Queue::default(), endpoint());
    let id = add(&mut queue, &endpoint, 0);
    let job = queue.take_due(0).remove(0);
    assert!(queue.replay(&id, std::slice::from_ref(&endpoint), 0));
    queue.finish(
        job.number,
        Some(attempt(0, Duration::ZERO)),
        Outcome::Received,
    );
    let again = queue.take_due(0);
    assert_eq!(again.len(), 1);
    queue.finish(
        job.number,
        Some(attempt(0, Duration::ZERO)),
        Outcome::Received,
    );
    assert!(queue.is_settled(i64::MAX));
    assert_eq!(queue.list()[0].attempts.len(), 2);
}

#[test]
fn a_canceled_delivery_is_not_sent() {
    let (mut queue, endpoint) = (Queue::default(), endpoint());
    add(&mut queue, &endpoint, 0);
    queue.cancel(&endpoint.id);
    assert!(queue.take_due(i64::MAX).is_empty());
    assert_eq!(queue.list()[0].status, WebhookStatus::Canceled);
}
