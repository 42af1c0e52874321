//! Fetching the document of an MCP client before a request that needs it is answered.

use std::time::Duration;

use actix_web::HttpRequest;

use super::{Shared, web_answer::web_request};
use crate::{
    client::{Reach, fetch_document},
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
    let reach = match shared.exposure {
        Some(_) => Reach::Global,
        None => Reach::Anywhere,
    };
    let fetched = fetch_document(&url, LONGEST, TIMEOUT, reach).await;
    let mut store = shared.lock_store();
    keep(&mut store, &url, fetched);
    if let Some(reason) = store.mcp_document_problem(url.as_str()) {
        tracing::warn!(
            client_id = %url,
            reason,
            "the document of an MCP client is of no use: the client cannot ask for access"
        );
    }
}
