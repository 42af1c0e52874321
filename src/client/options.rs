//! The options of a client: timeouts, retries, limits and the proxy.

use std::time::Duration;

use super::{call_event::OnCall, proxy::ProxySetting};

/// The options of calls that an application may set.
///
/// The builder holds this struct and the client keeps it, so that an option is spelled here and in
/// its setter, and nowhere in between.
#[derive(Clone, Debug)]
pub(crate) struct ClientOptions {
    /// The timeout of a whole call, including retries and the pauses before them.
    pub(crate) request_timeout: Duration,
    /// The timeout of an attempt that may be retried, if set.
    pub(crate) attempt_timeout: Option<Duration>,
    /// The maximum number of retries.
    pub(crate) max_retries: u32,
    /// Whether repeated failures open the circuit breaker of a thread.
    pub(crate) circuit_breaker: bool,
    /// The maximum size of a response, in bytes.
    pub(crate) max_response_size: usize,
    /// The value of `User-Agent`.
    pub(crate) user_agent: String,
    /// Which proxy calls go through.
    pub(crate) proxy: ProxySetting,
    /// The application's hook for finished calls.
    pub(crate) on_call: Option<OnCall>,
}

impl ClientOptions {
    /// Half of [`REQUEST_TIMEOUT`](Self::REQUEST_TIMEOUT), so that a second attempt fits.
    const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
    /// Longer than any healthy response takes, and shorter than the 30 to 60 seconds after which
    /// common load balancers give up on the request that waits for the call.
    const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
    /// Two retries outlast the restart of one server behind a load balancer; more would mostly add
    /// load to an outage.
    const MAX_RETRIES: u32 = 2;
    /// Well above the largest page of users (100 users), and small enough for every worker to
    /// hold one in memory.
    const MAX_RESPONSE_SIZE: usize = 8 * 1024 * 1024;
    /// Names this crate and its version, so that PropelAuth can tell its traffic apart.
    pub(crate) const USER_AGENT: &str = concat!("actix-web-propelauth/", env!("CARGO_PKG_VERSION"));

    /// Returns the timeout of an attempt that may be retried.
    ///
    /// The default is not stored in the option, because a timeout that the application set must not
    /// exceed that of the call, while the default may: a call with a timeout of 2 seconds is no mistake.
    pub(crate) fn attempt_timeout(&self) -> Duration {
        self.attempt_timeout.unwrap_or(Self::ATTEMPT_TIMEOUT)
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            request_timeout: Self::REQUEST_TIMEOUT,
            attempt_timeout: None,
            max_retries: Self::MAX_RETRIES,
            circuit_breaker: true,
            max_response_size: Self::MAX_RESPONSE_SIZE,
            user_agent: Self::USER_AGENT.to_owned(),
            proxy: ProxySetting::default(),
            on_call: None,
        }
    }
}
