//! The middleware that authenticates: a user required, optional, or ignored when unusable.

use std::{rc::Rc, sync::Arc};

use actix_service::{Service, Transform};
use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
};
use futures_util::future::{Ready, ready};

use super::{
    guards::GuardDenied,
    preflight::PassedPreflight,
    review::{apply_settings, is_unrouted, replace},
    service::{AccessCheck, AccessService, Answer},
};
use crate::access::{
    denial::Denial,
    denied::{Denied, Unauthorized},
    denied_response::{deny, deny_without_request},
    outcome::Outcome,
    request::{
        authenticate::authenticate_for,
        cached_result::{AuthResult, cache_result},
    },
    token::authenticator::Authenticator,
};

/// Middleware that finds out who is calling and puts the [`User`](crate::User) into the
/// request's extensions.
///
/// Made by [`require_user`](crate::PropelAuth::require_user),
/// [`optional_user`](crate::PropelAuth::optional_user) and
/// [`allow_anonymous`](crate::PropelAuth::allow_anonymous). It goes around an app, a scope, a
/// resource or a route. Nested, the strictest decides and the token is verified once.
#[derive(Clone, Debug)]
#[must_use = "middleware does nothing until it is handed to `.wrap(…)`"]
pub struct Authentication {
    auth: Arc<Authenticator>,
    policy: Policy,
    passes_preflight: bool,
}

/// What happens to a request without a user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Policy {
    /// It is denied.
    Require,
    /// It goes on if it has no token, and is denied if it has a bad one.
    Optional,
    /// It goes on.
    AllowAnonymous,
}

impl Authentication {
    pub(crate) fn new(auth: Arc<Authenticator>, policy: Policy) -> Self {
        Self {
            auth,
            policy,
            passes_preflight: false,
        }
    }

    /// Lets CORS preflights pass without a user, so that a CORS middleware further in can answer
    /// them.
    ///
    /// By default a preflight, which browsers send without a token, is treated as any other request
    /// without one. There is no need for this method where the CORS middleware is outside: it
    /// answers preflights itself, and adds the headers without which browsers cannot read refusals.
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
    /// A preflight that passes here also passes the guards further in, and the CORS middleware
    /// there must answer it: a handler that is registered for `OPTIONS`, or for every method, runs
    /// for a preflight that gets that far. It has no user and no organization then. Only what is a
    /// preflight by [Fetch](https://fetch.spec.whatwg.org/#cors-preflight-request) passes: `OPTIONS`
    /// with one `Origin` and one `Access-Control-Request-Method`, and without `Authorization`.
    pub fn pass_cors_preflight(self) -> Self {
        Self {
            passes_preflight: true,
            ..self
        }
    }

    /// Treats CORS preflights as any other request without a token, which is the default.
    ///
    /// It takes back [`pass_cors_preflight`](Self::pass_cors_preflight).
    pub fn refuse_cors_preflight(self) -> Self {
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
    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        authenticate_for(&self.auth, request)
    }

    fn authorize_request(&self, request: &HttpRequest, caller: AuthResult) -> Result<(), Denial> {
        cache_result(request, &caller);
        match caller {
            Err(denial) if !self.policy.tolerates(&denial.denied) => Err(denial),
            Err(Denial { denied, settings }) => {
                settings.alerts.consider(&denied);
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    fn map_response<B: MessageBody>(&self, answer: Result<ServiceResponse<B>, Error>) -> Answer<B> {
        let response = answer.map_err(|error| self.review_error(error))?;
        let denied = response.request().extensions_mut().remove();
        if let Some(GuardDenied(Denial { denied, settings })) = denied
            && is_unrouted(&response)
        {
            return Ok(replace(response, &denied, &settings, deny));
        }
        Ok(apply_settings(response))
    }

    fn allows_preflight(&self, request: &HttpRequest) -> bool {
        if self.passes_preflight {
            let nobody = Err(Denial {
                denied: Unauthorized::NoCredentials.into(),
                settings: Arc::clone(self.auth.settings()),
            });
            cache_result(request, &nobody);
            request.extensions_mut().insert(PassedPreflight);
        } else {
            // What another middleware outside passed on is nobody's business further in.
            request.extensions_mut().remove::<PassedPreflight>();
        }
        self.passes_preflight
    }
}

impl Authentication {
    /// Words the denial that a middleware further in returned as `Err`. The request is gone by
    /// then, so there is none to give to the hook.
    fn review_error(&self, error: Error) -> Error {
        let Some(denied) = error.as_error::<Denied>().cloned() else {
            return error;
        };
        let response = deny_without_request(&denied, self.auth.settings());
        InternalError::from_response(denied, response).into()
    }
}

impl Policy {
    fn tolerates(self, denied: &Denied) -> bool {
        match self {
            Self::Require => false,
            Self::Optional => denied.is_anonymous(),
            Self::AllowAnonymous => denied.is_anonymous() || denied.is_bad_credentials(),
        }
    }
}
