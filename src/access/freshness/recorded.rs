//! [`Recorded`]: a mark that holds here, and that a fleet may be waited for.

use std::{fmt, future::IntoFuture};

use futures_util::future::BoxFuture;

use super::distribute::{DistributeError, Distribution};

/// A mark that was recorded. It holds in this process already.
///
/// Await it to know that the fleet has it, such as before a webhook is answered with a success. Without a
/// fleet, it is ready at once. Dropping it takes nothing back.
///
/// ```
/// use actix_web::HttpResponse;
/// use actix_web_propelauth::{PropelAuth, UserId, freshness::Mark};
///
/// async fn disabled(auth: PropelAuth, user_id: UserId) -> HttpResponse {
///     match auth.mark_stale(Mark::user(&user_id)).await {
///         Ok(()) => HttpResponse::NoContent().finish(),
///         // The sender tries again.
///         Err(_) => HttpResponse::ServiceUnavailable().finish(),
///     }
/// }
/// ```
pub struct Recorded(Option<BoxFuture<'static, Result<Distribution, DistributeError>>>);

impl Recorded {
    pub(crate) fn new(
        pending: Option<BoxFuture<'static, Result<Distribution, DistributeError>>>,
    ) -> Self {
        Self(pending)
    }
}

impl IntoFuture for Recorded {
    type Output = Result<(), DistributeError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.0 {
                Some(pending) => pending.await.map(|_| ()),
                None => Ok(()),
            }
        })
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded").finish_non_exhaustive()
    }
}
