//! From an event to the service: the signature, retries by the emulator's clock, and faults.

use std::time::{Duration, Instant};

use actix_web_propelauth::emulator::{
    Emulator, NewWebhook, WebhookDelivery, WebhookFaults, WebhookStatus,
};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::receiver::{Answer, Received, Receiver};

/// The secret of Svix's published example.
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const START: i64 = 1_800_000_000;
const OK: Answer = Answer(200, None);
const BROKEN: Answer = Answer(500, None);

async fn start(receiver: &Receiver) -> Emulator {
    let emulator = Emulator::builder()
        .webhook(&receiver.url)
        .start()
        .await
        .unwrap();
    emulator.freeze_clock(START);
    emulator
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
async fn a_whole_chain_of_retries_takes_27_hours_of_the_clock_and_less_than_a_second() {
    let begun = Instant::now();
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    receiver.always_answer(BROKEN);
    emulator.create_user("alice@example.com").unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(
        emulator.webhook_deliveries()[0].next_attempt_at,
        Some(START + 5)
    );
    emulator.advance_clock(Duration::from_secs(4));
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 1);
    emulator.advance_clock(Duration::from_secs(1));
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 1);
    emulator.advance_clock(Duration::from_secs(27 * 3600 + 36 * 60));
    emulator.wait_for_webhooks().await;

    let received = receiver.take();
    assert_eq!(received.len(), 6);
    let now = emulator.now().to_string();
    for one in &received {
        assert_eq!(one.header("svix-timestamp"), Some(now.as_str()));
        assert_signed(one, "svix", emulator.webhook_secret());
    }
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(delivery.status, WebhookStatus::Failed);
    let schedule = [0, 5, 305, 2105, 9305, 27305, 63305, 99305];
    assert_eq!(times(&delivery), schedule);
    assert_eq!(statuses(&delivery), [Some(500); 8]);
    assert!(
        received
            .iter()
            .all(|it| it.header("svix-id") == Some(&delivery.message.id))
    );
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");

    emulator.replay_webhook(&delivery.message.id).unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(
        delivery.next_attempt_at,
        Some(emulator.now() + 5),
        "the schedule begins again"
    );
}

#[actix_web::test]
async fn only_a_status_from_200_to_299_counts_and_redirects_are_not_followed() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    receiver.answer([
        Answer(302, Some(("location", "/other"))),
        Answer(404, None),
        OK,
    ]);
    emulator.create_user("alice@example.com").unwrap();
    emulator.advance_clock(Duration::from_secs(24 * 60 * 60));
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(statuses(&delivery), [Some(302), Some(404), Some(200)]);
    assert_eq!(times(&delivery), [0, 5, 305]);
    assert_eq!(delivery.status, WebhookStatus::Delivered);
}

#[actix_web::test]
async fn the_service_can_ask_for_no_further_attempt() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    receiver.answer([Answer(500, Some(("webhook-delivery", "abort-message")))]);
    emulator.create_user("alice@example.com").unwrap();
    emulator.advance_clock(Duration::from_secs(24 * 60 * 60));
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(delivery.status, WebhookStatus::Aborted);
    assert_eq!((receiver.take().len(), delivery.next_attempt_at), (1, None));
}

#[actix_web::test]
async fn a_service_that_is_not_there_is_tried_again() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    drop(receiver);
    emulator.create_user("alice@example.com").unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(delivery.attempts[0].status, None);
    assert!(
        delivery.attempts[0]
            .error
            .as_ref()
            .unwrap()
            .contains("refused"),
        "{delivery:?}"
    );
    assert_eq!(delivery.next_attempt_at, Some(START + 5));
}

#[actix_web::test]
async fn five_days_of_failures_disable_an_endpoint_until_it_is_enabled() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    receiver.always_answer(BROKEN);
    let state = || {
        let endpoint = emulator.webhooks().remove(0);
        (endpoint.is_disabled, endpoint.failing_since)
    };
    for day in 0..6 {
        assert_eq!(state(), (false, (day > 0).then_some(START)), "day {day}");
        emulator.create_org(format!("Org of day {day}")).unwrap();
        emulator.wait_for_webhooks().await;
        emulator.advance_clock(Duration::from_secs(24 * 60 * 60));
    }
    emulator.wait_for_webhooks().await;
    assert_eq!(state(), (true, Some(START)));
    let last = emulator.webhook_deliveries().pop().unwrap();
    assert_eq!(last.status, WebhookStatus::Canceled);
    receiver.take();
    let missed = emulator.create_org("Missed").unwrap();
    emulator.wait_for_webhooks().await;
    assert!(receiver.take().is_empty());

    let deliveries = emulator.webhook_deliveries();
    assert_eq!(
        deliveries.len(),
        6,
        "one for each day, and none for what was missed"
    );

    receiver.always_answer(OK);
    emulator.enable_webhook(&receiver.url).unwrap();
    assert_eq!(state(), (false, None));
    emulator.create_org("After").unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 1);
    let messages = emulator.webhook_messages();
    let missed = messages
        .iter()
        .find(|it| it.payload["org_id"] == missed.as_str())
        .unwrap();
    emulator.replay_webhook(&missed.id).unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take()[0].json(), missed.payload);
}

#[actix_web::test]
async fn one_success_ends_the_days_of_failures() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    receiver.answer([BROKEN]);
    emulator.create_org("A").unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(emulator.webhooks()[0].failing_since, Some(START));
    emulator.advance_clock(Duration::from_secs(5));
    emulator.wait_for_webhooks().await;
    assert_eq!(emulator.webhooks()[0].failing_since, None);
}

#[actix_web::test]
async fn a_message_is_replayed_with_its_id_as_often_as_one_likes_and_in_any_order() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    emulator.hold_webhooks();
    let names = ["a", "b", "c"].map(|it| format!("{it}@example.com"));
    for name in &names {
        emulator.create_user(name.as_str()).unwrap();
    }
    emulator.wait_for_webhooks().await;
    assert!(receiver.take().is_empty(), "they are held back");
    emulator.release_webhooks();
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 3);

    let messages = emulator.webhook_messages();
    for number in [2, 0, 2, 1] {
        emulator.replay_webhook(&messages[number].id).unwrap();
        emulator.wait_for_webhooks().await;
    }
    let received = receiver.take();
    let ids: Vec<_> = received
        .iter()
        .map(|it| it.header("svix-id").unwrap())
        .collect();
    assert_eq!(
        ids,
        [2, 0, 2, 1].map(|number: usize| messages[number].id.as_str())
    );
    assert!(emulator.replay_webhook("msg_unknown").is_err());
}

#[actix_web::test]
async fn faults_make_messages_late_lost_twice_and_in_another_order() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    let delay = WebhookFaults::new().delay(Duration::from_secs(60));
    emulator.set_webhook_faults(delay);
    emulator.create_org("Late").unwrap();
    emulator.advance_clock(Duration::from_secs(59));
    emulator.wait_for_webhooks().await;
    assert!(receiver.take().is_empty());
    emulator.advance_clock(Duration::from_secs(1));
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 1);

    emulator.set_webhook_faults(WebhookFaults::new().lose_attempts(2));
    emulator.create_org("Lost").unwrap();
    emulator.advance_clock(Duration::from_secs(304));
    emulator.wait_for_webhooks().await;
    assert!(receiver.take().is_empty());
    emulator.advance_clock(Duration::from_secs(1));
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 1);

    emulator.set_webhook_faults(WebhookFaults::new().duplicate());
    emulator.create_org("Twice").unwrap();
    emulator.wait_for_webhooks().await;
    let twice = receiver.take();
    assert_eq!(twice.len(), 2);
    assert_eq!(twice[0].header("svix-id"), twice[1].header("svix-id"));

    emulator.set_webhook_faults(WebhookFaults::new().reorder());
    for number in 0..6 {
        emulator.create_org(format!("Org {number}")).unwrap();
    }
    emulator.wait_for_webhooks().await;
    let received = receiver.take();
    let names: Vec<_> = received
        .iter()
        .map(|it| it.json()["name"].to_string())
        .collect();
    assert_eq!(names.len(), 6);
    assert!(!names.is_sorted(), "{names:?}");

    emulator.set_webhook_faults(WebhookFaults::new());
    emulator.create_org("Well").unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(receiver.take().len(), 1);
}

#[actix_web::test]
async fn an_operation_does_not_wait_for_a_service_that_does_not_answer() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let emulator = Emulator::start().await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    emulator.add_webhook(url).unwrap();
    let begun = Instant::now();
    for number in 0..100 {
        emulator.create_org(format!("Org {number}")).unwrap();
    }
    drop(emulator);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[actix_web::test]
async fn a_webhook_by_the_running_clock_is_repeated_after_five_seconds() {
    let receiver = Receiver::start();
    let emulator = Emulator::builder()
        .webhook(&receiver.url)
        .start()
        .await
        .unwrap();
    receiver.answer([BROKEN]);
    emulator.create_org("Acme").unwrap();
    let begun = Instant::now();
    while emulator.webhook_deliveries()[0].status != WebhookStatus::Delivered {
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(3), "{took:?}");
    assert_eq!(receiver.take().len(), 2);
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
async fn of_two_copies_one_has_to_be_received() {
    let receiver = Receiver::start();
    let emulator = start(&receiver).await;
    emulator.set_webhook_faults(WebhookFaults::new().duplicate());
    receiver.answer([BROKEN, OK]);
    emulator.create_org("Received once").unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(
        (delivery.status, delivery.next_attempt_at),
        (WebhookStatus::Delivered, None)
    );

    receiver.answer([BROKEN, BROKEN]);
    emulator.create_org("Received never").unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(1);
    assert_eq!(delivery.attempts.len(), 2);
    assert_eq!(
        delivery.next_attempt_at,
        Some(START + 5),
        "they are one attempt of the schedule"
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
