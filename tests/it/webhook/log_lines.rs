//! What an operator reads of a webhook that is not accepted.

use actix_web::{App, test};
use actix_web_propelauth::{
    testing::{TestClock, propel_auth, sign_webhook},
    webhook::WebhookVerifier,
};

use crate::fixtures::Logs;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// Sends a webhook twice, and returns what is logged.
async fn logged(secret: &str, timestamp: i64, body: &'static str, name: &str) -> String {
    let logs = Logs::capture();
    let service = propel_auth().webhooks(WebhookVerifier::new(SECRET).unwrap());
    let app = test::init_service(App::new().service(service)).await;
    for _ in 0..2 {
        let mut request = test::TestRequest::post()
            .uri("/webhooks/propelauth")
            .set_payload(body);
        for (header, value) in sign_webhook(secret, "msg_1", timestamp, body) {
            let header = if header == name { "x-other" } else { header };
            request = request.insert_header((header, value));
        }
        test::call_service(&app, request.to_request()).await;
    }
    let text = logs.text();
    let ours = text.lines().filter(|line| line.contains("webhook: "));
    ours.collect::<Vec<_>>().join("\n")
}

#[actix_web::test]
async fn a_line_has_the_reason_the_remedy_and_the_code_and_is_a_warning_once() {
    let now = TestClock::new().now();
    let body = r#"{"event_type":"user.deleted","user_id":"1"}"#;
    for (lines, code, remedy) in [
        (
            logged(OTHER, now, body, "").await,
            "webhook_signature",
            "PROPELAUTH_WEBHOOK_SECRET",
        ),
        (
            logged(SECRET, now - 3600, body, "").await,
            "webhook_timestamp",
            "-3600 s away",
        ),
        (
            logged(SECRET, now, body, "svix-id").await,
            "webhook_header_missing",
            "`svix-id`",
        ),
        (
            logged(SECRET, now, "{", "").await,
            "webhook_not_an_event",
            "the signature is right",
        ),
    ] {
        let (first, second) = lines.split_once('\n').unwrap();
        assert!(
            first.contains(" WARN ") && second.contains("DEBUG "),
            "{lines}"
        );
        for line in [first, second] {
            assert!(line.contains(&format!("code={code}")), "{line}");
            assert!(
                line.contains(remedy) && line.contains("path=/webhooks/propelauth"),
                "{line}"
            );
            assert!(
                !line.contains("MfKQ") && !line.contains("C2FV") && !line.contains("v1,"),
                "{line}"
            );
        }
    }
}

#[actix_web::test]
async fn an_event_of_a_known_type_that_cannot_be_read_is_a_warning() {
    let body = r#"{"event_type":"user.removed_from_org","org_id":"1"}"#;
    let lines = logged(SECRET, TestClock::new().now(), body, "").await;
    assert!(
        lines.contains("WARN") && lines.contains("`removed_user_id` is missing"),
        "{lines}"
    );
}
