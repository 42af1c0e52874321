//! [`RawResponse`]: a whole response whose body has not been decoded.

use actix_web::{
    http::{
        StatusCode,
        header::{DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER},
    },
    web::Bytes,
};

/// A whole response, with its date and the two headers that a failure may need.
///
/// The rest of awc's response is dropped at once, which returns the connection to the pool before
/// the body is decoded.
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    /// The body as it came: never decompressed, and within the size limit.
    pub(crate) body: Bytes,
    /// `Retry-After`, of a failure.
    pub(crate) retry_after: Option<HeaderValue>,
    /// `Location`, of a redirect, for the message: no redirect is followed.
    pub(crate) location: Option<HeaderValue>,
    /// `Date`: the sender's time, which may be another than that of this machine.
    pub(crate) date: Option<HeaderValue>,
}

impl RawResponse {
    /// Creates a response. After a success, no header of failures is needed and none is looked up.
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
            date: headers.get(DATE).cloned(),
        }
    }
}
