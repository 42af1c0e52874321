//! Attempts that fail are repeated by the emulator's clock, until the endpoint is disabled.

use std::time::{Duration, Instant};

use actix_web_propelauth::emulator::{Emulator, WebhookStatus};

use super::{
    BROKEN, OK, START, assert_signed,
    receiver::{Answer, Receiver},
    start, statuses, times,
};

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
