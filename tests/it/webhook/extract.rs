//! `Webhook` as an argument: where the verifier is found, and what happens without one.

use std::sync::Arc;

use actix_web::{App, HttpResponse, http::StatusCode, test, web};
use actix_web_propelauth::{
    testing::{TestClock, sign_webhook},
    webhook::{Webhook, WebhookVerifier},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"{"event_type":"user.deleted","user_id":"1"}"#;

async fn receive(webhook: Webhook) -> HttpResponse {
    assert_eq!(
        (webhook.id.as_str(), &webhook.body[..]),
        ("msg_1", BODY.as_bytes())
    );
    HttpResponse::NoContent().finish()
}

fn delivery() -> test::TestRequest {
    let headers = sign_webhook(SECRET, "msg_1", TestClock::new().now(), BODY);
    let request = test::TestRequest::post().set_payload(BODY);
    headers
        .into_iter()
        .fold(request, test::TestRequest::insert_header)
}

#[actix_web::test]
async fn the_verifier_is_found_in_each_wrapper() {
    macro_rules! finds {
        ($($data:expr)*) => {$({
            let app = App::new().app_data($data).route("/", web::post().to(receive));
            let app = test::init_service(app).await;
            let response = test::call_service(&app, delivery().to_request()).await;
            assert_eq!(response.status(), StatusCode::NO_CONTENT, stringify!($data));
        })*};
    }
    let verifier = || WebhookVerifier::new(SECRET).unwrap();
    finds! {
        verifier()
        web::Data::new(verifier())
        web::ThinData(verifier())
        Arc::new(verifier())
        web::Data::new(Arc::new(verifier()))
        web::ThinData(Arc::new(verifier()))
    }
}

#[actix_web::test]
async fn without_a_verifier_every_request_is_500() {
    let app = test::init_service(App::new().route("/", web::post().to(receive))).await;
    let response = test::call_service(&app, delivery().to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = test::read_body(response).await;
    assert_eq!(body, r#"{"title":"Internal Server Error","status":500}"#);
}
