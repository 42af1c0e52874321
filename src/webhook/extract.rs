//! [`Webhook`] as an argument of a handler.

use std::sync::Arc;

use actix_web::{
    Error, FromRequest, HttpRequest, ResponseError as _, dev::Payload, error::InternalError, web,
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};

use super::{
    deliver::receive,
    error::WebhookError,
    log::{log, log_unreadable},
    verifier::{Webhook, WebhookVerifier},
    warnings::Warnings,
};
use crate::{access::AppData as _, observe::metrics};

impl FromRequest for Webhook {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        async move {
            let Some(verifier) = find_verifier(&request).cloned() else {
                return Err(error(
                    WebhookError::NoVerifier,
                    &request,
                    &Warnings::default(),
                ));
            };
            let settings = request.authenticator().map(|it| Arc::clone(it.settings()));
            let result = receive(&request, payload, &verifier, settings.as_deref()).await;
            let webhook = result.map_err(|it| error(it, &request, verifier.warnings()))?;
            log_unreadable(&webhook);
            metrics::webhook("accepted");
            Ok(webhook)
        }
        .boxed_local()
    }
}

fn error(error: WebhookError, request: &HttpRequest, warnings: &Warnings) -> Error {
    log(&error, request, warnings);
    let response = error.error_response();
    InternalError::from_response(error, response).into()
}

/// Returns the verifier in whichever of the usual wrappers the application stored it.
fn find_verifier(request: &HttpRequest) -> Option<&WebhookVerifier> {
    type Verifier = WebhookVerifier;
    request
        .app_data::<Verifier>()
        .or_else(|| request.app_data::<web::Data<Verifier>>().map(|it| &***it))
        .or_else(|| {
            request
                .app_data::<web::ThinData<Verifier>>()
                .map(|it| &it.0)
        })
        .or_else(|| request.app_data::<Arc<Verifier>>().map(|it| &**it))
        .or_else(|| {
            request
                .app_data::<web::Data<Arc<Verifier>>>()
                .map(|it| &****it)
        })
        .or_else(|| {
            request
                .app_data::<web::ThinData<Arc<Verifier>>>()
                .map(|it| &*it.0)
        })
}
