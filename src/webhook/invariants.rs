//! Properties that hold for any webhook. Property tests and fuzz targets share them.

// A property that does not hold panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{event::WebhookEvent, secret::SigningKey, signature::sign, verifier::WebhookVerifier};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: u32 = 2_000_000_000;

/// Lines are headers (`name: value`), and after an empty line comes the body. `SIGN` in a value stands for the
/// right signature. What is accepted has one of each header, and the signature that the secret makes.
#[must_use]
pub fn webhook(input: &[u8]) -> bool {
    let end = input.windows(2).position(|two| two == b"\n\n");
    let (head, body) = match end {
        Some(end) => (input.get(..end).unwrap(), input.get(end + 2..).unwrap()),
        None => (input, &b""[..]),
    };
    let lines: Vec<_> = head.split(|byte| *byte == b'\n').collect();
    let field = |name: &str| {
        let prefix = format!("{name}: ");
        lines
            .iter()
            .find_map(|line| line.strip_prefix(prefix.as_bytes()))
    };
    let id = String::from_utf8_lossy(field("svix-id").or(field("webhook-id")).unwrap_or_default());
    let key = SigningKey::new(&SECRET.into()).unwrap();
    let right = sign(&key, &id, NOW.into(), body);
    let mut headers = HeaderMap::new();
    for line in &lines {
        let Some(at) = line.windows(2).position(|two| two == b": ") else {
            continue;
        };
        let (name, value) = (line.get(..at).unwrap(), line.get(at + 2..).unwrap());
        let value = match value {
            b"SIGN" => right.as_bytes(),
            value => value,
        };
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            headers.append(name, value);
        }
    }
    let now = UNIX_EPOCH + Duration::from_secs(NOW.into());
    let verifier = WebhookVerifier::new(SECRET).unwrap().clock(move || now);
    let Ok(webhook) = verifier.verify(&headers, body) else {
        return false;
    };
    let names = |family: &str| {
        let count = |name| headers.get_all(format!("{family}-{name}").as_str()).count();
        [count("id"), count("timestamp"), count("signature")]
    };
    let families = [names("svix"), names("webhook")];
    assert!(
        families == [[1; 3], [0; 3]] || families == [[0; 3], [1; 3]],
        "{families:?}"
    );
    assert!(!headers.contains_key("content-encoding"));
    assert!((webhook.timestamp - i64::from(NOW)).abs() <= 300);
    assert!(!webhook.id.is_empty() && !webhook.id.contains('.'));
    let signature = sign(&key, &webhook.id, webhook.timestamp, body);
    let is_there = ["svix-signature", "webhook-signature"].iter().any(|name| {
        let value = headers.get(*name).and_then(|value| value.to_str().ok());
        // Not `contains`: the whole entry counts.
        value.is_some_and(|list| list.split(' ').any(|entry| entry == signature))
    });
    assert!(is_there, "this was not signed");
    assert_eq!(webhook.body, body);
    true
}

/// The input is a signed body. Its type and all of its fields are kept, and its marks are of the time given.
#[must_use]
pub fn webhook_event(body: &[u8]) -> bool {
    let Ok(event) = WebhookEvent::read(body) else {
        return false;
    };
    let json: serde_json::Value = serde_json::from_slice(body).unwrap();
    let event_type = json.get("event_type").and_then(serde_json::Value::as_str);
    assert_eq!(event_type.unwrap_or_default(), event.event_type());
    for mark in event.marks(7) {
        assert_eq!(mark.unix_seconds(), Some(7));
        assert_eq!(mark.cause().word(), event.event_type());
    }
    if let WebhookEvent::Unknown(event) = &event {
        let kept = event.fields.len() + usize::from(event_type.is_some());
        assert_eq!(kept, json.as_object().unwrap().len());
    }
    true
}
