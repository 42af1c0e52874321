//! Authentication of a request: the one path that middleware, guards and extractors take.
//!
//! The result is cached in the request's extensions ([`super::cached_result`]), so that no token is
//! verified twice. The functions differ in which cached result they accept, in which authenticator they
//! use otherwise, in where the token may be, and in whether they may wait:
//!
//! | for | accepts a cached result of | otherwise uses | token in | may wait |
//! |---|---|---|---|---|
//! | middleware | its own project, by API key only if it accepts those | its own authenticator | its own places | yes |
//! | a guard in `.wrap(…)` | any project's middleware | the handle in the app data | those of the handle | yes |
//! | a guard in `.guard(…)` | any project's middleware | the handle in the app data | those of the handle | no |
//! | an extractor | any project | the handle in the app data | those of the handle | yes |

use std::{convert::identity, sync::Arc};

use actix_web::{HttpMessage as _, HttpRequest, guard::GuardContext};

use super::{
    cached_result::{AuthResult, cache_while_routing, cached, cached_for, found_while_routing},
    credential::{self, Asked, Credential},
    elsewhere::Elsewhere,
    result_source::{Source, source_for_guard, source_in_app_data},
    token_sources::TokenSources,
};
use crate::access::{
    callers::{api_keys::ApiKeys, invalid_api_key::InvalidApiKey, principal::Principal},
    denial::Denial,
    denied::Denied,
    malformed_credential::MalformedCredential,
    outcome::Outcome,
    settings::Settings,
    token::{authenticate_sync::SyncOutcome, authenticator::Authenticator},
};

/// Authenticates a request for one project, whose result may be cached. Another project's result does not
/// count.
pub(in crate::access) fn authenticate_for(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
) -> Outcome<AuthResult> {
    authenticate_by_handle(auth, request, Turn::Later)
}

/// The places where a middleware reads tokens.
#[derive(Clone, Copy)]
pub(in crate::access) struct Reads<'a> {
    /// The places beside the `Authorization` header.
    pub(in crate::access) sources: &'a TokenSources,
    /// Whether a token that a middleware outside found elsewhere does not count.
    pub(in crate::access) header_only: bool,
}

/// Authenticates a request for a middleware, which accepts API keys or not.
///
/// The strictest of nested middlewares decides: one that does not accept keys denies what another one outside
/// has accepted, and one that does validates the key for itself.
pub(in crate::access) fn authenticate_for_middleware(
    auth: &Arc<Authenticator>,
    keys: Option<&ApiKeys>,
    reads: Reads<'_>,
    request: &HttpRequest,
) -> Outcome<AuthResult> {
    let settings = auth.settings();
    match credential::find(reads.sources, Asked::Request(request), settings) {
        Ok(None) => {}
        Ok(Some(_)) if has_key_header(keys, request) => {
            let places = ("the header for API keys", "a source of tokens");
            let denied = MalformedCredential::Ambiguous(places.0.into(), places.1.into());
            return Outcome::Ready(Err(denial(settings, denied)));
        }
        Ok(Some(credential)) => {
            return authenticate_by_credential(auth, request, &credential, Turn::Later);
        }
        Err(denied) => return Outcome::Ready(Err(denial(settings, denied))),
    }
    let by_key = keys.and_then(|keys| auth.authenticate_key(request.headers(), keys));
    if let Some(outcome) = by_key {
        return with_settings(settings, outcome, identity);
    }
    if reads.header_only && forget_token_elsewhere(request, settings) {
        let outcome = auth.authenticate_in_turn(request.headers());
        return with_settings(settings, outcome, Principal::User);
    }
    match authenticate_by_header(auth, request, Turn::Later) {
        Outcome::Ready(Ok(principal)) if !accepts(keys, &principal) => {
            Outcome::Ready(Err(denial(settings, InvalidApiKey::NotAccepted)))
        }
        outcome => outcome,
    }
}

/// Returns `true` if a middleware outside found the token elsewhere than in the header, which no longer counts.
fn forget_token_elsewhere(request: &HttpRequest, settings: &Settings) -> bool {
    let mut extensions = request.extensions_mut();
    let is_elsewhere = Elsewhere::of(&extensions, settings).is_some();
    if is_elsewhere {
        extensions.remove::<Elsewhere>();
    }
    is_elsewhere
}

/// Returns `true` if a request has the header for API keys that a middleware reads.
pub(in crate::access) fn has_key_header(keys: Option<&ApiKeys>, request: &HttpRequest) -> bool {
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
/// The result is kept for the same project and the same token, unless a verifier key that is being fetched may
/// change it. Where the token is read by a function, which cannot be called yet, it is not the same.
pub(in crate::access) fn authenticate_while_routing(
    context: &GuardContext<'_>,
    describe_asker: impl FnOnce() -> String,
) -> AuthResult {
    let auth = match source_for_guard(context, describe_asker) {
        Source::Cached(result) => return result,
        Source::Authenticator(auth) => auth,
    };
    if let Some(result) = cached_for(auth, &context.req_data()) {
        return result;
    }
    let settings = auth.settings();
    let sources = &settings.token_sources;
    let elsewhere = credential::find(sources, Asked::Routing(context), settings)
        .map_err(|denied| denial(settings, denied))?;
    let elsewhere = elsewhere.as_ref().map(|it| &*it.authorization);
    let headers = context.head().headers();
    if let Some(result) = found_while_routing(auth, &context.req_data(), headers, elsewhere) {
        return result;
    }
    let SyncOutcome {
        result,
        is_provisional,
    } = match elsewhere {
        Some(value) => auth.authenticate_sync_by(value.as_bytes()),
        None => auth.authenticate_sync(headers),
    };
    let result = result
        .map(Principal::User)
        .map_err(|denied| denial(settings, denied));
    if !is_provisional {
        let mut extensions = context.req_data_mut();
        cache_while_routing(&mut extensions, result.clone(), headers, elsewhere);
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
        Source::Authenticator(auth) => authenticate_by_handle(auth, request, Turn::Now),
    }
}

/// When a token is verified that is not known.
#[derive(Clone, Copy)]
enum Turn {
    /// At once: the other arguments of a handler may be ready, and the first one that fails decides the response.
    Now,
    /// After pending requests with a known token.
    Later,
}

/// Authenticates a request for one project by the cached result, or else by a token in one of the places of its
/// handle.
fn authenticate_by_handle(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
    turn: Turn,
) -> Outcome<AuthResult> {
    // What a middleware found counts, also if it reads other places than the handle.
    if let Some(result) = cached_for(auth, &request.extensions()) {
        return Outcome::Ready(result);
    }
    let settings = auth.settings();
    match credential::find(&settings.token_sources, Asked::Request(request), settings) {
        Ok(None) => authenticate_by_header(auth, request, turn),
        Ok(Some(credential)) => authenticate_by_credential(auth, request, &credential, turn),
        Err(denied) => Outcome::Ready(Err(denial(settings, denied))),
    }
}

/// Authenticates a request for one project by the cached result, or else by the `Authorization` header.
fn authenticate_by_header(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
    turn: Turn,
) -> Outcome<AuthResult> {
    let headers = request.headers();
    {
        let extensions = request.extensions();
        let cached = cached_for(auth, &extensions);
        let known = cached.or_else(|| found_while_routing(auth, &extensions, headers, None));
        if let Some(result) = known {
            return Outcome::Ready(result);
        }
    }
    let outcome = match turn {
        Turn::Now => auth.authenticate(headers),
        Turn::Later => auth.authenticate_in_turn(headers),
    };
    with_settings(auth.settings(), outcome, Principal::User)
}

/// Authenticates by a token that was in another place than the `Authorization` header.
fn authenticate_by_credential(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
    credential: &Credential,
    turn: Turn,
) -> Outcome<AuthResult> {
    let value = &*credential.authorization;
    {
        let extensions = request.extensions();
        // Otherwise, what is cached is of a middleware outside that did not find this token.
        let cached = credential.is_known.then(|| cached_for(auth, &extensions));
        let known = cached
            .flatten()
            .or_else(|| found_while_routing(auth, &extensions, request.headers(), Some(value)));
        if let Some(result) = known {
            return Outcome::Ready(result);
        }
    }
    let outcome = match turn {
        Turn::Now => auth.authenticate_by(value.as_bytes()),
        Turn::Later => auth.authenticate_in_turn_by(value.as_bytes()),
    };
    with_settings(auth.settings(), outcome, Principal::User)
}

/// Adds the settings of the project to the result of its authenticator.
fn with_settings<T: 'static>(
    settings: &Arc<Settings>,
    outcome: Outcome<Result<T, Denied>>,
    caller: fn(T) -> Principal,
) -> Outcome<AuthResult> {
    let settings = Arc::clone(settings);
    let convert = move |result: Result<T, Denied>| {
        result
            .map(caller)
            .map_err(|denied| Denial { denied, settings })
    };
    match outcome {
        Outcome::Ready(result) => Outcome::Ready(convert(result)),
        Outcome::Pending(later) => Outcome::Pending(Box::pin(async move { convert(later.await) })),
    }
}

fn denial(settings: &Arc<Settings>, denied: impl Into<Denied>) -> Denial {
    Denial {
        denied: denied.into(),
        settings: Arc::clone(settings),
    }
}
