//! [`Elsewhere`]: a marker in the extensions of a request, whose token was not in the `Authorization` header.
//!
//! The token is there although it may be invalid: the log names the mistake in it. Nothing decides by the marker
//! whether a request is allowed. It is read
//!
//! - for the log, which has the hints and the times of a token wherever it was;
//! - for the response, which needs other headers than one to a request with the header;
//! - by an inner middleware of the same project, which need not verify the same token again;
//! - by a middleware that reads the header only, and does not accept what was found elsewhere.
//!
//! The last layer that found a token has its marker there. A layer of another project ignores it.

use std::sync::Arc;

use actix_web::dev::Extensions;

use super::{token_source::TokenSource, token_sources::TokenSources};
use crate::access::settings::Settings;

/// A marker in the extensions of a request: the token that a project found in another place than the
/// `Authorization` header.
pub(in crate::access) struct Elsewhere {
    pub(super) settings: Arc<Settings>,
    /// The places that were read.
    pub(super) sources: TokenSources,
    /// The index of the place that has the token.
    pub(super) found_at: usize,
    /// What the `Authorization` header would have been. It is malformed if the text is not one word.
    pub(super) authorization: String,
}

impl Elsewhere {
    /// Returns the marker of a request, if it is of this project.
    pub(in crate::access) fn of<'e>(
        extensions: &'e Extensions,
        settings: &Settings,
    ) -> Option<&'e Self> {
        let marker: &Self = extensions.get()?;
        std::ptr::eq(Arc::as_ptr(&marker.settings), settings).then_some(marker)
    }

    /// Returns the place that has the token.
    pub(in crate::access) fn source(&self) -> Option<&TokenSource> {
        self.sources.get(self.found_at)
    }

    /// Returns the token as the value of an `Authorization` header.
    pub(in crate::access) fn authorization(&self) -> &str {
        &self.authorization
    }
}
