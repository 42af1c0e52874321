//! One call, as it is put together and then awaited.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use super::{error::Error, send::send};
use crate::{client::Client, endpoint::Endpoint};

/// A call of the backend API that is sent when it is awaited.
///
/// The setters are the operation's optional arguments. The future is bound to its thread, as all
/// of actix-web's are.
///
/// # Errors
///
/// Awaiting it gives an [`Error`]: the operation's own refusal, or one of the failures that all
/// operations share.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'a, E> {
    pub(super) client: &'a Client,
    pub(crate) request: E,
    pub(super) timeout: Option<Duration>,
}

impl<'a, E> Call<'a, E> {
    pub(crate) fn new(client: &'a Client, request: E) -> Self {
        Self {
            client,
            request,
            timeout: None,
        }
    }

    /// Sets how long this call may take, with all its attempts and the pauses between them.
    ///
    /// By default as long as [`request_timeout`](crate::PropelAuthBuilder::request_timeout) says.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }
}

impl<'a, E: Endpoint> IntoFuture for Call<'a, E> {
    type Output = Result<E::Response, Error<E::Refusal>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { send(self.client, &self.request, self.timeout).await })
    }
}

impl<E: fmt::Debug> fmt::Debug for Call<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}
