//! The service that middleware and guards put around another service: it authenticates and
//! authorizes a request, and responds in place of that service if the request is denied.
//!
//! Requests are allowed here and nowhere else:
//!
//! - **`.wrap(…)` allows.** A request reaches a handler only after every such service on its way has
//!   authenticated and authorized it, from the outside to the inside. No method, header or query
//!   exempts a request. The one exception has to be configured: a CORS preflight, if the middleware
//!   was created with `.pass_cors_preflight()`.
//! - **`.guard(…)` only selects.** Actix-web calls a routing guard while it is selecting a route, and
//!   does not report whether the route was taken. So a routing guard grants nothing: its result is not
//!   visible to any handler, and the organization that a handler receives is the one that an
//!   `AccessService` around it has checked.
//! - **An organization is looked up only where the path is known.** A lookup that depends on the path
//!   fails before actix-web has matched that part of the path (`request/org_request.rs`).
//! - **One environment for each request.** With several, the check that [`AccessCheck::for_request`] chose decides
//!   everything else, up to the response.
//! - **One caller at a time.** If another project authenticates the request, or the same one finds another caller,
//!   the organization that was checked for the previous one is removed (`request/cached_result.rs`).

use std::rc::Rc;

use actix_service::{Service, forward_ready};
use actix_web::{
    Error, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
};
use futures_util::{
    FutureExt as _,
    future::{Either, Join, LocalBoxFuture, Map, Ready, join, ready},
};
use tracing::Instrument as _;

use super::{
    observed::Observed,
    preflight::{is_preflight, warn_about_cors_once},
    review::apply_settings,
};
use crate::access::{
    denial::Denial,
    denied_response::deny,
    outcome::Outcome,
    request::{cached_result::AuthResult, source_headers::complete_if_elsewhere},
};

/// The decisions of an [`AccessService`]: what differs between middleware and guards.
pub(in crate::access) trait AccessCheck: Sized + 'static {
    /// Returns the check of the environment that a request is for, if there are several.
    ///
    /// If there is a denial in its place, this check denies the request with it, and nothing else of the request is
    /// looked at.
    fn for_request<'c>(self: &'c Rc<Self>, _request: &HttpRequest) -> Result<&'c Rc<Self>, Denial> {
        Ok(self)
    }

    /// Returns the name by which spans and metrics distinguish it: the method that created a middleware, or
    /// the type of a guard.
    ///
    /// It is part of dashboards and alerts, so a change of it is a change of the public API.
    fn name(&self) -> &'static str;

    /// Authenticates a request.
    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult>;

    /// Decides whether the request may continue, and records in its extensions what handlers need.
    ///
    /// A future of it must not outlive the result: while it refers to the request, actix-web cannot change the
    /// request's path.
    fn authorize_request(
        &self,
        request: &HttpRequest,
        result: AuthResult,
    ) -> Outcome<Result<(), Denial>>;

    /// Returns the caller as of now, if asking PropelAuth may change a denial. The request is authorized once more
    /// with it.
    ///
    /// The future must not keep the request: actix-web expects to be the only one to have it.
    fn reconsider(
        &self,
        _request: &HttpRequest,
        _denial: &Denial,
    ) -> Option<LocalBoxFuture<'static, AuthResult>> {
        None
    }

    /// Maps the response of the inner service. A denial that a handler returned with `?` is worded by
    /// the project's settings here.
    fn map_response<B: MessageBody>(
        &self,
        response: Result<ServiceResponse<B>, Error>,
    ) -> ServiceResult<B> {
        response.map(apply_settings).map(complete_if_elsewhere)
    }

    /// Returns `true` if a CORS preflight may continue without a user, as configured.
    fn allows_preflight(&self, request: &HttpRequest) -> bool;
}

/// A service that runs an [`AccessCheck`] before the inner service.
///
/// It is public only because it is the `Transform` type of middleware and guards.
#[derive(Debug)]
pub struct AccessService<S, C> {
    service: Rc<S>,
    check: Rc<C>,
}

/// The result of a service: the body is the inner service's, or that of a denial.
pub(in crate::access) type ServiceResult<B> = Result<ServiceResponse<EitherBody<B>>, Error>;
/// The arguments of the function that maps a response.
type ResponseAndCheck<B, C> = (Result<ServiceResponse<B>, Error>, Rc<C>);
/// The future of the inner service, with its response mapped by the check.
type MappedResponse<F, B, C> =
    Map<Join<F, Ready<Rc<C>>>, fn(ResponseAndCheck<B, C>) -> ServiceResult<B>>;
/// The response of the inner service to an allowed request, or the response to a denied one.
type CheckedResponse<F, B, C> = Either<MappedResponse<F, B, C>, Ready<ServiceResult<B>>>;

impl<S, C> AccessService<S, C> {
    /// Creates the service around an inner one. The check is shared, because futures that outlive the
    /// call need it.
    pub(in crate::access) fn new(service: S, check: Rc<C>) -> Self {
        Self {
            service: Rc::new(service),
            check,
        }
    }
}

impl<S, C, B> Service<ServiceRequest> for AccessService<S, C>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    C: AccessCheck,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future =
        Either<CheckedResponse<S::Future, B, C>, LocalBoxFuture<'static, ServiceResult<B>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (check, denial) = match self.check.for_request(request.request()) {
            Ok(check) => (check, None),
            Err(denial) => (&self.check, Some(denial)),
        };
        let inner = request.request();
        if denial.is_none() && is_preflight(inner.head()) && check.allows_preflight(inner) {
            let response = self.service.call(request);
            return Either::Left(Either::Left(map_when_ready(response, check)));
        }
        let decision = Observed::new(check.name());
        let span = decision.span();
        let authenticated = match denial {
            Some(denial) => Outcome::Ready(Err(denial)),
            None => span.in_scope(|| check.authenticate(inner)),
        };
        let stage = match authenticated {
            Outcome::Pending(later) => Stage::Authentication(later),
            Outcome::Ready(result) => {
                match span.in_scope(|| check.authorize_request(inner, result)) {
                    Outcome::Pending(later) => Stage::Authorization(later),
                    Outcome::Ready(authorized) => match reconsider(&**check, inner, &authorized) {
                        Some(later) => Stage::Reconsideration(later),
                        None => {
                            let service = &*self.service;
                            let response = proceed(service, check, request, authorized, decision);
                            return Either::Left(response);
                        }
                    },
                }
            }
        };
        let (service, check) = (Rc::clone(&self.service), Rc::clone(check));
        let response = async move {
            let later = finish(Rc::clone(&check), request.request().clone(), stage);
            // With the future, its request is gone: actix-web expects to be the only one to have it.
            let authorized = later.instrument(decision.span().clone()).await;
            proceed(&*service, &check, request, authorized, decision).await
        };
        Either::Right(response.boxed_local())
    }
}

/// What a decision waits for.
enum Stage {
    /// Who the caller is.
    Authentication(LocalBoxFuture<'static, AuthResult>),
    /// Whether the caller may continue.
    Authorization(LocalBoxFuture<'static, Result<(), Denial>>),
    /// Who the caller is now, after a denial.
    Reconsideration(LocalBoxFuture<'static, AuthResult>),
}

/// Makes a decision that could not be made at once.
async fn finish<C: AccessCheck>(
    check: Rc<C>,
    request: HttpRequest,
    stage: Stage,
) -> Result<(), Denial> {
    let result = match stage {
        Stage::Authorization(later) => return later.await,
        Stage::Reconsideration(later) => later.await,
        Stage::Authentication(later) => {
            let authorized = ended(check.authorize_request(&request, later.await)).await;
            match reconsider(&*check, &request, &authorized) {
                Some(later) => later.await,
                None => return authorized,
            }
        }
    };
    ended(check.authorize_request(&request, result)).await
}

async fn ended<T>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Ready(result) => result,
        Outcome::Pending(later) => later.await,
    }
}

/// Returns the caller as of now, if that may change a denial.
fn reconsider<C: AccessCheck>(
    check: &C,
    request: &HttpRequest,
    authorized: &Result<(), Denial>,
) -> Option<LocalBoxFuture<'static, AuthResult>> {
    let denial = authorized.as_ref().err()?;
    check.reconsider(request, denial)
}

/// Maps the response of the inner service when it is ready.
///
/// The future is composed of named types and not an `async` block, which would have to be boxed: that
/// would be one allocation for each request and each layer.
fn map_when_ready<F, B, C>(response: F, check: &Rc<C>) -> MappedResponse<F, B, C>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody,
    C: AccessCheck,
{
    join(response, ready(Rc::clone(check))).map(|(response, check)| check.map_response(response))
}

/// Passes an authorized request on to the inner service, or responds to a denied one.
fn proceed<S, C, B>(
    service: &S,
    check: &Rc<C>,
    request: ServiceRequest,
    authorized: Result<(), Denial>,
    decision: Observed,
) -> CheckedResponse<S::Future, B, C>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    C: AccessCheck,
    B: MessageBody,
{
    match authorized {
        Ok(()) => {
            decision.allowed(request.request());
            Either::Left(map_when_ready(service.call(request), check))
        }
        Err(Denial { denied, settings }) => {
            decision.denied(&denied, request.request());
            if is_preflight(request.head()) {
                warn_about_cors_once(&settings);
            }
            let response = deny(&denied, &settings, request.request());
            // `Ok` and not `Err`: middleware outside, such as a CORS middleware, adds headers to
            // responses but not to errors, and browsers then hide the response from the program.
            let response = request.into_response(response).map_into_right_body();
            Either::Right(ready(Ok(response)))
        }
    }
}
