//! Authentication of a request: the one path that middleware, guards and extractors take.
//!
//! The result is cached in the request's extensions ([`super::cached_result`]), so that no token is
//! verified twice. The functions differ in which cached result they accept, in which authenticator they
//! use otherwise, and in whether they may wait:
//!
//! | for | accepts a cached result of | otherwise uses | may wait |
//! |---|---|---|---|
//! | middleware | its own project, by API key only if it accepts those | its own authenticator | yes |
//! | a guard in `.wrap(…)` | any project's middleware | the handle in the app data | yes |
//! | a guard in `.guard(…)` | any project's middleware | the handle in the app data | no |
//! | an extractor | any project | the handle in the app data | yes |

use std::sync::Arc;

use actix_web::{HttpMessage as _, HttpRequest, guard::GuardContext, http::header::HeaderMap};

use super::{
    app_data::AppData,
    cached_result::{AuthResult, cache_while_routing, cached, cached_for, is_found_by_app_data},
    credential,
    token_source::TokenSource,
};
use crate::access::{
    callers::{api_keys::ApiKeys, invalid_api_key::InvalidApiKey, principal::Principal},
    denial::Denial,
    denied::Denied,
    malformed_credential::MalformedCredential,
    misconfigured::Misconfigured,
    outcome::Outcome,
    settings::Settings,
    token::{authenticate_sync::SyncOutcome, authenticator::Authenticator},
    user::User,
};

/// Authenticates a request for one project, as its middleware does. Another project's result does not
/// count.
pub(in crate::access) fn authenticate_for(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
) -> Outcome<AuthResult> {
    authenticate_by(auth, request, Authenticator::authenticate_in_turn)
}

/// Authenticates a request for a middleware, which accepts API keys or not.
///
/// The strictest of nested middlewares decides: one that does not accept keys denies what another one outside
/// has accepted, and one that does validates the key for itself.
pub(in crate::access) fn authenticate_for_middleware(
    auth: &Arc<Authenticator>,
    keys: Option<&ApiKeys>,
    sources: &[TokenSource],
    request: &HttpRequest,
) -> Outcome<AuthResult> {
    let settings = auth.settings();
    let denial = |settings: &Arc<Settings>, denied| Denial {
        denied,
        settings: Arc::clone(settings),
    };
    match credential::find(sources, request, settings.max_token_len) {
        Ok(None) => {}
        Ok(Some(_)) if has_key_header(keys, request) => {
            let places = ("the header for API keys", "a source of tokens");
            let denied = MalformedCredential::Ambiguous(places.0.into(), places.1.into());
            return Outcome::Ready(Err(denial(settings, denied.into())));
        }
        // A result of another middleware is of a request without this token.
        Ok(Some(value)) => return authenticate_by_value(auth, &value),
        Err(denied) => return Outcome::Ready(Err(denial(settings, denied))),
    }
    let by_key = keys.and_then(|keys| auth.authenticate_key(request.headers(), keys));
    match by_key {
        Some(Outcome::Ready(result)) => {
            return Outcome::Ready(result.map_err(|denied| denial(settings, denied)));
        }
        Some(Outcome::Pending(later)) => {
            let settings = Arc::clone(settings);
            return Outcome::Pending(Box::pin(async move {
                later.await.map_err(|denied| denial(&settings, denied))
            }));
        }
        None => {}
    }
    match authenticate_for(auth, request) {
        Outcome::Ready(Ok(principal)) if !accepts(keys, &principal) => {
            let denied = InvalidApiKey::NotAccepted.into();
            Outcome::Ready(Err(denial(settings, denied)))
        }
        outcome => outcome,
    }
}

/// Authenticates by a token that was in another place than the `Authorization` header.
fn authenticate_by_value(auth: &Arc<Authenticator>, value: &str) -> Outcome<AuthResult> {
    let settings = Arc::clone(auth.settings());
    let denial = |denied| Denial { denied, settings };
    match auth.authenticate_in_turn_by(value.as_bytes()) {
        Outcome::Ready(result) => Outcome::Ready(result.map(Principal::User).map_err(denial)),
        Outcome::Pending(later) => Outcome::Pending(Box::pin(async move {
            later.await.map(Principal::User).map_err(denial)
        })),
    }
}

/// Returns `true` if a request has the header for API keys that a middleware reads.
fn has_key_header(keys: Option<&ApiKeys>, request: &HttpRequest) -> bool {
    let name = keys.and_then(ApiKeys::header_name);
    name.is_some_and(|name| request.headers().contains_key(name))
}

/// Returns `true` if a middleware accepts what another one outside has accepted.
fn accepts(keys: Option<&ApiKeys>, principal: &Principal) -> bool {
    match (principal.key(), keys) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(key), Some(keys)) => keys.accepts_imported() || !key.is_imported(),
    }
}

/// Authenticates a request for a guard around a service: by the result of the middleware outside, or
/// else by the handle in the app data.
///
/// `describe_asker` names the guard in the log of a developer who provided neither.
pub(in crate::access) fn authenticate_for_guard(
    request: &HttpRequest,
    describe_asker: impl FnOnce() -> String,
) -> Outcome<AuthResult> {
    match source_for_guard(request, describe_asker) {
        Source::Cached(result) => Outcome::Ready(result),
        Source::Authenticator(auth) => authenticate_for(auth, request),
    }
}

/// Authenticates a request for a guard that must not wait, because actix-web is still selecting a
/// route.
///
/// The result is kept for the same project, unless a verifier key that is being fetched may change it.
pub(in crate::access) fn authenticate_while_routing(
    context: &GuardContext<'_>,
    describe_asker: impl FnOnce() -> String,
) -> AuthResult {
    let auth = match source_for_guard(context, describe_asker) {
        Source::Cached(result) => return result,
        Source::Authenticator(auth) => auth,
    };
    let headers = context.head().headers();
    if let Some(result) = cached_for(auth, &context.req_data(), headers) {
        return result;
    }
    let SyncOutcome {
        result,
        is_provisional,
    } = auth.authenticate_sync(headers);
    let result = result.map(Principal::User).map_err(|denied| Denial {
        denied,
        settings: Arc::clone(auth.settings()),
    });
    if !is_provisional {
        cache_while_routing(&mut context.req_data_mut(), result.clone(), headers);
    }
    result
}

/// Authenticates a request for the arguments of a handler, which all receive the cached result.
pub(in crate::access) fn authenticate_for_handler(
    request: &HttpRequest,
    describe_asker: impl FnOnce() -> String,
) -> Outcome<AuthResult> {
    let cached = cached(&request.extensions());
    match cached.map_or_else(
        || source_in_app_data(request, describe_asker),
        Source::Cached,
    ) {
        Source::Cached(result) => Outcome::Ready(result),
        // Not in turn: the other arguments of the handler may be ready, and the first one that fails
        // decides the response.
        Source::Authenticator(auth) => authenticate_by(auth, request, Authenticator::authenticate),
    }
}

/// Authenticates a request for one project by the cached result, or else in the given way.
fn authenticate_by(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
    authenticate: impl FnOnce(&Arc<Authenticator>, &HeaderMap) -> Outcome<Result<User, Denied>>,
) -> Outcome<AuthResult> {
    if let Some(result) = cached_for(auth, &request.extensions(), request.headers()) {
        return Outcome::Ready(result);
    }
    let settings = Arc::clone(auth.settings());
    let denial = |denied| Denial { denied, settings };
    match authenticate(auth, request.headers()) {
        Outcome::Ready(result) => Outcome::Ready(result.map(Principal::User).map_err(denial)),
        Outcome::Pending(later) => Outcome::Pending(Box::pin(async move {
            later.await.map(Principal::User).map_err(denial)
        })),
    }
}

/// The source of a result.
enum Source<'r> {
    /// An earlier authentication of the same request.
    Cached(AuthResult),
    /// The authenticator of the handle in the app data.
    Authenticator(&'r Arc<Authenticator>),
}

/// Returns the source for a guard: a middleware's result, or else the handle in the app data.
fn source_for_guard(request: &impl AppData, describe_asker: impl FnOnce() -> String) -> Source<'_> {
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
fn source_in_app_data(
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
