//! Signed webhooks for tests, without an emulator.

use crate::{
    webhook::{SigningKey, sign},
    words::secret::Secret,
};

/// Returns the three headers with which PropelAuth would send a webhook.
///
/// ```
/// use actix_web::{App, http::StatusCode, test};
/// use actix_web_propelauth::{testing::{TestClock, propel_auth, sign_webhook}, webhook::WebhookVerifier};
///
/// # #[actix_web::main]
/// # async fn main() {
/// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
///
/// let service = propel_auth().webhooks(WebhookVerifier::new(SECRET).unwrap());
/// let app = test::init_service(App::new().service(service)).await;
///
/// let body = r#"{"event_type":"user.disabled","user_id":"1"}"#;
/// let mut request = test::TestRequest::post().uri("/webhooks/propelauth").set_payload(body);
/// for header in sign_webhook(SECRET, "msg_1", TestClock::new().now(), body) {
///     request = request.insert_header(header);
/// }
/// let response = test::call_service(&app, request.to_request()).await;
/// assert_eq!(response.status(), StatusCode::NO_CONTENT);
/// # }
/// ```
///
/// # Panics
///
/// Panics if the secret is not one.
#[must_use]
#[allow(clippy::panic)] // in a test, a panic is the error message
pub fn sign_webhook(
    secret: impl Into<Secret>,
    id: &str,
    timestamp: i64,
    body: impl AsRef<[u8]>,
) -> [(&'static str, String); 3] {
    let key = match SigningKey::new(&secret.into()) {
        Ok(key) => key,
        Err(error) => panic!("{error}"),
    };
    [
        ("svix-id", id.to_owned()),
        ("svix-timestamp", timestamp.to_string()),
        ("svix-signature", sign(&key, id, timestamp, body.as_ref())),
    ]
}
