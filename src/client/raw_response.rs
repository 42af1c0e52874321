//! A response as it came, whole.

use actix_web::{
    http::{
        StatusCode,
        header::{HeaderMap, HeaderValue, LOCATION, RETRY_AFTER},
    },
    web::Bytes,
};

/// A whole response, and those of its headers that a failure needs.
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    pub(crate) retry_after: Option<HeaderValue>,
    pub(crate) location: Option<HeaderValue>,
}

impl RawResponse {
    /// Creates a response, keeping the headers that are needed later: none after a success.
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Self {
        let find = |name| {
            (!status.is_success())
                .then(|| headers.get(name).cloned())
                .flatten()
        };
        Self {
            status,
            body,
            retry_after: find(RETRY_AFTER),
            location: find(LOCATION),
        }
    }
}
