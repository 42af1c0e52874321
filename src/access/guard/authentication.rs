//! The authentication middleware, with a required, optional or anonymous user.

use std::{rc::Rc, sync::Arc};

use actix_service::{Service, Transform};
use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
};
use futures_util::future::{Ready, ready};

use super::{
    observed::{ROUTING_GUARD, record_denial},
    org_guard::GuardDenied,
    preflight::PassedPreflight,
    review::{apply_settings, apply_settings_to_error, replace},
    service::{AccessCheck, AccessService, ServiceResult},
    unrouted::is_unrouted,
};
#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer, Verdict};
use crate::access::{
    callers::api_keys::ApiKeys,
    denial::Denial,
    denial_log::warn_if_due,
    denied::{Denied, Unauthorized},
    outcome::Outcome,
    request::{
        authenticate::authenticate_for_middleware,
        cached_result::{AuthResult, cache_result},
        token_source::TokenSource,
    },
    settings::Handle,
    token::authenticator::Authenticator,
};

/// Middleware that authenticates requests and puts the [`User`](crate::User) into their extensions.
///
/// It is created by [`require_user`](crate::PropelAuth::require_user),
/// [`optional_user`](crate::PropelAuth::optional_user) and
/// [`allow_anonymous`](crate::PropelAuth::allow_anonymous). Wrap an app, a scope, a resource or a
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
#[derive(Clone, Debug)]
#[must_use = "middleware does nothing until it is handed to `.wrap(…)`"]
pub struct Authentication {
    auth: Arc<Authenticator>,
    /// The handle, which handlers can take as an argument as long as the middleware lives.
    _handle: Handle,
    policy: Policy,
    passes_preflight: bool,
    denies_impersonated: bool,
    /// How API keys are treated, if they are accepted.
    api_keys: Option<ApiKeys>,
    /// The places other than the `Authorization` header where the token may be.
    sources: Vec<TokenSource>,
}

/// The policy for requests without a user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Policy {
    /// The request is denied.
    Require,
    /// The request continues if it has no token, and is denied if its token is invalid.
    Optional,
    /// The request continues, also if its token is invalid.
    AllowAnonymous,
}

impl Authentication {
    /// Creates the middleware with a policy, which denies CORS preflights like other requests.
    pub(crate) fn new(auth: Arc<Authenticator>, handle: Handle, policy: Policy) -> Self {
        Self {
            auth,
            _handle: handle,
            policy,
            passes_preflight: false,
            denies_impersonated: false,
            api_keys: None,
            sources: Vec::new(),
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
    pub fn not_impersonated(self) -> Self {
        Self {
            denies_impersonated: true,
            ..self
        }
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
    pub fn accept_api_keys(self, keys: ApiKeys) -> Self {
        Self {
            api_keys: Some(keys),
            ..self
        }
    }

    /// Accepts the token in another place as well: a cookie, the query, a WebSocket protocol, or where a function
    /// finds it. May be called repeatedly.
    ///
    /// By default, only the `Authorization` header is read, and it always is. A request with different tokens in two
    /// places is denied with 401 and `error="invalid_request"`, also if one of them is valid. A token in a cookie
    /// is accepted only if no other site can have made the browser send the request, and is denied with 403
    /// otherwise, also with [`optional_user`](crate::PropelAuth::optional_user) and
    /// [`allow_anonymous`](crate::PropelAuth::allow_anonymous); [`TokenSource`] says how that is known.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{PropelAuth, TokenSource, User};
    ///
    /// async fn whoami(user: User) -> String {
    ///     user.email.clone()
    /// }
    ///
    /// # fn example(auth: PropelAuth) {
    /// let app = App::new()
    ///     .service(
    ///         web::scope("/pages")
    ///             .route("/whoami", web::get().to(whoami))
    ///             .wrap(auth.require_user().token_from(TokenSource::cookie("__Host-access_token"))),
    ///     )
    ///     .service(
    ///         web::scope("/socket")
    ///             .route("/whoami", web::get().to(whoami))
    ///             .wrap(auth.require_user().token_from(TokenSource::websocket_protocol("access_token."))),
    ///     );
    /// # }
    /// ```
    ///
    /// Guards and extractors inside use what the middleware found. Without it, or before it as a guard in `.guard(…)`
    /// of the same scope is, they read the `Authorization` header only. A middleware inside another one accepts
    /// what the outer one has accepted. API keys are accepted in headers only.
    pub fn token_from(mut self, source: TokenSource) -> Self {
        self.sources.push(source);
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
    /// `Origin` and one `Access-Control-Request-Method`, and without `Authorization`.
    pub fn pass_cors_preflight(self) -> Self {
        Self {
            passes_preflight: true,
            ..self
        }
    }

    /// Treats CORS preflights like any other request without a token. This is the default.
    ///
    /// It undoes [`pass_cors_preflight`](Self::pass_cors_preflight).
    pub fn deny_cors_preflight(self) -> Self {
        Self {
            passes_preflight: false,
            ..self
        }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Authentication
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AccessService<S, Self>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AccessService::new(service, Rc::new(self.clone()))))
    }
}

impl AccessCheck for Authentication {
    fn name(&self) -> &'static str {
        self.policy.middleware_name()
    }

    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        authenticate_for_middleware(&self.auth, self.api_keys.as_ref(), &self.sources, request)
    }

    fn authorize_request(&self, request: &HttpRequest, result: AuthResult) -> Result<(), Denial> {
        cache_result(request, &result);
        let outcome = self.judge(result);
        #[cfg(feature = "audit")]
        probe::record(request, || Decision::of(self.layer(), &outcome));
        outcome
    }

    fn map_response<B: MessageBody>(
        &self,
        response: Result<ServiceResponse<B>, Error>,
    ) -> ServiceResult<B> {
        let settings = self.auth.settings();
        let response = response.map_err(|error| apply_settings_to_error(error, settings))?;
        let denied = response.request().extensions_mut().remove();
        if let Some(GuardDenied(denial)) = denied
            && is_unrouted(&response)
        {
            #[cfg(feature = "audit")]
            probe::record(response.request(), || {
                Decision::denied(Layer::NoRoute, &denial)
            });
            record_denial(ROUTING_GUARD, &denial.denied, response.request());
            let Denial { denied, settings } = denial;
            return Ok(replace(response, &denied, &settings));
        }
        Ok(apply_settings(response))
    }

    fn allows_preflight(&self, request: &HttpRequest) -> bool {
        if self.passes_preflight {
            let anonymous = Err(Denial {
                denied: Unauthorized::NoCredentials.into(),
                settings: Arc::clone(self.auth.settings()),
            });
            cache_result(request, &anonymous);
            request.extensions_mut().insert(PassedPreflight);
            #[cfg(feature = "audit")]
            probe::record(request, || Decision {
                layer: self.layer(),
                verdict: Verdict::PassedPreflight,
            });
        } else {
            // The nearest middleware decides: guards inside must not rely on one further outside.
            request.extensions_mut().remove::<PassedPreflight>();
        }
        self.passes_preflight
    }
}

impl Authentication {
    /// Describes the middleware for an audit.
    #[cfg(feature = "audit")]
    fn layer(&self) -> Layer {
        let name = match (self.policy, &self.api_keys) {
            (Policy::Require, None) => "user",
            (Policy::Require, Some(_)) => "user or API key",
            (Policy::Optional, None) => "optional user",
            (Policy::Optional, Some(_)) => "optional user or API key",
            (Policy::AllowAnonymous, None) => "anonymous allowed",
            (Policy::AllowAnonymous, Some(_)) => "anonymous allowed, user or API key",
        };
        Layer::Middleware(name, matches!(self.policy, Policy::Require))
    }

    /// Decides by the policy whether a request may continue.
    fn judge(&self, result: AuthResult) -> Result<(), Denial> {
        match result {
            Err(denial) if !self.policy.tolerates(&denial.denied) => Err(denial),
            Err(Denial { denied, settings }) => {
                warn_if_due(&denied, &settings);
                Ok(())
            }
            Ok(principal) if self.denies_impersonated => match principal.user() {
                Some(user) => user.deny_impersonation().map_err(|denied| Denial {
                    denied,
                    settings: Arc::clone(user.settings()),
                }),
                None => Ok(()),
            },
            Ok(_) => Ok(()),
        }
    }
}

impl Policy {
    /// Returns the name of the method that creates the middleware.
    fn middleware_name(self) -> &'static str {
        match self {
            Self::Require => "require_user",
            Self::Optional => "optional_user",
            Self::AllowAnonymous => "allow_anonymous",
        }
    }

    /// Returns `true` if a request may continue without a user, although it was denied for this reason.
    /// A missing verifier key is never tolerated: the user may well have a valid token, and would be
    /// treated as a stranger.
    fn tolerates(self, denied: &Denied) -> bool {
        match self {
            Self::Require => false,
            Self::Optional => denied.is_anonymous(),
            Self::AllowAnonymous => denied.is_anonymous() || denied.is_bad_credentials(),
        }
    }
}
