//! Finding the handle of a request: in the app data, or through the middleware that authenticated it.

use std::{cell::Ref, sync::Arc};

use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest,
    dev::{Extensions, Payload},
    guard::GuardContext,
    web,
};
use futures_util::future::{Ready, ready};

use super::handle::{Inner, PropelAuth};
use crate::access::{AppData, Authenticator, handle_of_middleware, no_handle};

/// The two types of request that have app data and extensions, each by methods of its own.
trait Lookup {
    fn extensions_of(&self) -> Ref<'_, Extensions>;
    fn find<T: 'static>(&self) -> Option<&T>;
}

impl Lookup for HttpRequest {
    fn extensions_of(&self) -> Ref<'_, Extensions> {
        self.extensions()
    }

    fn find<T: 'static>(&self) -> Option<&T> {
        self.app_data()
    }
}

impl Lookup for GuardContext<'_> {
    fn extensions_of(&self) -> Ref<'_, Extensions> {
        self.req_data()
    }

    fn find<T: 'static>(&self) -> Option<&T> {
        self.app_data()
    }
}

impl<R: Lookup> AppData for R {
    fn request_extensions(&self) -> Ref<'_, Extensions> {
        self.extensions_of()
    }

    fn authenticator(&self) -> Option<&Arc<Authenticator>> {
        find_handle(self).map(PropelAuth::authenticator)
    }
}

/// Extracts the handle whose middleware authenticated the request, so that it is that of the project of the
/// handler's [`User`](crate::User), or else the handle in the app data.
impl FromRequest for PropelAuth {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let of_middleware = handle_of_middleware(request)
            .and_then(|handle| handle.downcast::<Inner>().ok())
            .map(Self);
        let handle = of_middleware.or_else(|| find_handle(request).cloned());
        ready(handle.ok_or_else(|| no_handle(request)))
    }
}

/// Returns the handle in whichever of the usual wrappers the application stored it.
fn find_handle(request: &impl Lookup) -> Option<&PropelAuth> {
    request
        .find::<PropelAuth>()
        .or_else(|| request.find::<web::Data<PropelAuth>>().map(|it| &***it))
        .or_else(|| request.find::<web::ThinData<PropelAuth>>().map(|it| &it.0))
        .or_else(|| request.find::<Arc<PropelAuth>>().map(|it| &**it))
        .or_else(|| {
            let data = request.find::<web::Data<Arc<PropelAuth>>>();
            data.map(|it| &****it)
        })
        .or_else(|| {
            let data = request.find::<web::ThinData<Arc<PropelAuth>>>();
            data.map(|it| &*it.0)
        })
}
