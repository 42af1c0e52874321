//! The options of a client: how long and how often it may try, and how it connects.

use std::time::Duration;

use super::proxy::ProxySetting;

/// What the application may choose about calls.
///
/// The builder holds these options as they are set, and the client keeps them as it got them, so that
/// an option is spelled here and in its setter, and nowhere in between.
#[derive(Clone, Debug)]
pub(crate) struct ClientOptions {
    /// The timeout of a call, with all its attempts and the pauses between them.
    pub(crate) request_timeout: Duration,
    /// The timeout of an attempt that another may follow; a default if not set.
    pub(crate) attempt_timeout: Option<Duration>,
    /// The maximum number of retries.
    pub(crate) max_retries: u32,
    /// Whether each thread stops sending for a while after many failures in a row.
    pub(crate) circuit_breaker: bool,
    /// The maximum size of a response, in bytes.
    pub(crate) max_response_size: usize,
    pub(crate) user_agent: String,
    pub(crate) proxy: ProxySetting,
}

impl ClientOptions {
    /// Half of [`REQUEST_TIMEOUT`](Self::REQUEST_TIMEOUT), so that a second attempt fits.
    const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
    const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
    const MAX_RETRIES: u32 = 2;
    /// Well above the largest page of users, and low enough to be read into memory by every worker.
    const MAX_RESPONSE_SIZE: usize = 8 * 1024 * 1024;
    pub(crate) const USER_AGENT: &str = concat!("actix-web-propelauth/", env!("CARGO_PKG_VERSION"));

    /// Returns the timeout of an attempt that another may follow.
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
        }
    }
}
