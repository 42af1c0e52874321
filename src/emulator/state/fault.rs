//! Faults: failures that the emulator answers with instead of handling a request.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A failure of PropelAuth, to test what a service does about it.
///
/// A fault belongs to a route, and to nothing else: requests of other routes are handled as usual.
/// [`inject_fault`](crate::emulator::Emulator::inject_fault) turns it on.
///
/// ```
/// use std::time::Duration;
///
/// use actix_web_propelauth::emulator::Fault;
///
/// let outage = Fault::on("*").status(503);
/// let slow_start = Fault::on("create_user").delay(Duration::from_millis(200)).times(1);
/// let limit = Fault::on("GET /api/backend/v1/user/{user_id}").rate_limit(Duration::from_secs(3));
/// let cut = Fault::on("POST /api/backend/v1/org/*").drop_connection();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub(crate) route: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delay_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) drop: bool,
    /// The seconds of `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limit: Option<u64>,
}

impl Fault {
    /// Creates a fault on a route, which has no effect until it is given one.
    ///
    /// A route is `*` for every request, the name of an operation such as `create_user`, or a
    /// method and a path such as `GET /api/backend/v1/user/{user_id}`. Without a method, the path
    /// stands for all methods. A segment in braces stands for any segment, and `*` at the end of a
    /// path for everything below it. Operations that share a method and a path, such as
    /// `validate_api_key` and `validate_org_api_key`, share their faults.
    #[must_use]
    pub fn on(route: impl Into<String>) -> Self {
        Self {
            route: route.into(),
            status: None,
            body: None,
            times: None,
            delay_ms: None,
            drop: false,
            rate_limit: None,
        }
    }

    /// Answers with this status and does not handle the request.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets the body of the response. By default, the one PropelAuth sends with the status.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Applies to this number of requests, and then no longer. By default, the fault applies until
    /// [`clear_faults`](crate::emulator::Emulator::clear_faults) is called.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Waits this long, in whole milliseconds, before the request is handled or the fault answers.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_ms = Some(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Closes the connection without a response, and does not handle the request.
    #[must_use]
    pub fn drop_connection(mut self) -> Self {
        self.drop = true;
        self
    }

    /// Answers with 429 and a `Retry-After` of whole seconds, as PropelAuth does if it is asked too
    /// often.
    #[must_use]
    pub fn rate_limit(mut self, retry_after: Duration) -> Self {
        self.rate_limit = Some(retry_after.as_secs());
        self
    }

    /// Returns the reason if the fault has no effect, or effects that contradict each other.
    pub(crate) fn check(&self) -> Result<(), String> {
        let answers = [self.status.is_some(), self.drop, self.rate_limit.is_some()];
        let count = answers.iter().filter(|it| **it).count();
        if count > 1 {
            return Err(
                "a fault has a status, a rate limit or a dropped connection, and not two of them: \
                 inject a fault for each"
                    .to_owned(),
            );
        }
        if count == 0 && self.delay_ms.is_none() {
            return Err(format!(
                "the fault on {:?} has no effect: give it a status, a delay, a rate limit, or a \
                 dropped connection",
                self.route
            ));
        }
        if self.body.is_some() && self.status.is_none() {
            return Err("a fault with a body needs a status".to_owned());
        }
        if let (Some(_), Some(status @ (204 | 304))) = (&self.body, self.status) {
            return Err(format!("a response with the status {status} has no body"));
        }
        if self.times == Some(0) {
            return Err("a fault that applies 0 times has no effect".to_owned());
        }
        match self.status {
            Some(status) if !(200..=599).contains(&status) => Err(format!(
                "{status} is not the status of a response: write one from 200 to 599"
            )),
            _ => Ok(()),
        }
    }
}
