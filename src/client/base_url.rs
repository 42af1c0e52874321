//! The base URL, parsed once, and the URLs of requests below it.
//!
//! A path of the base URL is kept in front of those of operations, so that a forwarder can serve
//! PropelAuth below a prefix of its own.

use actix_web::{
    http::{
        Uri,
        uri::{Authority, PathAndQuery, Scheme},
    },
    web::Bytes,
};
use url::Url;

use super::send_error::SendError;

/// The parts of the base URL that the URLs of all requests share.
///
/// Parsing once leaves one allocation for the URL of a request: its path and query.
pub(super) struct BaseUrl {
    /// The whole URL, without a trailing slash.
    pub(super) url: String,
    authority: Authority,
    /// The prefix of every path: empty, or without a trailing slash.
    path: String,
}

impl BaseUrl {
    /// Creates a base URL, or returns `None` if it has no authority.
    pub(super) fn new(url: &Url) -> Option<Self> {
        let uri: Uri = url.as_str().parse().ok()?;
        Some(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            authority: uri.authority()?.clone(),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the URL of a path and query.
    ///
    /// Both come percent-encoded from `endpoint::encode`, so that an error here is a defect.
    pub(super) fn with(&self, target: &str) -> Result<Uri, SendError> {
        let path = Bytes::from([&self.path, target].concat());
        let path = PathAndQuery::from_maybe_shared(path)
            .map_err(|error| SendError::protocol(error.to_string()))?;
        Uri::builder()
            // awc would add its own TLS to https. The connector decides, so awc sees plain http.
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .map_err(|error| SendError::protocol(error.to_string()))
    }
}
