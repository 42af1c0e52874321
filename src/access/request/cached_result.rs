//! The result of authentication in a request's extensions.
//!
//! A request is authenticated once, however many middlewares, guards and extractors ask. A denial is
//! cached like a user, so that a forged token costs one verification and not one per argument of the
//! handler. `Arc::ptr_eq` on the settings tells projects apart: with middleware of two projects in
//! one application, the result of one must not count for the other.

use std::sync::Arc;

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::Extensions,
    http::header::{AUTHORIZATION, HeaderMap, HeaderValue},
};

use super::app_data::AppData;
use crate::{
    access::{denial::Denial, settings::Settings, token::authenticator::Authenticator, user::User},
    org_member_info::OrgMemberInfo,
};

/// The user who sent a request, or why there is none.
pub(in crate::access) type AuthResult = Result<User, Denial>;

/// In the extensions: the denial, where [`User`] is for success.
struct CachedDenial(Denial);

/// In the extensions: the result is not a middleware's, but was found by the handle in the app data.
struct FoundByAppData;

/// In the extensions: what a routing guard found, and for which header. It saves a second
/// verification, and no handler receives it.
struct FoundWhileRouting {
    result: AuthResult,
    authorization: Option<HeaderValue>,
}

/// Returns whether a middleware authenticated the request and passed it on.
pub(in crate::access) fn was_passed_by_middleware(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    has_result(&extensions) && !extensions.contains::<FoundByAppData>()
}

/// Caches a middleware's result for the rest of the request.
///
/// If another project's result was cached, the organization that was checked for its user goes, too.
pub(in crate::access) fn cache_result(request: &HttpRequest, result: &AuthResult) {
    let mut extensions = request.extensions_mut();
    extensions.remove::<FoundByAppData>();
    insert(&mut extensions, result);
}

/// Caches the result of a guard or an extractor. Unless a middleware's result was cached before, it
/// was found by the handle in the app data.
pub(in crate::access) fn cache_found_result(request: &HttpRequest, result: &AuthResult) {
    let mut extensions = request.extensions_mut();
    // A middleware's result stays as it is.
    if is_cached(&extensions, result) {
        return;
    }
    if !has_result(&extensions) {
        extensions.insert(FoundByAppData);
    }
    insert(&mut extensions, result);
}

/// Keeps what a routing guard found for this header.
pub(in crate::access) fn cache_while_routing(
    extensions: &mut Extensions,
    result: AuthResult,
    headers: &HeaderMap,
) {
    extensions.insert(FoundWhileRouting {
        result,
        authorization: headers.get(AUTHORIZATION).cloned(),
    });
}

/// Returns the cached result for one project, a routing guard's included.
///
/// What a routing guard found holds only for the header that it read: between the guard and this
/// call, a layer of the application may have removed or replaced the token.
pub(in crate::access) fn cached_for(
    auth: &Authenticator,
    extensions: &Extensions,
    headers: &HeaderMap,
) -> Option<AuthResult> {
    let is_of_project = |result: &AuthResult| Arc::ptr_eq(settings_of(result), auth.settings());
    cached(extensions).filter(is_of_project).or_else(|| {
        let found = extensions.get::<FoundWhileRouting>()?;
        let is_of_this_header = headers
            .get_all(AUTHORIZATION)
            .eq(found.authorization.as_ref());
        (is_of_this_header && is_of_project(&found.result)).then(|| found.result.clone())
    })
}

/// Returns the cached result, whichever project's it is.
pub(in crate::access) fn cached(extensions: &Extensions) -> Option<AuthResult> {
    let user = extensions.get::<User>().cloned().map(Ok);
    user.or_else(|| {
        extensions
            .get::<CachedDenial>()
            .map(|denial| Err(denial.0.clone()))
    })
}

/// Returns whether the cached result was found by the handle in the app data.
pub(in crate::access) fn is_found_by_app_data(extensions: &Extensions) -> bool {
    extensions.contains::<FoundByAppData>()
}

/// Returns the settings of the project that authenticated the request, or else of the handle in the
/// app data.
pub(in crate::access) fn settings_for(request: &impl AppData) -> Option<Arc<Settings>> {
    let cached = cached_settings(&request.request_extensions());
    cached.or_else(|| Some(Arc::clone(request.authenticator()?.settings())))
}

fn insert(extensions: &mut Extensions, result: &AuthResult) {
    if is_cached(extensions, result) {
        return;
    }
    let last = cached_settings(extensions);
    if last.is_some_and(|last| !Arc::ptr_eq(&last, settings_of(result))) {
        extensions.remove::<OrgMemberInfo>();
    }
    match result {
        Ok(user) => {
            extensions.remove::<CachedDenial>();
            extensions.insert(user.clone());
        }
        Err(denial) => {
            extensions.remove::<User>();
            extensions.remove::<OrgMemberInfo>();
            extensions.insert(CachedDenial(denial.clone()));
        }
    }
}

/// Returns whether this very user is cached already. Inserting it again would box it once more, for
/// every guard of every request.
fn is_cached(extensions: &Extensions, result: &AuthResult) -> bool {
    let cached = extensions.get::<User>().zip(result.as_ref().ok());
    cached.is_some_and(|(cached, user)| cached.is_same(user))
}

fn has_result(extensions: &Extensions) -> bool {
    extensions.contains::<User>() || extensions.contains::<CachedDenial>()
}

fn cached_settings(extensions: &Extensions) -> Option<Arc<Settings>> {
    let of_user = extensions
        .get::<User>()
        .map(|user| Arc::clone(user.settings()));
    of_user.or_else(|| {
        extensions
            .get::<CachedDenial>()
            .map(|denial| Arc::clone(&denial.0.settings))
    })
}

fn settings_of(result: &AuthResult) -> &Arc<Settings> {
    match result {
        Ok(user) => user.settings(),
        Err(denial) => &denial.settings,
    }
}
