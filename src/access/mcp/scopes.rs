//! [`RequireScopes`]: the middleware of a protected resource.

use std::{fmt, rc::Rc, sync::Arc};

use actix_service::{Service, Transform, forward_ready};
use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
};
use futures_util::future::{LocalBoxFuture, Ready, ready};
use tracing::Instrument as _;

use super::{
    caller::{Facts, McpCaller},
    scope::Scopes,
    tokens::Tokens,
};
use crate::access::{
    denied::Denied,
    denied_response::deny,
    guard::{observed::Observed, review::apply_settings},
    outcome::Outcome,
    request::cached_result::OfResource,
    settings::Settings,
    token::header,
};

/// Middleware that requires a token for a protected resource, with scopes.
///
/// [`McpResource::require_scopes`](crate::McpResource::require_scopes) creates it, and says what it responds.
/// It may be nested: the scopes of both are then required, PropelAuth is asked once, and the challenge names the scopes of
/// both.
///
/// ```
/// use actix_web::web;
/// use actix_web_propelauth::{McpCaller, McpResource};
///
/// async fn delete(caller: McpCaller) -> String {
///     format!("deleted for {}", caller.user_id())
/// }
///
/// # fn example(notes: McpResource) {
/// let notes = web::scope("/notes")
///     .service(web::resource("/all").wrap(notes.require_scopes(["notes:write"])).delete(delete))
///     .wrap(notes.require_scopes(["notes:read"]));
/// # }
/// ```
#[derive(Clone)]
#[must_use = "middleware does nothing until it is handed to `.wrap(…)`"]
pub struct RequireScopes(Rc<Check>);

/// What a request must have.
struct Check {
    /// What is known of tokens for the resource.
    tokens: Arc<Tokens>,
    /// The scopes that the token must have.
    scopes: Scopes,
    /// How denials are worded.
    settings: Arc<Settings>,
}

impl RequireScopes {
    /// Creates the middleware. Its settings are those of the project, with the challenges of the resource.
    pub(super) fn new(tokens: Arc<Tokens>, scopes: Scopes, settings: Arc<Settings>) -> Self {
        Self(Rc::new(Check {
            tokens,
            scopes,
            settings,
        }))
    }
}

impl Check {
    /// Returns what is known of the one token of a request.
    fn authenticate(&self, request: &HttpRequest) -> Outcome<Result<Arc<Facts>, Denied>> {
        let value = header::authorization(request.headers()).map_err(Denied::from);
        let token = value.and_then(|value| header::parse(value, self.settings.max_token_len));
        match token {
            Ok(token) => self.tokens.check(token),
            Err(denied) => Outcome::Ready(Err(denied)),
        }
    }

    /// Hands the caller to the handler, or denies it.
    fn authorize(
        &self,
        request: &HttpRequest,
        facts: Result<Arc<Facts>, Denied>,
    ) -> Result<(), Denied> {
        let mut extensions = request.extensions_mut();
        // What this middleware or a handler inside denies is worded for this resource.
        extensions.insert(OfResource(Arc::clone(&self.settings)));
        // A middleware outside has found the caller of another resource, or of this one with scopes of its own.
        let outside = extensions.remove::<McpCaller>();
        let required = match &outside {
            Some(caller) => self.scopes.and(caller.required()),
            None => self.scopes.clone(),
        };
        let caller = McpCaller::new(facts?, required, Arc::clone(&self.settings));
        caller.check_required()?;
        extensions.insert(caller);
        Ok(())
    }
}

impl<S, B> Transform<S, ServiceRequest> for RequireScopes
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = ScopeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(ScopeService {
            service: Rc::new(service),
            check: Rc::clone(&self.0),
        }))
    }
}

/// The service around a handler of a protected resource.
///
/// It is public only because it is the `Transform` type of the middleware.
pub struct ScopeService<S> {
    service: Rc<S>,
    check: Rc<Check>,
}

impl<S, B> Service<ServiceRequest> for ScopeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (service, check) = (Rc::clone(&self.service), Rc::clone(&self.check));
        Box::pin(async move {
            let decision = Observed::new("require_scopes");
            let span = decision.span().clone();
            let facts = match span.in_scope(|| check.authenticate(request.request())) {
                Outcome::Ready(facts) => facts,
                Outcome::Pending(later) => later.instrument(span.clone()).await,
            };
            if let Ok(facts) = &facts {
                check.settings.span_users.record(&span, facts.user_id());
            }
            let authorized = span.in_scope(|| check.authorize(request.request(), facts));
            match authorized {
                Ok(()) => {
                    decision.allowed(request.request());
                    service.call(request).await.map(apply_settings)
                }
                Err(denied) => {
                    decision.denied(&denied, request.request());
                    let response = deny(&denied, &check.settings, request.request());
                    // `Ok` and not `Err`: CORS middleware outside adds headers to responses only.
                    Ok(request.into_response(response).map_into_right_body())
                }
            }
        })
    }
}

impl fmt::Debug for RequireScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireScopes")
            .field(&self.0.scopes.to_string())
            .finish()
    }
}

impl<S> fmt::Debug for ScopeService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopeService").finish_non_exhaustive()
    }
}
