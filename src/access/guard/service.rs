//! The service that middleware and guards put around others: who is calling, may they go on,
//! and if not, the refusal instead.
//!
//! This is where requests are let in, and the only place:
//!
//! - **`.wrap(…)` lets in.** A request reaches a handler only after every checkpoint on its way has
//!   identified the caller and decided to let it pass, from the outside to the inside. No method,
//!   header or query exempts a request. The one exception is asked for by name: a CORS preflight
//!   where the middleware was made with `.pass_cors_preflight()`.
//! - **`.guard(…)` chooses.** Actix asks a routing guard while it is still looking for a route, and
//!   does not say whether the route was taken after all. So a guard's yes grants nothing: what it
//!   found is seen by no handler, and the organization that a handler gets is the one that a
//!   checkpoint around it has checked.
//! - **An organization is looked for where the path is known.** A lookup that depends on the path
//!   finds nothing before actix has matched the part that it is in (`org_id.rs`).
//! - **One project at a time.** With the caller of another project goes the organization that was
//!   checked for the last one's (`request.rs`).

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

use super::{
    preflight::{is_preflight, warn_about_cors_once},
    review::apply_settings,
};
use crate::access::{
    denial::Denial, denied_response::deny, outcome::Outcome, request::cached_result::AuthResult,
};

/// What a checkpoint asks of a request.
pub(in crate::access) trait AccessCheck: 'static {
    /// Finds out who is calling.
    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult>;

    /// Decides whether the request goes on.
    fn authorize_request(&self, request: &HttpRequest, caller: AuthResult) -> Result<(), Denial>;

    /// Looks over the answer of the service behind.
    fn map_response<B: MessageBody>(&self, answer: Result<ServiceResponse<B>, Error>) -> Answer<B> {
        answer.map(apply_settings)
    }

    /// Lets a CORS preflight go on without a caller, where the developer asked for it.
    fn allows_preflight(&self, request: &HttpRequest) -> bool;
}

/// A service with a check in front.
#[derive(Debug)]
pub struct AccessService<S, C> {
    service: Rc<S>,
    check: Rc<C>,
}

pub(in crate::access) type Answer<B> = Result<ServiceResponse<EitherBody<B>>, Error>;
type Pending<B, C> = (Result<ServiceResponse<B>, Error>, Rc<C>);
type Reviewed<F, B, C> = Map<Join<F, Ready<Rc<C>>>, fn(Pending<B, C>) -> Answer<B>>;
type Decided<F, B, C> = Either<Reviewed<F, B, C>, Ready<Answer<B>>>;

impl<S, C> AccessService<S, C> {
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
    type Future = Either<Decided<S::Future, B, C>, LocalBoxFuture<'static, Answer<B>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if is_preflight(request.head()) && self.check.allows_preflight(request.request()) {
            let answer = self.service.call(request);
            return Either::Left(Either::Left(reviewed(answer, &self.check)));
        }
        match self.check.authenticate(request.request()) {
            Outcome::Ready(caller) => {
                Either::Left(proceed(&*self.service, &self.check, request, caller))
            }
            Outcome::Pending(later) => {
                let (service, check) = (Rc::clone(&self.service), Rc::clone(&self.check));
                let answer = async move {
                    let caller = later.await;
                    proceed(&*service, &check, request, caller).await
                };
                Either::Right(answer.boxed_local())
            }
        }
    }
}

/// Has the answer of the service looked over, without a box for each request.
fn reviewed<F, B, C>(answer: F, check: &Rc<C>) -> Reviewed<F, B, C>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody,
    C: AccessCheck,
{
    join(answer, ready(Rc::clone(check))).map(|(answer, check)| check.map_response(answer))
}

/// Lets a request go on to the service, or answers it.
fn proceed<S, C, B>(
    service: &S,
    check: &Rc<C>,
    request: ServiceRequest,
    caller: AuthResult,
) -> Decided<S::Future, B, C>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    C: AccessCheck,
    B: MessageBody,
{
    match check.authorize_request(request.request(), caller) {
        Ok(()) => Either::Left(reviewed(service.call(request), check)),
        Err(Denial { denied, settings }) => {
            if is_preflight(request.head()) {
                warn_about_cors_once(&settings);
            }
            let response = deny(&denied, &settings, request.request());
            // Ok rather than Err: an Err would pass by the error handlers and, in some
            // versions, the CORS headers of the middleware outside.
            let response = request.into_response(response).map_into_right_body();
            Either::Right(ready(Ok(response)))
        }
    }
}
