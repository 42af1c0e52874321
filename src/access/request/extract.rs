//! Extractors for handlers: the user, the organization that a guard checked, and the active
//! organization.
//!
//! They fail closed. A handler that takes a `User` never runs without one, whether or not there is a
//! middleware around it: without one, the extractor authenticates the request with the handle in the
//! app data, and if there is no handle either, the response is 500.

use std::{ops::Deref, sync::Arc};

use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest, dev::Payload, error::InternalError,
};
use futures_util::{
    FutureExt as _,
    future::{Either, LocalBoxFuture, Ready, ready},
};

use super::authenticate::authenticate_for_handler;
#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer, Verdict};
use crate::{
    access::{
        callers::principal::Principal,
        denial::Denial,
        denied::Forbidden,
        denied_response::deny,
        guard::observed::{EXTRACTOR, record_denial},
        misconfigured::Misconfigured,
        outcome::Outcome,
        request::cached_result::{
            AuthResult, cache_found_result, settings_for, was_passed_by_middleware,
        },
        settings::Settings,
        unspecified_org::UnspecifiedOrg,
        user::User,
    },
    words::org_member_info::OrgMemberInfo,
};

/// Returns the error for a denial. Its response is the one that the middleware would have sent.
pub(in crate::access) fn error(denial: Denial, request: &HttpRequest) -> Error {
    record_denial(EXTRACTOR, &denial.denied, request);
    let response = deny(&denial.denied, &denial.settings, request);
    #[cfg(feature = "audit")]
    probe::record(request, || Decision {
        layer: Layer::Argument,
        verdict: Verdict::Raised(
            denial.denied.clone(),
            response.status(),
            Arc::clone(&denial.settings),
        ),
    });
    InternalError::from_response(denial.denied, response).into()
}

/// Describes the argument and its route for the log, as the developer wrote them.
pub(in crate::access) fn describe_extractor(what: &str, request: &HttpRequest) -> String {
    let route = request
        .match_pattern()
        .unwrap_or_else(|| request.path().to_owned());
    format!(
        "The argument `{what}` of the handler of {} {route:?}",
        request.method()
    )
}

/// Returns the error of an argument that takes the handle, which is neither in the app data nor known from
/// a middleware.
pub(crate) fn no_handle(request: &HttpRequest) -> Error {
    let asker = describe_extractor("PropelAuth", request);
    error(
        Denial::misconfigured(Misconfigured::NoMiddleware(asker)),
        request,
    )
}

/// Caches the result for the other arguments of the handler, and converts it.
fn cache_and_convert(request: &HttpRequest, result: AuthResult) -> Result<Principal, Error> {
    cache_found_result(request, &result);
    result.map_err(|denial| error(denial, request))
}

/// Converts the result for an argument that needs a user.
fn cache_and_take_user(request: &HttpRequest, result: AuthResult) -> Result<User, Error> {
    take_user(request, cache_and_convert(request, result)?)
}

/// Returns the user, or denies an organization.
fn take_user(request: &HttpRequest, principal: Principal) -> Result<User, Error> {
    let settings = Arc::clone(principal.settings());
    principal.into_user().map_err(|denied| {
        let denied = denied.into();
        error(Denial { denied, settings }, request)
    })
}

/// Authenticates a request for an argument, and converts the result.
fn extract<T: 'static>(
    what: &'static str,
    request: &HttpRequest,
    convert: fn(&HttpRequest, AuthResult) -> Result<T, Error>,
) -> Extracted<T> {
    match authenticate_for_handler(request, || describe_extractor(what, request)) {
        Outcome::Ready(result) => Either::Left(ready(convert(request, result))),
        Outcome::Pending(later) => {
            let request = request.clone();
            Either::Right(async move { convert(&request, later.await) }.boxed_local())
        }
    }
}

/// The future of an argument, which is not boxed if the request is authenticated already.
type Extracted<T> = Either<Ready<Result<T, Error>>, LocalBoxFuture<'static, Result<T, Error>>>;

impl FromRequest for User {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract("User", request, cache_and_take_user)
    }
}

impl FromRequest for Principal {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract("Principal", request, cache_and_convert)
    }
}

/// The user or `None`, as an argument of a handler that also serves anonymous requests.
///
/// It is `None` if the request has no bearer token, and if it has an invalid one that
/// [`allow_anonymous`](crate::PropelAuth::allow_anonymous) passed on. In all other cases without a
/// user, the request is denied: with 403 for an organization by API key, with 401 for an invalid token, with 503 as long as no verifier key has
/// been fetched, and with 500 if there is neither a middleware nor a handle in the app data.
///
/// Actix-web's own `Option<User>` is `None` in all of these cases. Without middleware, a user with a
/// valid token would be treated as a stranger as long as PropelAuth cannot be reached.
///
/// ```
/// use actix_web_propelauth::OptionalUser;
///
/// async fn greeting(user: OptionalUser) -> String {
///     match user.as_ref() {
///         Some(user) => format!("Hello, {}", user.email),
///         None => "Hello, stranger".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalUser(Option<User>);

impl OptionalUser {
    /// Returns the user, or `None` for an anonymous request.
    ///
    /// ```
    /// use actix_web_propelauth::{OptionalUser, User};
    ///
    /// async fn language(user: OptionalUser) -> String {
    ///     let user: Option<User> = user.into_inner();
    ///     let chosen = user.and_then(|user| {
    ///         let language = user.properties.get("language")?;
    ///         language.as_str().map(str::to_owned)
    ///     });
    ///     chosen.unwrap_or_else(|| "en".to_owned())
    /// }
    /// ```
    #[must_use]
    pub fn into_inner(self) -> Option<User> {
        self.0
    }
}

impl Deref for OptionalUser {
    type Target = Option<User>;

    fn deref(&self) -> &Option<User> {
        &self.0
    }
}

/// For calling a handler in a unit test.
///
/// ```
/// # use actix_web_propelauth::{OptionalUser, testing::TestUser};
/// # async fn greeting(user: OptionalUser) -> String {
/// #     user.as_ref().map_or("Hello".to_owned(), |user| format!("Hello, {}", user.email))
/// # }
/// # #[actix_web::main]
/// # async fn main() {
/// let alice = TestUser::new("alice@example.com").user();
/// assert_eq!(greeting(OptionalUser::from(Some(alice))).await, "Hello, alice@example.com");
/// assert_eq!(greeting(OptionalUser::from(None)).await, "Hello");
/// # }
/// ```
impl From<Option<User>> for OptionalUser {
    fn from(user: Option<User>) -> Self {
        Self(user)
    }
}

impl From<OptionalUser> for Option<User> {
    fn from(user: OptionalUser) -> Self {
        user.0
    }
}

impl FromRequest for OptionalUser {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract("OptionalUser", request, user_or_anonymous)
    }
}

/// Converts the result of authentication. An invalid token counts as anonymous only if a middleware
/// has passed it on: that is the policy of the application, and not of this argument.
fn user_or_anonymous(request: &HttpRequest, result: AuthResult) -> Result<OptionalUser, Error> {
    let was_passed_by_middleware = was_passed_by_middleware(request);
    cache_found_result(request, &result);
    match result {
        // An organization is not anonymous. As `None`, it would be served as a stranger.
        Ok(principal) => take_user(request, principal).map(|user| OptionalUser(Some(user))),
        Err(Denial { denied, .. })
            if denied.is_anonymous()
                || (was_passed_by_middleware && denied.is_bad_credentials()) =>
        {
            Ok(OptionalUser(None))
        }
        Err(denial) => Err(error(denial, request)),
    }
}

/// Extracts the membership that a guard around the handler has checked.
///
/// Without such a guard the response is 500 and not 403: the mistake is the program's, and no caller can
/// fix it.
impl FromRequest for OrgMemberInfo {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let checked = request.extensions().get::<Self>().cloned();
        ready(checked.ok_or_else(|| {
            let asker = describe_extractor("OrgMemberInfo", request);
            let denial = Denial {
                denied: Misconfigured::NoGuard(asker).into(),
                settings: settings_for(request).unwrap_or_else(Settings::fallback),
            };
            error(denial, request)
        }))
    }
}

/// The active organization of the user's token, as an argument of a handler.
///
/// Requests whose token has no active organization are denied with 403. With an API key of an organization,
/// it is that organization. No guard is needed, because
/// the organization is a claim of the signed token; to also require a role, wrap the route with a guard
/// and [`org_id::active`](crate::org_id::active).
///
/// ```
/// use actix_web_propelauth::ActiveOrg;
///
/// async fn dashboard(org: ActiveOrg) -> String {
///     format!("{} as {}", org.org_name, org.user_role)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveOrg(OrgMemberInfo);

impl ActiveOrg {
    /// Returns the active organization of a user, or `None` if the user's token has none.
    ///
    /// It is what a handler receives, for calling the handler in a unit test:
    ///
    /// ```
    /// # use actix_web_propelauth::{ActiveOrg, testing::{TestOrg, TestUser}};
    /// # async fn dashboard(org: ActiveOrg) -> String {
    /// #     format!("{} as {}", org.org_name, org.user_role)
    /// # }
    /// # #[actix_web::main]
    /// # async fn main() {
    /// let acme = TestOrg::new("Acme Inc");
    /// let alice = TestUser::new("alice@example.com").in_org(&acme, "Admin").active_org(&acme);
    /// let org = ActiveOrg::of(&alice.user()).unwrap();
    /// assert_eq!(dashboard(org).await, "Acme Inc as Admin");
    /// # }
    /// ```
    #[must_use]
    pub fn of(user: &User) -> Option<Self> {
        user.active_org().cloned().map(Self)
    }

    /// Returns the membership in the active organization, for code that takes an [`OrgMemberInfo`].
    #[must_use]
    pub fn into_inner(self) -> OrgMemberInfo {
        self.0
    }
}

impl Deref for ActiveOrg {
    type Target = OrgMemberInfo;

    fn deref(&self) -> &OrgMemberInfo {
        &self.0
    }
}

impl From<ActiveOrg> for OrgMemberInfo {
    fn from(org: ActiveOrg) -> Self {
        org.0
    }
}

impl FromRequest for ActiveOrg {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let principal = extract("ActiveOrg", request, cache_and_convert);
        let request = request.clone();
        async move {
            let principal = principal.await?;
            let org = principal.active_org().cloned().map(Self);
            org.ok_or_else(|| {
                let denied = Forbidden::OrgUnspecified(UnspecifiedOrg::NoActiveOrg).into();
                error(
                    Denial {
                        denied,
                        settings: Arc::clone(principal.settings()),
                    },
                    &request,
                )
            })
        }
        .boxed_local()
    }
}
