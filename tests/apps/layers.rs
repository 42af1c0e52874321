//! Any number of layers in one `.wrap`, so that apps of different layers have one type.

use actix_cors::Cors;
use actix_service::{Service, Transform, boxed};
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Compat, DefaultHeaders, NormalizePath, TrailingSlash},
};
use futures_util::future::LocalBoxFuture;

use crate::{
    app::{Layer, Policy, Slashes},
    guards::with_guard,
    people::WORLD,
};

type Boxed = boxed::BoxService<ServiceRequest, ServiceResponse, Error>;

/// Layers, from the outside.
pub(crate) struct Stack(pub Vec<Layer>);

impl<S, B> Transform<S, ServiceRequest> for Stack
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Boxed;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Boxed, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let layers = self.0.clone();
        Box::pin(async move {
            let mut service = around(DefaultHeaders::new(), service).await?;
            for layer in layers.iter().rev() {
                service = layer_around(layer, service).await?;
            }
            Ok(service)
        })
    }
}

async fn around<T, S, B, C>(layer: T, service: S) -> Result<Boxed, ()>
where
    T: Transform<S, ServiceRequest, Response = ServiceResponse<C>, Error = Error, InitError = ()>,
    T::Future: 'static,
    T::Transform: 'static,
    C: MessageBody + 'static,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
{
    Ok(boxed::service(
        Compat::new(layer).new_transform(service).await?,
    ))
}

async fn layer_around(layer: &Layer, service: Boxed) -> Result<Boxed, ()> {
    match layer {
        Layer::Auth {
            project,
            policy,
            passes_preflight,
        } => {
            let auth = WORLD.handle(*project);
            let auth = match policy {
                Policy::Require => auth.require_user(),
                Policy::Optional => auth.optional_user(),
                Policy::Anonymous => auth.allow_anonymous(),
            };
            let auth = match passes_preflight {
                true => auth.pass_cors_preflight(),
                false => auth,
            };
            around(auth, service).await
        }
        Layer::Guard(guard) => with_guard!(guard, |guard| around(guard, service).await),
        Layer::Cors => around(Cors::permissive(), service).await,
        Layer::MethodOverride => Ok(boxed::service(MethodOverride { service })),
        Layer::Normalize(slashes) => {
            let slashes = match slashes {
                Slashes::Trim => TrailingSlash::Trim,
                Slashes::Merge => TrailingSlash::MergeOnly,
                Slashes::Always => TrailingSlash::Always,
            };
            around(NormalizePath::new(slashes), service).await
        }
        Layer::Foreign => around(DefaultHeaders::new().add(("x-foreign", "1")), service).await,
    }
}

struct MethodOverride {
    service: Boxed,
}

impl Service<ServiceRequest> for MethodOverride {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<ServiceResponse, Error>>;

    actix_service::forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let wanted = request.headers().get("x-http-method-override");
        let wanted = wanted.and_then(|value| Method::from_bytes(value.as_bytes()).ok());
        if let Some(method) = wanted {
            request.head_mut().method = method;
        }
        self.service.call(request)
    }
}
