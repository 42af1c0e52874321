//! Builder setters for calls of the backend API: timeouts, retries, proxy.

use std::time::Duration;

use super::builder::PropelAuthBuilder;
use crate::{client::ProxySetting, words::secret::Secret};

/// Timeouts, retries and connections of backend API calls.
impl PropelAuthBuilder {
    /// Sets the timeout of a call, including all attempts and the pauses between them. By default, 10
    /// seconds.
    ///
    /// [`Call::timeout`](crate::Call::timeout) sets it for a single call. Fetching the first verifier key may
    /// take 30 seconds even if this is less, because a service cannot start without it.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.client_options.request_timeout = timeout;
        self
    }

    /// Sets the timeout of a single attempt, from name resolution to the last byte of the response. By
    /// default, 5 seconds.
    ///
    /// It applies to attempts that may be retried after a timeout: reads, except for the last attempt, which
    /// may use all of the remaining time. For every call, establishing the connection may take half of it, and
    /// the TLS handshake another half.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.client_options.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the maximum number of retries after a transient failure. By default, 2; 0 disables retries.
    ///
    /// Which failures are retried depends on the operation's [`RetryClass`](crate::api::RetryClass): a request
    /// that PropelAuth may have received is repeated only if that does no harm. The pauses are random, up to
    /// 100 milliseconds before the first retry and doubling with each one, or as long as `Retry-After` says if
    /// that is at most 5 seconds. A budget for each thread limits retries, so that an outage does not multiply
    /// the requests.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.client_options.max_retries = max_retries;
        self
    }

    /// Sets whether the circuit breaker is enabled. By default, it is.
    ///
    /// After 5 consecutive failures (failed connections, timeouts, and the statuses 500, 502, 503 and 504),
    /// calls on that thread fail immediately with [`Error::Unavailable`](crate::Error::Unavailable). After 5
    /// seconds, one call is sent as a probe. Each failed probe doubles the time, up to a minute.
    pub fn circuit_breaker(mut self, circuit_breaker: bool) -> Self {
        self.client_options.circuit_breaker = circuit_breaker;
        self
    }

    /// Sets the HTTP proxy for calls, such as `http://user:password@proxy.example.com:3128`. By default,
    /// `HTTPS_PROXY` or else `ALL_PROXY` names it, in lower or upper case, unless `NO_PROXY` lists the host of
    /// the base URL.
    ///
    /// The proxy opens a tunnel (`CONNECT`,
    /// [RFC 9110 §9.3.6](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6)), so it sees neither keys nor
    /// bodies. An entry of `NO_PROXY` is `*`, an IP address, or a name, which includes its subdomains. If the
    /// base URL is `http`, the environment is not read.
    ///
    /// ```
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .proxy("http://proxy.example.com:3128");
    /// ```
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.client_options.proxy = ProxySetting::Url(url.into());
        self
    }

    /// Connects without a proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.client_options.proxy = ProxySetting::Off;
        self
    }

    /// Sets the `User-Agent` of calls. By default, the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.client_options.user_agent = user_agent.into();
        self
    }
}
