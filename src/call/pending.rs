//! [`Call`]: a call of the backend API, from its arguments to the future that sends it.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use super::{error::Error, send::send};
use crate::{client::Client, endpoint::Endpoint};

/// A call of the backend API, which is sent when it is awaited.
///
/// The client's methods return it. Its setters are the operation's optional arguments, and
/// [`timeout`](Self::timeout):
///
/// ```
/// use std::time::Duration;
///
/// use actix_web_propelauth::{Error, PropelAuth};
///
/// async fn sign_up(auth: &PropelAuth, email: &str) -> Result<String, Error> {
///     let user = auth
///         .user()
///         .create_user(email)
///         .first_name("Ada")
///         .timeout(Duration::from_secs(3))
///         .await?;
///     Ok(user.user_id.to_string())
/// }
/// ```
///
/// The future is `!Send`, as awc's are: await it in a handler or in a local task. On a
/// multi-threaded runtime, [`run_on_dedicated_thread`](crate::PropelAuth::run_on_dedicated_thread)
/// makes a `Send` future of it.
///
/// Dropping the future cancels the call. The request may have been received by then. The future borrows
/// nothing, so that a local task can run it:
///
/// ```
/// use actix_web_propelauth::{PropelAuth, UserId};
///
/// fn disable_in_background(auth: &PropelAuth, user_id: &UserId) {
///     let call = auth.user().disable_user(user_id).into_future();
///     actix_web::rt::spawn(async {
///         if let Err(error) = call.await {
///             eprintln!("the user was not disabled: {error}");
///         }
///     });
/// }
/// ```
///
/// # Errors
///
/// Awaiting it returns an [`Error`]: the operation's own refusal, or one of the failures that all
/// operations share.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'a, E> {
    pub(super) client: &'a Client,
    pub(crate) request: E,
    pub(super) timeout: Option<Duration>,
}

impl<'a, E> Call<'a, E> {
    /// Creates a call with the client's timeout.
    pub(crate) fn new(client: &'a Client, request: E) -> Self {
        Self {
            client,
            request,
            timeout: None,
        }
    }

    /// Sets the timeout of this call, including retries and the pauses before them.
    ///
    /// By default, the builder's [`request_timeout`](crate::PropelAuthBuilder::request_timeout).
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }
}

impl<E: Endpoint> IntoFuture for Call<'_, E> {
    type Output = Result<E::Response, Error<E::Refusal>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client,
            request,
            timeout,
        } = self;
        let client = client.clone();
        // Boxed, as the type of an `async` block cannot be named; the one allocation for the future.
        Box::pin(async move { send(&client, &request, timeout).await })
    }
}

impl<E: fmt::Debug> fmt::Debug for Call<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}
