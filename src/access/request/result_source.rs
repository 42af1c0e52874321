//! [`Source`]: where the result for a guard or an extractor comes from.

use std::sync::Arc;

use super::{
    app_data::AppData,
    cached_result::{AuthResult, cached, is_found_by_app_data},
};
use crate::access::{
    denial::Denial, misconfigured::Misconfigured, token::authenticator::Authenticator,
};

/// The source of a result.
pub(super) enum Source<'r> {
    /// An earlier authentication of the same request.
    Cached(AuthResult),
    /// The authenticator of the handle in the app data.
    Authenticator(&'r Arc<Authenticator>),
}

/// Returns the source for a guard: a middleware's result, or else the handle in the app data.
pub(super) fn source_for_guard(
    request: &impl AppData,
    describe_asker: impl FnOnce() -> String,
) -> Source<'_> {
    let (cached, is_found_by_app_data) = {
        let extensions = request.request_extensions();
        (cached(&extensions), is_found_by_app_data(&extensions))
    };
    match cached {
        // The app data of an inner scope may belong to another project.
        Some(result) if is_found_by_app_data => request
            .authenticator()
            .map_or(Source::Cached(result), Source::Authenticator),
        Some(result) => Source::Cached(result),
        None => source_in_app_data(request, describe_asker),
    }
}

/// Returns the handle in the app data, or the denial for an application without one.
pub(super) fn source_in_app_data(
    request: &impl AppData,
    describe_asker: impl FnOnce() -> String,
) -> Source<'_> {
    if let Some(auth) = request.authenticator() {
        return Source::Authenticator(auth);
    }
    let asker = describe_asker();
    Source::Cached(Err(Denial::misconfigured(Misconfigured::NoMiddleware(
        asker,
    ))))
}
