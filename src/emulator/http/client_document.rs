//! Fetching the document of an MCP client before a request that needs it is answered.

use std::time::Duration;

use actix_web::HttpRequest;

use super::{Shared, web_answer::web_request};
use crate::{
    client::fetch_document,
    emulator::oauth::client_document::{LONGEST, keep, to_fetch},
};

/// How long a request waits for it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches the document that a request needs, if it is not known. The state is not locked meanwhile.
pub(super) async fn fetch_if_needed(shared: &Shared, request: &HttpRequest, body: &[u8]) {
    if !request.uri().path().starts_with("/oauth/2.1/") {
        return;
    }
    let asked = web_request(request, body, Vec::new());
    let url = to_fetch(&shared.lock_store(), &asked);
    let Some(url) = url else {
        return;
    };
    let fetched = fetch_document(&url, LONGEST, TIMEOUT).await;
    keep(&mut shared.lock_store(), &url, fetched);
}
