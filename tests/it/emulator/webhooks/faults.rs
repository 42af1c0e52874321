//! Messages that are late, lost, double or in another order, because a test says so.

use std::time::Duration;

use actix_web_propelauth::emulator::{WebhookFaults, WebhookStatus};

use super::{BROKEN, OK, START, receiver::Receiver, start};

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
