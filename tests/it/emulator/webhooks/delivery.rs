//! From an event to the service: the signature, the settings of an endpoint, and how long it takes.

use std::time::{Duration, Instant};

use actix_web_propelauth::emulator::{Emulator, NewWebhook, WebhookStatus};
use serde_json::json;

use super::{assert_signed, receiver::Receiver, signature, start, statuses};

/// The secret of Svix's published example.
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

#[test]
fn the_signature_of_these_tests_is_svixs() {
    let body = r#"{"email":"test@example.com","username":"test_user"}"#;
    assert_eq!(
        signature(
            SECRET,
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            "1649367553",
            body
        ),
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
    );
}

#[actix_web::test]
async fn an_event_is_posted_as_flat_json_and_signed_with_the_development_secret() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.wait_for_webhooks().await;

    let [received] = <[_; 1]>::try_from(receiver.take()).unwrap();
    assert_signed(&received, "svix", emulator.webhook_secret());
    assert_eq!(received.header("svix-timestamp"), Some("1800000000"));
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("webhook-id"), None);
    assert_eq!(received.json()["event_type"], "user.created");
    assert_eq!(received.json()["user_id"], alice.id().as_str());
    let [delivery] = <[_; 1]>::try_from(emulator.webhook_deliveries()).unwrap();
    assert_eq!(delivery.status, WebhookStatus::Delivered);
    assert_eq!(delivery.message.payload, received.json());
    assert_eq!(
        received.header("svix-id"),
        Some(delivery.message.id.as_str())
    );
    assert_eq!(statuses(&delivery), [Some(204)]);
    assert_eq!(delivery.next_attempt_at, None);
}

#[actix_web::test]
async fn an_endpoint_has_its_own_secret_headers_and_types_of_events() {
    let receiver = Receiver::start();
    let emulator = Emulator::start().await.unwrap();
    let webhook = NewWebhook::new(&receiver.url)
        .secret(SECRET)
        .standard_headers()
        .event_types(["org.created"]);
    emulator.add_webhook(webhook).unwrap();
    emulator.create_user("alice@example.com").unwrap();
    emulator.create_org("Acme").unwrap();
    emulator.wait_for_webhooks().await;
    let [received] = <[_; 1]>::try_from(receiver.take()).unwrap();
    assert_signed(&received, "webhook", SECRET);
    assert_eq!(received.header("svix-id"), None);
    assert_eq!(received.json()["event_type"], "org.created");
    assert!(!format!("{:?}", emulator.webhooks()).contains("C2FV"));
}

#[actix_web::test]
async fn what_cannot_be_an_endpoint_is_rejected_with_what_to_do() {
    let emulator = Emulator::start().await.unwrap();
    let url = "http://localhost:8080/hook";
    for (webhook, told) in [
        (
            NewWebhook::new("https://example.com/hook"),
            "http://127.0.0.1:8080",
        ),
        (
            NewWebhook::new("http://example.com/hook"),
            "private network",
        ),
        (NewWebhook::new("localhost:8080"), "http://127.0.0.1:8080"),
        (NewWebhook::new(url).secret("whsec_"), "secret"),
        (NewWebhook::new(url).secret("whsec_?"), "secret"),
        (
            NewWebhook::new(url).event_types(["user.disable"]),
            "user.disabled",
        ),
    ] {
        let error = emulator.add_webhook(webhook).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let endpoint = emulator.add_webhook(url).unwrap();
    assert!(
        emulator
            .add_webhook(url)
            .unwrap_err()
            .to_string()
            .contains("already")
    );
    assert!(emulator.remove_webhook("ep_unknown").is_err());
    emulator.remove_webhook(&endpoint.id).unwrap();
    assert!(emulator.webhooks().is_empty());
    emulator.add_webhook(url).unwrap();
    assert!(
        Emulator::builder()
            .webhook("ftp://x")
            .start()
            .await
            .is_err()
    );
}

#[actix_web::test]
async fn an_event_can_be_sent_that_nothing_caused() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    let fields = json!({ "user_id": "x" });
    let id = emulator
        .send_webhook("user.from_the_future", fields)
        .unwrap();
    assert!(emulator.send_webhook("user.created", "x").is_err());
    emulator.wait_for_webhooks().await;
    let received = receiver.take().remove(0);
    assert_eq!(received.header("svix-id"), Some(id.as_str()));
    let expected = json!({ "event_type": "user.from_the_future", "user_id": "x" });
    assert_eq!(received.json(), expected);
}

#[actix_web::test]
async fn a_seed_has_endpoints_and_snapshots_keep_them() {
    let receiver = Receiver::start();
    let webhook = json!({ "url": receiver.url, "secret": SECRET, "event_types": ["org.created"] });
    let builder = Emulator::builder().seed_json(json!({ "webhooks": [webhook] }));
    let emulator = builder.start().await.unwrap();
    assert_eq!(emulator.webhooks()[0].secret(), SECRET);
    emulator.save_snapshot("with").unwrap();
    emulator.remove_webhook(&receiver.url).unwrap();
    emulator.save_snapshot("without").unwrap();
    emulator.load_snapshot("with").unwrap();
    let endpoint = emulator.webhooks().remove(0);
    assert_eq!(
        (endpoint.secret(), endpoint.url.as_str()),
        (SECRET, receiver.url.as_str())
    );
    assert_eq!(endpoint.event_types, ["org.created"]);
    emulator.load_snapshot("without").unwrap();
    assert!(emulator.webhooks().is_empty());
    emulator.reset().unwrap();
    assert_eq!(emulator.webhooks().len(), 1);

    let twice = json!({ "webhooks": [{ "url": receiver.url }] });
    let error = emulator.apply_seed(twice).unwrap_err().to_string();
    assert!(
        error.contains("webhooks[0]") && error.contains("already"),
        "{error}"
    );
}

#[actix_web::test]
async fn a_thousand_events_are_received_within_seconds() {
    let receiver = Receiver::start();
    let emulator = Emulator::builder()
        .webhook(&receiver.url)
        .start()
        .await
        .unwrap();
    let begun = Instant::now();
    for number in 0..1000 {
        emulator.create_org(format!("Org {number}")).unwrap();
    }
    let changed = begun.elapsed();
    emulator.wait_for_webhooks().await;
    let received = begun.elapsed();
    println!("1,000 changes in {changed:?}, received after {received:?}");
    assert_eq!(receiver.take().len(), 1000);
    assert!(received < Duration::from_secs(10), "{received:?}");
}

#[actix_web::test]
async fn an_event_is_received_at_once() {
    let receiver = Receiver::start();
    let emulator = Emulator::builder()
        .webhook(&receiver.url)
        .start()
        .await
        .unwrap();
    let mut times = Vec::new();
    for number in 0..50 {
        let begun = Instant::now();
        emulator.create_org(format!("Org {number}")).unwrap();
        emulator.wait_for_webhooks().await;
        times.push(begun.elapsed());
    }
    times.sort();
    println!(
        "from change to receipt: median {:?}, longest {:?}",
        times[25], times[49]
    );
    assert!(times[25] < Duration::from_millis(250), "{times:?}");
}
