//! What authentication reads from a request, whichever type the request has.

use std::{cell::Ref, sync::Arc};

use actix_web::dev::Extensions;

use crate::access::token::authenticator::Authenticator;

/// A request as handlers see it, or as routing guards do.
///
/// The implementations are in `propel_auth/app_data.rs`, beside the handle that applications put into
/// their app data: this folder does not know the handle. Both methods only borrow, because guards call
/// them for every request.
pub(crate) trait AppData {
    /// Returns the extensions of the request.
    fn request_extensions(&self) -> Ref<'_, Extensions>;

    /// Returns the authenticator of the handle in the app data, if there is one.
    fn authenticator(&self) -> Option<&Arc<Authenticator>>;
}
