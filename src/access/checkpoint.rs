//! The service that middleware and guards put around others: who is calling, may they go on,
//! and if not, the refusal instead.

use std::{rc::Rc, sync::Arc};

use actix_service::{Service, forward_ready};
use actix_web::{
    Error, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{RequestHead, ServiceRequest, ServiceResponse},
    http::{Method, header},
};
use futures_util::{
    FutureExt as _, TryFutureExt as _,
    future::{Either, LocalBoxFuture, MapOk, Ready, ready},
};

use super::{
    denied::Unauthorized,
    refusal::refuse,
    request::{Caller, Identifying, Refused, remember},
    settings::Settings,
};

/// What a checkpoint asks of a request.
pub(super) trait Check: 'static {
    /// Finds out who is calling.
    fn identify(&self, request: &HttpRequest) -> Identifying;

    /// Returns the settings that word what is said to a request whose caller was not asked for.
    fn settings(&self, request: &HttpRequest) -> Arc<Settings>;

    /// Decides whether the request goes on.
    fn decide(&self, request: &HttpRequest, caller: Caller) -> Result<(), Refused>;

    /// Looks over the answer of the service behind.
    fn review<B: MessageBody>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
        response.map_into_left_body()
    }

    /// Tells whether a CORS preflight goes on unasked.
    fn passes_preflight(&self) -> bool {
        true
    }
}

/// A service with a check in front.
#[derive(Debug)]
pub struct Checkpoint<S, C> {
    service: Rc<S>,
    check: Rc<C>,
}

type Answer<B> = Result<ServiceResponse<EitherBody<B>>, Error>;
type Reviewed<F, B> = MapOk<F, fn(ServiceResponse<B>) -> ServiceResponse<EitherBody<B>>>;
type Decided<F, B> = Either<Reviewed<F, B>, Ready<Answer<B>>>;

impl<S, C> Checkpoint<S, C> {
    pub(super) fn new(service: S, check: Rc<C>) -> Self {
        Self {
            service: Rc::new(service),
            check,
        }
    }
}

impl<S, C, B> Service<ServiceRequest> for Checkpoint<S, C>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    C: Check,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Either<Decided<S::Future, B>, LocalBoxFuture<'static, Answer<B>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if is_preflight(request.head()) && self.check.passes_preflight() {
            // Should a handler be reached after all, it has no user.
            let denied = Unauthorized::NoCredentials.into();
            let nobody = Err(Refused {
                denied,
                settings: self.check.settings(request.request()),
            });
            remember(request.request(), &nobody);
            let answer = self
                .service
                .call(request)
                .map_ok(C::review::<B> as fn(_) -> _);
            return Either::Left(Either::Left(answer));
        }
        match self.check.identify(request.request()) {
            Identifying::Ready(caller) => {
                Either::Left(proceed(&*self.service, &*self.check, request, caller))
            }
            Identifying::Pending { later, .. } => {
                let (service, check) = (Rc::clone(&self.service), Rc::clone(&self.check));
                let answer = async move {
                    let caller = later.await;
                    proceed(&*service, &*check, request, caller).await
                };
                Either::Right(answer.boxed_local())
            }
        }
    }
}

/// Lets a request go on to the service, or answers it.
fn proceed<S, C, B>(
    service: &S,
    check: &C,
    request: ServiceRequest,
    caller: Caller,
) -> Decided<S::Future, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    C: Check,
    B: MessageBody,
{
    match check.decide(request.request(), caller) {
        Ok(()) => Either::Left(service.call(request).map_ok(C::review::<B>)),
        Err(Refused { denied, settings }) => {
            let response = refuse(&denied, &settings, request.request());
            // Ok rather than Err: an Err would pass by the error handlers and, in some
            // versions, the CORS headers of the middleware outside.
            let response = request.into_response(response).map_into_right_body();
            Either::Right(ready(Ok(response)))
        }
    }
}

/// Tells whether a request is what a browser asks before a request to another origin
/// ([Fetch](https://fetch.spec.whatwg.org/#cors-preflight-request)). It never has credentials.
fn is_preflight(head: &RequestHead) -> bool {
    head.method == Method::OPTIONS
        && head.headers().contains_key(header::ORIGIN)
        && head
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
