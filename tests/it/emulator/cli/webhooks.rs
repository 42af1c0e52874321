//! `propelauth-dev webhooks` and `up --webhook`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Running, TempFile, failed};
use crate::emulator::webhooks::receiver::{Answer, Receiver};

/// Waits until the emulator has made this number of attempts, and returns the deliveries.
async fn attempts(running: &Running, count: usize) -> Value {
    let begun = Instant::now();
    loop {
        let deliveries = running.json(&["webhooks", "deliveries"]);
        let attempts = deliveries.as_array().unwrap().iter();
        let made: usize = attempts
            .map(|it| it["attempts"].as_array().unwrap().len())
            .sum();
        if made >= count {
            return deliveries;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{deliveries:#}");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn what_a_service_changes_is_sent_and_can_be_seen_and_replayed() {
    let receiver = Receiver::start();
    let running = Running::start(&["--webhook", &receiver.url]);
    receiver.answer([Answer(500, None)]);
    let user = running
        .auth()
        .await
        .user()
        .create_user("alice@example.com")
        .await;
    let user_id = user.unwrap().user_id;
    attempts(&running, 1).await;
    running.run(&["clock", "advance", "5s"]);
    let deliveries = attempts(&running, 2).await;
    assert_eq!(deliveries[0]["status"], "delivered");
    assert_eq!(deliveries[0]["attempts"][0]["status"], 500);
    assert_eq!(deliveries[0]["payload"]["user_id"], user_id.as_str());

    let id = deliveries[0]["id"].as_str().unwrap();
    let text = running.run(&["webhooks", "replay", id]);
    assert_eq!(text, format!("{id} is sent again.\n"));
    attempts(&running, 3).await;
    running.run(&["webhooks", "test", "user.disabled"]);
    attempts(&running, 4).await;
    running.run(&["webhooks", "test", "user.x", "--fields", r#"{"a":1}"#]);
    attempts(&running, 5).await;
    let received = receiver.take();
    let ids: Vec<_> = received
        .iter()
        .map(|it| it.header("svix-id").unwrap())
        .collect();
    assert!(ids[..3].iter().all(|it| *it == id), "{ids:?}");
    let disabled = json!({ "event_type": "user.disabled", "user_id": user_id });
    assert_eq!(received[3].json(), disabled);
    assert_eq!(
        received[4].json(),
        json!({ "event_type": "user.x", "a": 1 })
    );

    let text = running.run(&["webhooks", "deliveries", "--bodies"]);
    assert!(
        text.contains("user.created") && text.contains("\n    {"),
        "{text}"
    );
    let url = running.text("auth_url");
    let error = failed(&["webhooks", "replay", "msg_x", "--url", &url]);
    assert!(error.contains("msg_x"), "{error}");
}

#[actix_web::test]
async fn endpoints_are_added_listed_and_removed_and_faults_are_set() {
    let running = Running::start(&[]);
    let hook = "http://127.0.0.1:1/hook";
    let text = running.run(&["webhooks", "add", hook, "--event-type", "user.disabled"]);
    assert_eq!(
        text,
        format!(
            "Events are sent to {hook}, signed with {}.\n",
            running.text("webhook_secret")
        )
    );
    let endpoints = running.json(&["webhooks", "list"]);
    assert_eq!(endpoints[0]["event_types"], json!(["user.disabled"]));
    let url = running.text("auth_url");
    let error = failed(&["webhooks", "add", "http://example.com", "--url", &url]);
    assert!(error.contains("private network"), "{error}");
    assert!(running.run(&["webhooks", "enable", hook]).contains(hook));
    assert!(running.run(&["webhooks", "remove", hook]).contains(hook));
    assert_eq!(running.json(&["webhooks", "list"]), json!([]));

    let faults = running.json(&[
        "webhooks",
        "faults",
        "--duplicate",
        "--delay",
        "1m",
        "--hold",
    ]);
    let expected = json!({ "duplicate": true, "reorder": false, "delay_seconds": 60,
        "lose_attempts": 0, "hold": true });
    assert_eq!(faults, expected);
    assert_eq!(running.json(&["webhooks", "faults"])["hold"], false);
}

#[actix_web::test]
async fn endpoints_are_kept_with_the_state_and_the_secret_of_the_first_is_handed_out() {
    let secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let seed = format!("[[webhooks]]\nurl = \"http://127.0.0.1:1/\"\nsecret = \"{secret}\"\n");
    let seed = TempFile::new("webhooks.toml", &seed);
    let state = TempFile::new("webhooks.json", "");
    std::fs::remove_file(state.path()).unwrap();
    let first = Running::start(&["--seed", seed.path(), "--state", state.path()]);
    assert_eq!(first.text("webhook_secret"), secret);
    let hook = "http://localhost:2/";
    first.run(&["webhooks", "add", hook]);
    let begun = Instant::now();
    while !std::fs::read_to_string(state.path())
        .unwrap_or_default()
        .contains(hook)
    {
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    drop(first);
    let again = Running::start(&["--state", state.path()]);
    let endpoints = again.json(&["webhooks", "list"]);
    assert_eq!(
        (&endpoints[0]["secret"], &endpoints[1]["url"]),
        (&json!(secret), &json!(hook))
    );
}
