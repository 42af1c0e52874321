//! The authentication middleware, with a required, optional or anonymous user: its settings.

use std::{rc::Rc, sync::Arc};

use actix_service::{Service, Transform};
use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
};
use futures_util::future::{Ready, ready};

use super::{
    authentication_check::{AuthenticationCheck, Options},
    policy::Policy,
    service::AccessService,
};
use crate::access::{
    callers::api_keys::ApiKeys,
    environments::{project::Project, selection::Selection},
};

/// Middleware that authenticates requests and puts the [`User`](crate::User) into their extensions.
///
/// It is created by [`require_user`](crate::PropelAuth::require_user),
/// [`optional_user`](crate::PropelAuth::optional_user) and
/// [`allow_anonymous`](crate::PropelAuth::allow_anonymous), and by the methods of the same names of
/// [`Environments`](crate::Environments). Wrap an app, a scope, a resource or a
/// route with it. If it is nested, the strictest one decides, and the token is verified only once.
///
/// ```
/// use actix_web::{App, web};
/// use actix_web_propelauth::{OptionalUser, PropelAuth, User};
///
/// async fn front_page(user: OptionalUser) -> &'static str {
///     if user.is_some() { "Welcome back" } else { "Welcome" }
/// }
///
/// async fn settings(user: User) -> String {
///     format!("The settings of {}", user.email)
/// }
///
/// # fn example(auth: PropelAuth) {
/// let app = App::new()
///     .route("/", web::get().to(front_page))
///     .service(
///         web::scope("/account")
///             .wrap(auth.require_user())
///             .route("/settings", web::get().to(settings)),
///     )
///     .wrap(auth.optional_user());
/// # }
/// ```
///
/// # Several environments
///
/// The middleware of [`Environments`](crate::Environments) has the same settings. They hold for each of its
/// environments, and each request is decided by one of them:
///
/// ```
/// use actix_web::{App, web};
/// use actix_web_propelauth::{ApiKeys, Environments, EnvironmentsError, PropelAuth, User};
///
/// async fn whoami(user: User, auth: PropelAuth) -> String {
///     format!("{} of {}", user.email, auth.issuer())
/// }
///
/// # fn example(eu: PropelAuth, us: PropelAuth) -> Result<(), EnvironmentsError> {
/// let environments = Environments::by_path([("/eu", eu), ("/us", us)])?;
/// let app = App::new()
///     .route("/{region}/whoami", web::get().to(whoami))
///     .wrap(environments.require_user().accept_api_keys(ApiKeys::new()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "middleware does nothing until it is handed to `.wrap(…)`"]
pub struct Authentication {
    project: Project,
    /// The environments that requests choose from, in place of the project.
    environments: Option<Arc<Selection<Project>>>,
    pub(super) options: Options,
}

impl Authentication {
    /// Creates the middleware of a project with a policy, which denies CORS preflights like other requests.
    pub(crate) fn new(project: Project, policy: Policy) -> Self {
        Self {
            project,
            environments: None,
            options: Options::new(policy),
        }
    }

    /// Creates the middleware of several environments, of which each request chooses one.
    pub(crate) fn of_several(environments: Selection<Project>, policy: Policy) -> Self {
        Self {
            project: environments.first().clone(),
            environments: Some(Arc::new(environments)),
            options: Options::new(policy),
        }
    }

    /// Denies users whom an employee is impersonating, with 403.
    ///
    /// It is for what only the user should do, such as to delete the account. If it depends on an organization,
    /// a guard with [`Requirement::not_impersonated`](crate::Requirement::not_impersonated) does the same, and in
    /// a handler, [`User::deny_impersonation`](crate::User::deny_impersonation). A caller with an API key is not
    /// impersonated.
    ///
    /// ```
    /// use actix_web::web;
    /// # fn example(auth: actix_web_propelauth::PropelAuth) {
    /// let account = web::scope("/account").wrap(auth.require_user().not_impersonated());
    /// # }
    /// ```
    pub fn not_impersonated(mut self) -> Self {
        self.options.denies_impersonated = true;
        self
    }

    /// Accepts API keys of end users and organizations in place of access tokens.
    ///
    /// A program sends a key as a browser sends a token, in `Authorization: Bearer …`. A token is told from a
    /// key by its form: a JWT has exactly two dots, and PropelAuth's keys are hexadecimal. Handlers take a
    /// [`Principal`](crate::Principal), whose table says what each kind of caller can do, or a
    /// [`User`](crate::User), which is a user by token or by key. Guards check all of them alike.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{ApiKeys, InOrg, Principal, PropelAuth, org_id};
    ///
    /// async fn export(caller: Principal) -> String {
    ///     match caller.user() {
    ///         Some(user) => format!("exported by {}", user.email),
    ///         None => "exported by a program of the organization".to_owned(),
    ///     }
    /// }
    ///
    /// # fn example(auth: PropelAuth) {
    /// let export = web::resource("/orgs/{org_id}/export")
    ///     .get(export)
    ///     .wrap(InOrg::new(org_id::path("org_id")));
    /// let app = App::new()
    ///     .service(export)
    ///     .wrap(auth.require_user().accept_api_keys(ApiKeys::new()));
    /// # }
    /// ```
    ///
    /// A key is validated by PropelAuth:
    /// `POST /api/backend/v1/end_user_api_keys/validate`. All requests with the same key wait for one call, and
    /// the result is believed for [seconds](ApiKeys::cache_for), by all middlewares of the handle.
    ///
    /// | key | response |
    /// | --- | --- |
    /// | is unknown, was deleted, has expired, or its user is disabled | 401, `error="invalid_token"` |
    /// | is the integration key of this backend | the same, and an error in the log: the key has leaked |
    /// | has no owner, or belongs to an organization that its user is not in | 403 |
    /// | is used too often by its owner | 429 with `Retry-After` |
    /// | cannot be validated now | 503 with `Retry-After`, also with `allow_anonymous` |
    /// | cannot be validated, as PropelAuth rejects this backend's own key | 500 |
    ///
    /// Any caller can send keys that are not valid, and each costs a call. At most 32 calls about keys that
    /// were never valid are in flight at a time, 256 wait for up to a second, and the rest are answered with
    /// 503. Keys that were valid before have places of their own, so that forged keys do not stop them.
    ///
    /// A middleware inside another one decides for itself: one without this setting denies requests by key
    /// with 401.
    pub fn accept_api_keys(mut self, keys: ApiKeys) -> Self {
        self.options.api_keys = Some(keys);
        self
    }

    /// Passes CORS preflights on without a user, so that a CORS middleware inside can respond to them.
    ///
    /// By default, a preflight is treated like any other request without a token, because browsers
    /// send preflights without one. This method is not needed if the CORS middleware is outside, which
    /// is the better order: it responds to preflights itself, and adds the headers without which
    /// browsers hide the response to a denied request from the program.
    ///
    /// ```
    /// use actix_cors::Cors;
    /// use actix_web::App;
    /// # fn example(auth: actix_web_propelauth::PropelAuth) {
    /// // The last `.wrap` runs first, so CORS is outside.
    /// let app = App::new().wrap(auth.require_user()).wrap(Cors::permissive());
    /// # }
    /// ```
    ///
    /// A preflight that is passed on here also passes the guards inside, and the CORS middleware there
    /// must respond to it: a handler for `OPTIONS`, or for every method, runs for a preflight that
    /// reaches it, without a user or an organization. Only a preflight as defined by
    /// [Fetch](https://fetch.spec.whatwg.org/#cors-preflight-request) is passed on: `OPTIONS` with one
    /// `Origin` and one `Access-Control-Request-Method`, and without `Authorization`, a header for API keys, or
    /// a cookie or WebSocket protocol that has the token. A token in the query is there, as the URL is the same, and
    /// is not looked at.
    pub fn pass_cors_preflight(mut self) -> Self {
        self.options.passes_preflight = true;
        self
    }

    /// Treats CORS preflights like any other request without a token. This is the default.
    ///
    /// It undoes [`pass_cors_preflight`](Self::pass_cors_preflight).
    pub fn deny_cors_preflight(mut self) -> Self {
        self.options.passes_preflight = false;
        self
    }
}

impl<S, B> Transform<S, ServiceRequest> for Authentication
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AccessService<S, AuthenticationCheck>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let check = match &self.environments {
            None => AuthenticationCheck::new(self.project.clone(), self.options.clone()),
            Some(environments) => AuthenticationCheck::of_several(environments, &self.options),
        };
        ready(Ok(AccessService::new(service, Rc::new(check))))
    }
}
