//! Arguments of handlers: the user, the organization of a guard, the active organization.

use std::{ops::Deref, sync::Arc};

use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest, dev::Payload, error::InternalError,
};
use futures_util::{
    FutureExt as _,
    future::{Either, LocalBoxFuture, Ready, ready},
};

use super::authenticate::authenticate_for_handler;
use crate::{
    access::{
        denial::Denial,
        denied::{Denied, Forbidden},
        denied_response::deny,
        outcome::Outcome,
        request::cached_result::{
            AuthResult, cache_found_result, settings_for, was_passed_by_middleware,
        },
        settings::Settings,
        user::User,
    },
    org_member_info::OrgMemberInfo,
};

/// Answers with a refusal that the middleware would have worded alike.
fn error(denial: Denial, request: &HttpRequest) -> Error {
    let response = deny(&denial.denied, &denial.settings, request);
    InternalError::from_response(denial.denied, response).into()
}

/// Names the route for the log, as the developer wrote it.
fn describe_extractor(what: &str, request: &HttpRequest) -> String {
    let route = request
        .match_pattern()
        .unwrap_or_else(|| request.path().to_owned());
    format!(
        "The argument `{what}` of the handler of {} {route:?}",
        request.method()
    )
}

fn keep(request: &HttpRequest, caller: AuthResult) -> Result<User, Error> {
    cache_found_result(request, &caller);
    caller.map_err(|denial| error(denial, request))
}

impl FromRequest for User {
    type Error = Error;
    type Future = Either<Ready<Result<Self, Error>>, LocalBoxFuture<'static, Result<Self, Error>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match authenticate_for_handler(request, || describe_extractor("User", request)) {
            Outcome::Ready(caller) => Either::Left(ready(keep(request, caller))),
            Outcome::Pending(later) => {
                let request = request.clone();
                Either::Right(async move { keep(&request, later.await) }.boxed_local())
            }
        }
    }
}

/// The user, or that there is none, as an argument of a handler for everybody.
///
/// There is no user where the request has no bearer token, and where it has a bad one and
/// [`allow_anonymous`](crate::PropelAuth::allow_anonymous) let it pass. Whatever else is not known
/// is not taken for nobody: the answer is 401 to a bad token, 503 while no verifier key could be
/// fetched, and 500 where neither middleware nor a handle in the app data is there to say it.
///
/// Actix's own `Option<User>` is `None` in all of these cases, so behind no middleware a user with
/// a valid token is greeted as a stranger while PropelAuth cannot be reached.
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
    /// Returns the user, or `None` if there is none.
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

impl From<OptionalUser> for Option<User> {
    fn from(user: OptionalUser) -> Self {
        user.0
    }
}

impl FromRequest for OptionalUser {
    type Error = Error;
    type Future = Either<Ready<Result<Self, Error>>, LocalBoxFuture<'static, Result<Self, Error>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match authenticate_for_handler(request, || describe_extractor("OptionalUser", request)) {
            Outcome::Ready(caller) => Either::Left(ready(user_or_nobody(request, caller))),
            Outcome::Pending(later) => {
                let request = request.clone();
                Either::Right(async move { user_or_nobody(&request, later.await) }.boxed_local())
            }
        }
    }
}

fn user_or_nobody(request: &HttpRequest, caller: AuthResult) -> Result<OptionalUser, Error> {
    let was_passed_by_middleware = was_passed_by_middleware(request);
    cache_found_result(request, &caller);
    match caller {
        Ok(user) => Ok(OptionalUser(Some(user))),
        Err(Denial { denied, .. })
            if denied.is_anonymous()
                || (was_passed_by_middleware && denied.is_bad_credentials()) =>
        {
            Ok(OptionalUser(None))
        }
        Err(denial) => Err(error(denial, request)),
    }
}

/// The membership that a guard around the handler has checked.
impl FromRequest for OrgMemberInfo {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let checked = request.extensions().get::<Self>().cloned();
        ready(checked.ok_or_else(|| {
            let asker = describe_extractor("OrgMemberInfo", request);
            let message = format!(
                "{asker} needs a guard around the route that says which organization, as in \
                 `web::resource(…).wrap(InOrg::new(org_id::path(\"org_id\")))`. A guard in \
                 `.guard(…)` only chooses between routes; to have it around its route as well, \
                 write `.route(guard.guard_route(web::get().to(handler)))`"
            );
            let denial = Denial {
                denied: Denied::Misconfigured(message),
                settings: settings_for(request).unwrap_or_else(Settings::fallback),
            };
            error(denial, request)
        }))
    }
}

/// The active organization of the user's token, as an argument of a handler.
///
/// Answers 403 to a token that is for no active organization.
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
    /// Returns the membership in the active organization.
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

impl FromRequest for ActiveOrg {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = User::from_request(request, payload);
        let request = request.clone();
        async move {
            let user = user.await?;
            let org = user.active_org().cloned().map(Self);
            org.ok_or_else(|| {
                let why = "the token is for no active organization".to_owned();
                let denied = Forbidden::OrgUnspecified(why).into();
                error(
                    Denial {
                        denied,
                        settings: Arc::clone(user.settings()),
                    },
                    &request,
                )
            })
        }
        .boxed_local()
    }
}
