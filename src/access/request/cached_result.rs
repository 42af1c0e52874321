//! The result of authentication, cached in a request's extensions.
//!
//! A request is authenticated once, regardless of the number of middlewares, guards and extractors. A
//! denial is cached like a user, so that a forged token costs one verification and not one per argument
//! of the handler. `Arc::ptr_eq` on the settings distinguishes projects: with middleware of two projects in
//! one application, the result of one must not count for the other.
//!
//! | the next result is | the caller that was cached | the membership that a guard has checked |
//! | --- | --- | --- |
//! | the same caller, such as with the memberships of now | is replaced | stays |
//! | another caller, or one of another project | is replaced | is removed |
//! | a denial | is removed | is removed |

use std::sync::Arc;

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::Extensions,
    http::header::{AUTHORIZATION, HeaderMap, HeaderValue},
};

use super::app_data::AppData;
use crate::{
    access::{
        callers::{org_by_key::OrgByKey, principal::Principal, validated_key::ValidatedKey},
        denial::Denial,
        settings::{Handle, Settings},
        token::authenticator::Authenticator,
        user::User,
    },
    words::org_member_info::OrgMemberInfo,
};

/// The caller of a request, or the denial if there is none.
pub(in crate::access) type AuthResult = Result<Principal, Denial>;

/// A denial in the extensions. A successful result is there as a [`User`] or as an [`OrgByKey`], never as
/// both: applications take the user from the extensions, too.
struct CachedDenial(Denial);

/// A marker in the extensions: the cached result is not from a middleware, but was found by the handle
/// in the app data. A result of a middleware has precedence.
struct FoundByAppData;

/// The result of a routing guard in the extensions, with the token that it is for. It saves a second
/// verification, and is not visible to handlers.
struct FoundWhileRouting {
    result: AuthResult,
    authorization: Option<HeaderValue>,
    /// The token in another place, as the value of such a header.
    elsewhere: Option<String>,
}

/// A marker in the extensions: the request is one to a protected resource, whose settings word its denials.
#[cfg(feature = "mcp")]
pub(in crate::access) struct OfResource(pub(in crate::access) Arc<Settings>);

/// Returns `true` if a middleware authenticated the request and passed it on.
pub(in crate::access) fn was_passed_by_middleware(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    has_result(&extensions) && !extensions.contains::<FoundByAppData>()
}

/// Returns the handle of the project whose middleware authenticated the request and passed it on.
pub(crate) fn handle_of_middleware(request: &HttpRequest) -> Option<Handle> {
    let extensions = request.extensions();
    #[cfg(feature = "mcp")]
    if let Some(OfResource(settings)) = extensions.get() {
        return settings.handle.get()?.upgrade();
    }
    if is_found_by_app_data(&extensions) {
        return None;
    }
    cached_settings(&extensions)?.handle.get()?.upgrade()
}

/// Caches the result of a middleware for the rest of the request.
///
/// If the result of another project or another caller was cached, the organization that was checked for it is removed
/// as well.
pub(in crate::access) fn cache_result(request: &HttpRequest, result: &AuthResult) {
    let mut extensions = request.extensions_mut();
    extensions.remove::<FoundByAppData>();
    insert(&mut extensions, result);
}

/// Caches the result of a guard or an extractor, and marks it unless a middleware's result was cached
/// before.
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

/// Caches the result of a routing guard for this header and this token in another place.
pub(in crate::access) fn cache_while_routing(
    extensions: &mut Extensions,
    result: AuthResult,
    headers: &HeaderMap,
    elsewhere: Option<&str>,
) {
    extensions.insert(FoundWhileRouting {
        result,
        authorization: headers.get(AUTHORIZATION).cloned(),
        elsewhere: elsewhere.map(str::to_owned),
    });
}

/// Returns the result of a routing guard for one project.
///
/// It is used only for the token that it was made with: between the guard and this call, middleware of the
/// application may have removed or replaced the token.
pub(in crate::access) fn found_while_routing(
    auth: &Authenticator,
    extensions: &Extensions,
    headers: &HeaderMap,
    elsewhere: Option<&str>,
) -> Option<AuthResult> {
    let found = extensions.get::<FoundWhileRouting>()?;
    let is_of_token = found.elsewhere.as_deref() == elsewhere
        && headers
            .get_all(AUTHORIZATION)
            .eq(found.authorization.as_ref());
    (is_of_token && is_of(auth, &found.result)).then(|| found.result.clone())
}

/// Returns the cached result for one project.
pub(in crate::access) fn cached_for(
    auth: &Authenticator,
    extensions: &Extensions,
) -> Option<AuthResult> {
    cached(extensions).filter(|result| is_of(auth, result))
}

/// Returns `true` if a result is of a project.
fn is_of(auth: &Authenticator, result: &AuthResult) -> bool {
    Arc::ptr_eq(settings_of(result), auth.settings())
}

/// Returns the cached result of any project.
pub(in crate::access) fn cached(extensions: &Extensions) -> Option<AuthResult> {
    let principal = principal(extensions).map(Ok);
    principal.or_else(|| {
        extensions
            .get::<CachedDenial>()
            .map(|denial| Err(denial.0.clone()))
    })
}

/// Returns the caller, if the request is authenticated.
pub(in crate::access) fn principal(extensions: &Extensions) -> Option<Principal> {
    let user = extensions.get::<User>().cloned().map(Principal::from);
    user.or_else(|| extensions.get::<OrgByKey>().cloned().map(Principal::Org))
}

/// Returns `true` if the cached result was found by the handle in the app data.
pub(in crate::access) fn is_found_by_app_data(extensions: &Extensions) -> bool {
    extensions.contains::<FoundByAppData>()
}

/// Returns the settings of the project that authenticated the request, or else of the handle in the
/// app data.
pub(in crate::access) fn settings_for(request: &impl AppData) -> Option<Arc<Settings>> {
    #[cfg(feature = "mcp")]
    if let Some(OfResource(settings)) = request.request_extensions().get() {
        return Some(Arc::clone(settings));
    }
    let cached = cached_settings(&request.request_extensions());
    cached.or_else(|| Some(Arc::clone(request.authenticator()?.settings())))
}

/// Replaces the cached result.
fn insert(extensions: &mut Extensions, result: &AuthResult) {
    if is_cached(extensions, result) {
        return;
    }
    let last = cached_settings(extensions);
    let is_of_another_project = last.is_some_and(|last| !Arc::ptr_eq(&last, settings_of(result)));
    if is_of_another_project || is_another_caller(extensions, result) {
        extensions.remove::<OrgMemberInfo>();
    }
    match result {
        Ok(Principal::Org(org)) => {
            extensions.remove::<CachedDenial>();
            extensions.remove::<User>();
            extensions.insert(org.clone());
        }
        Ok(Principal::User(user)) => insert_user(extensions, user),
        Ok(Principal::UserByKey(by_key)) => insert_user(extensions, by_key.user()),
        Err(denial) => {
            extensions.remove::<User>();
            extensions.remove::<OrgByKey>();
            extensions.remove::<OrgMemberInfo>();
            extensions.insert(CachedDenial(denial.clone()));
        }
    }
}

/// Returns `true` if another caller is cached, or the same user with a credential for other organizations.
/// The same user with the memberships of now is no other caller.
fn is_another_caller(extensions: &Extensions, result: &AuthResult) -> bool {
    let Ok(principal) = result else {
        return false;
    };
    if let Some(last) = extensions.get::<User>() {
        return principal.user().is_none_or(|user| {
            let kind = |user: &User| user.api_key().map(ValidatedKey::kind);
            user.user_id != last.user_id
                || user.active_org_id != last.active_org_id
                || kind(user) != kind(last)
        });
    }
    let last = extensions.get::<OrgByKey>();
    last.is_some_and(|last| {
        principal
            .org()
            .is_none_or(|org| org.org_id() != last.org_id())
    })
}

fn insert_user(extensions: &mut Extensions, user: &User) {
    extensions.remove::<CachedDenial>();
    extensions.remove::<OrgByKey>();
    extensions.insert(user.clone());
}

/// Returns `true` if the same caller is cached already. Inserting it again would allocate, for every guard of
/// every request.
fn is_cached(extensions: &Extensions, result: &AuthResult) -> bool {
    // By reference: a clone of the cached one would cost every guard of every request.
    match result {
        Ok(Principal::Org(org)) => {
            let cached = extensions.get::<OrgByKey>();
            cached.is_some_and(|cached| cached.is_same(org))
        }
        Ok(principal) => {
            let cached = extensions.get::<User>().zip(principal.user());
            cached.is_some_and(|(cached, user)| cached.is_same(user))
        }
        Err(_) => false,
    }
}

/// Returns `true` if there is a cached result of any project.
fn has_result(extensions: &Extensions) -> bool {
    extensions.contains::<User>()
        || extensions.contains::<OrgByKey>()
        || extensions.contains::<CachedDenial>()
}

/// Returns the settings of the project that the cached result is from.
pub(in crate::access) fn cached_settings(extensions: &Extensions) -> Option<Arc<Settings>> {
    let of_user = extensions.get::<User>().map(User::settings);
    let of_principal = of_user.or_else(|| extensions.get::<OrgByKey>().map(OrgByKey::settings));
    of_principal.cloned().or_else(|| {
        extensions
            .get::<CachedDenial>()
            .map(|denial| Arc::clone(&denial.0.settings))
    })
}

/// Returns the settings of the project that a result is from.
pub(in crate::access) fn settings_of(result: &AuthResult) -> &Arc<Settings> {
    match result {
        Ok(principal) => principal.settings(),
        Err(denial) => &denial.settings,
    }
}
