//! Webhooks: which change is which event, and how events reach a service.

mod control_methods;
mod delivery;
mod faults;
mod methods;
mod operations;
pub(super) mod receiver;
mod retries;
mod to_a_service;

use actix_web_propelauth::emulator::{Emulator, WebhookDelivery};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use self::receiver::{Answer, Received, Receiver};

/// When the frozen clocks of these tests begin.
const START: i64 = 1_800_000_000;
const OK: Answer = Answer(200, None);
const BROKEN: Answer = Answer(500, None);

/// Starts an emulator with a frozen clock, which sends to this service.
async fn start(receiver: &Receiver) -> Emulator {
    let builder = Emulator::builder().webhook(&receiver.url);
    let emulator = builder.start().await.unwrap();
    emulator.freeze_clock(START);
    emulator
}

/// Returns the types of the events since the emulator had this number of messages, sorted.
fn types_since(emulator: &Emulator, before: usize) -> Vec<String> {
    let messages = emulator.webhook_messages();
    let mut types: Vec<_> = messages[before..]
        .iter()
        .map(|it| it.event_type.clone())
        .collect();
    types.sort();
    types
}

/// Returns the signature that Svix's documentation describes.
fn signature(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

fn assert_signed(received: &Received, family: &str, secret: &str) {
    let header = |name: &str| received.header(&format!("{family}-{name}")).unwrap();
    let expected = signature(secret, header("id"), header("timestamp"), &received.body);
    assert_eq!(header("signature"), expected);
}

fn statuses(delivery: &WebhookDelivery) -> Vec<Option<u16>> {
    delivery.attempts.iter().map(|it| it.status).collect()
}

fn times(delivery: &WebhookDelivery) -> Vec<i64> {
    delivery
        .attempts
        .iter()
        .map(|it| it.due_at - START)
        .collect()
}
