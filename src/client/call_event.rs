//! [`CallEvent`]: a finished call, and the hook that receives it.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use actix_web::http::Method;

use super::delivery::Delivery;

/// A finished call of the backend API, for the hook
/// [`on_call`](crate::PropelAuthBuilder::on_call).
///
/// It has neither arguments nor responses, so it holds no secret and no personal data.
///
/// ```
/// use actix_web_propelauth::{CallEvent, Delivery};
///
/// /// Returns `true` if the call may have changed something although it failed.
/// fn may_have_had_an_effect(event: &CallEvent) -> bool {
///     !event.is_success() && event.delivery != Delivery::NotSent
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallEvent {
    /// The name of the operation, such as `create_user`, or `custom` for
    /// [`PropelAuth::request`](crate::PropelAuth::request).
    pub operation: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The template of the path, such as `/api/backend/v1/user/{user_id}`.
    pub template: &'static str,
    /// The number of attempts. It is 0 if nothing was sent, such as with an open circuit breaker.
    pub attempts: u32,
    /// The status of the last response, if there was one.
    pub status: Option<u16>,
    /// The [code](crate::Error::code) of the error, `canceled` if the call's future was dropped, or `None`
    /// if the call succeeded.
    pub error_code: Option<&'static str>,
    /// Whether PropelAuth received the request, as far as that is known.
    pub delivery: Delivery,
    /// The time from the start of the call to its end, including retries and the pauses before them.
    pub duration: Duration,
}

impl CallEvent {
    /// Returns `true` if the call succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.error_code.is_none()
    }

    /// Returns `true` if the call's future was dropped before the call ended.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.error_code == Some(CANCELED)
    }
}

/// The code of a call whose future was dropped.
pub(crate) const CANCELED: &str = "canceled";

/// The application's hook for finished calls. It is shared, because options are cloned.
#[derive(Clone)]
pub(crate) struct OnCall(Arc<dyn Fn(&CallEvent) + Send + Sync>);

impl OnCall {
    /// Creates the hook.
    pub(crate) fn new(hook: impl Fn(&CallEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// Calls the hook. Its panic does not end the call, which has ended already.
    pub(crate) fn call(&self, event: &CallEvent) {
        // A second panic would abort the program. The first one ends this call's future.
        if thread::panicking() {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| (self.0)(event))).is_err() {
            tracing::error!(
                operation = event.operation,
                "the hook of `on_call` panicked; the call is not affected"
            );
        }
    }
}

impl fmt::Debug for OnCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnCall(..)")
    }
}
