//! From a request to a verified webhook, for the service and for the extractor.

use actix_web::{HttpRequest, dev::Payload};

use super::{
    body,
    error::WebhookError,
    headers::check_encoding,
    verifier::{Webhook, WebhookVerifier},
};
use crate::access::Settings;

/// Reads and verifies a request, by the clock of a handle if there is one.
pub(super) async fn receive(
    request: &HttpRequest,
    payload: Payload,
    verifier: &WebhookVerifier,
    settings: Option<&Settings>,
) -> Result<Webhook, WebhookError> {
    verifier.check_place(settings.map(|settings| settings.accepts_published_keys))?;
    check_encoding(request.headers())?;
    let body = body::read(request.headers(), payload, verifier.max()).await?;
    let now = verifier.now(settings.map(|settings| &settings.clock));
    verifier.verify_at(request.headers(), body, now)
}
