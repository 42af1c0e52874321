//! [`WebhookService`]: the ready-made endpoint for webhooks.

use std::{fmt, rc::Rc, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    dev::{AppService, HttpServiceFactory},
    http::{Method, StatusCode, header::ALLOW},
    web,
};
use futures_util::{
    FutureExt as _,
    future::{LocalBoxFuture, try_join_all},
};

use super::{
    deliver::receive,
    error::WebhookError,
    log::{log, log_unreadable},
    outcome::WebhookOutcome,
    seen::{Seen, Sighting},
    verifier::{Webhook, WebhookVerifier},
};
use crate::{
    access::{Settings, problem},
    observe::metrics,
};

/// The path of the service.
const DEFAULT_PATH: &str = "/webhooks/propelauth";

/// How long the fleet may take. With the body and the application, that is less than the 15 seconds that Svix
/// waits.
const FLEET_TIMEOUT: Duration = Duration::from_secs(3);

/// How long the application may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(6);

type OnEvent =
    Rc<dyn Fn(Webhook) -> LocalBoxFuture<'static, Result<(), Box<dyn std::error::Error>>>>;

/// An endpoint that receives webhooks: it verifies them, sets [marks](crate::freshness), and drops those that
/// were handled before.
///
/// [`PropelAuth::webhooks`](crate::PropelAuth::webhooks) creates it. The [module](super) says what it responds.
#[must_use]
pub struct WebhookService {
    path: String,
    endpoint: Endpoint,
}

#[derive(Clone)]
struct Endpoint {
    verifier: WebhookVerifier,
    settings: Arc<Settings>,
    seen: Arc<Seen>,
    on_event: Option<OnEvent>,
}

impl WebhookService {
    pub(crate) fn new(verifier: WebhookVerifier, settings: Arc<Settings>, seen: Arc<Seen>) -> Self {
        Self {
            path: DEFAULT_PATH.to_owned(),
            endpoint: Endpoint {
                verifier,
                settings,
                seen,
                on_event: None,
            },
        }
    }

    /// Sets the path. By default, `/webhooks/propelauth`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sets a function that is called with each webhook, after its marks were set. By default, none.
    ///
    /// It returns nothing, or a `Result`. After an error, the response is 500, and Svix sends the webhook again.
    /// The function is stopped after 6 seconds, because Svix waits 15 only: let it queue what takes longer. A
    /// webhook that was handled is remembered by this process for 28 hours. Another instance of the service may
    /// get it again if the response was lost, so that what must happen once is done under
    /// [`Webhook::id`](Webhook::id) in a database.
    pub fn on_event<F, Fut>(mut self, function: F) -> Self
    where
        F: Fn(Webhook) -> Fut + 'static,
        Fut: Future + 'static,
        Fut::Output: WebhookOutcome,
    {
        self.endpoint.on_event = Some(Rc::new(move |webhook| {
            let outcome = function(webhook);
            async move { outcome.await.into_result() }.boxed_local()
        }));
        self
    }
}

impl Endpoint {
    async fn respond(&self, request: &HttpRequest, payload: web::Payload) -> HttpResponse {
        match self.handle(request, payload).await {
            Ok(()) => HttpResponse::NoContent().finish(),
            Err(error) => {
                log(&error, request, self.verifier.warnings());
                error.error_response()
            }
        }
    }

    async fn handle(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<(), WebhookError> {
        let settings = Some(&*self.settings);
        let webhook = receive(request, payload.into_inner(), &self.verifier, settings).await?;
        // As it was matched: a path can be spelled in several ways, of which each would be a new delivery.
        let path = request.match_info().as_str();
        let handling = match self.seen.begin(path, &webhook.id) {
            Sighting::New(handling) => handling,
            Sighting::Running => return Err(WebhookError::InProgress),
            Sighting::Handled => {
                tracing::debug!(svix_id = %webhook.id, "webhook: it was handled before");
                metrics::webhook("seen");
                return Ok(());
            }
        };
        log_unreadable(&webhook);
        let shared = tokio::time::timeout(FLEET_TIMEOUT, self.mark(&webhook)).await;
        shared
            .unwrap_or_else(|_| Err(WebhookError::Fleet("it did not answer in time".to_owned())))?;
        if let Some(on_event) = &self.on_event {
            let handled = tokio::time::timeout(HANDLER_TIMEOUT, on_event(webhook)).await;
            let handled = handled.map_err(|_| WebhookError::HandlerTooSlow)?;
            handled.map_err(WebhookError::Handler)?;
        }
        handling.finish();
        metrics::webhook("accepted");
        Ok(())
    }

    /// Sets the marks here, and waits until the fleet has them.
    async fn mark(&self, webhook: &Webhook) -> Result<(), WebhookError> {
        let now = self.settings.clock.unix_seconds().floor() as i64;
        let marks = webhook.event.marks(webhook.timestamp.max(now)).into_iter();
        let recorded: Vec<_> = marks
            .map(|mark| mark.of_delivery(&webhook.id))
            .map(|mark| self.settings.freshness.record(mark).into_future())
            .collect();
        let all = try_join_all(recorded).await;
        all.map(|_| ())
            .map_err(|error| WebhookError::Fleet(error.to_string()))
    }
}

impl HttpServiceFactory for WebhookService {
    fn register(self, config: &mut AppService) {
        let endpoint = self.endpoint;
        let post = move |request: HttpRequest, payload: web::Payload| {
            let endpoint = endpoint.clone();
            async move { endpoint.respond(&request, payload).await }
        };
        let resource = web::resource(self.path)
            .route(web::post().to(post))
            .default_service(web::to(async || {
                let mut response = problem(StatusCode::METHOD_NOT_ALLOWED, None);
                if let Ok(allow) = Method::POST.as_str().parse() {
                    response.headers_mut().insert(ALLOW, allow);
                }
                response
            }));
        resource.register(config);
    }
}

impl fmt::Debug for WebhookService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookService")
            .field("path", &self.path)
            .field("verifier", &self.endpoint.verifier)
            .finish_non_exhaustive()
    }
}
