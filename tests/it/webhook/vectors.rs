//! Every vector of `tests/vectors/webhooks.json`: verified as such, sent to the service, and to an extractor.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::{
    App, HttpResponse,
    http::{
        StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    test, web,
};
use actix_web_propelauth::{
    testing::propel_auth,
    webhook::{Webhook, WebhookVerifier},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    id: String,
    secrets: Vec<String>,
    now: u64,
    headers: Vec<(String, String)>,
    body: String,
    expect: u16,
    /// A text before the signatures, and how often.
    before: Option<(String, usize)>,
    /// The number of letters in place of `FILLER`.
    filler: Option<usize>,
}

fn vectors() -> Vec<Vector> {
    let vectors = include_str!("../../vectors/webhooks.json");
    let mut vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
    for vector in &mut vectors {
        if let Some((text, times)) = &vector.before {
            let (_, signatures) = vector.headers.last_mut().unwrap();
            signatures.insert_str(0, &text.repeat(*times));
        }
        if let Some(letters) = vector.filler {
            vector.body = vector.body.replace("FILLER", &"y".repeat(letters));
        }
    }
    vectors
}

fn verifier(vector: &Vector) -> WebhookVerifier {
    let now = UNIX_EPOCH + Duration::from_secs(vector.now);
    let mut secrets = vector.secrets.iter();
    let first = WebhookVerifier::new(secrets.next().unwrap()).unwrap();
    let all = secrets.fold(first, |it, secret| it.and_secret(secret).unwrap());
    all.clock(move || now)
}

fn headers(vector: &Vector) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &vector.headers {
        // Each character is one byte, so that a vector can have any.
        let bytes: Vec<u8> = value.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(&bytes).unwrap());
    }
    headers
}

#[::core::prelude::v1::test]
fn there_are_many_of_both_kinds() {
    let vectors = vectors();
    let accepted = vectors.iter().filter(|it| it.expect == 204).count();
    assert!(
        vectors.len() >= 80 && accepted >= 15,
        "{}, {accepted}",
        vectors.len()
    );
}

#[::core::prelude::v1::test]
fn each_vector_is_verified_as_expected() {
    for vector in vectors() {
        let result = verifier(&vector).verify(&headers(&vector), vector.body.as_bytes());
        let status = result.map_or_else(|error| error.status_code().as_u16(), |_| 204);
        assert_eq!(status, vector.expect, "{}", vector.id);
    }
}

#[actix_web::test]
async fn each_vector_is_answered_as_expected_and_no_answer_has_a_reason() {
    async fn receive(webhook: Webhook) -> HttpResponse {
        HttpResponse::NoContent()
            .insert_header(("x-id", webhook.id))
            .finish()
    }

    for vector in vectors() {
        let verifier = verifier(&vector);
        let app = App::new()
            .service(propel_auth().webhooks(verifier.clone()))
            .app_data(verifier)
            .route("/extractor", web::post().to(receive));
        let app = test::init_service(app).await;
        for path in ["/webhooks/propelauth", "/extractor"] {
            let mut request = test::TestRequest::post()
                .uri(path)
                .set_payload(vector.body.clone());
            for (name, value) in headers(&vector) {
                request = request.append_header((name, value));
            }
            let response = test::call_service(&app, request.to_request()).await;
            let status = response.status();
            assert_eq!(status.as_u16(), vector.expect, "{} {path}", vector.id);
            if status == StatusCode::BAD_REQUEST {
                let body = test::read_body(response).await;
                assert_eq!(
                    body, r#"{"title":"Bad Request","status":400}"#,
                    "{}",
                    vector.id
                );
            }
        }
    }
}
