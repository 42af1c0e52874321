//! The base URL, read once, and requests' paths behind it.

use actix_web::{
    http::{
        Uri,
        uri::{Authority, PathAndQuery, Scheme},
    },
    web::Bytes,
};
use url::Url;

use super::send_error::SendError;

/// A base URL in the parts that every request's URL shares.
pub(super) struct BaseUrl {
    /// All of it, without a trailing slash.
    pub(super) url: String,
    authority: Authority,
    /// What comes before the path of a request: empty, or without a trailing slash.
    path: String,
}

impl BaseUrl {
    pub(super) fn new(url: &Url) -> Option<Self> {
        let uri: Uri = url.as_str().parse().ok()?;
        Some(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            authority: uri.authority()?.clone(),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the URL of a request's path and query.
    pub(super) fn with(&self, target: &str) -> Result<Uri, SendError> {
        let path = Bytes::from([&self.path, target].concat());
        let path = PathAndQuery::from_maybe_shared(path)
            .map_err(|error| SendError::protocol(error.to_string()))?;
        Uri::builder()
            // To awc everything is plain: the connector does the rest.
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .map_err(|error| SendError::protocol(error.to_string()))
    }
}
