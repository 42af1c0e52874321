//! Finding the handle in the app data of a request.

use std::{cell::Ref, sync::Arc};

use actix_web::{HttpMessage as _, HttpRequest, dev::Extensions, guard::GuardContext, web};

use super::handle::PropelAuth;
use crate::access::{AppData, Authenticator};

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
