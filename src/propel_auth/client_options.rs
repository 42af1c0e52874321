//! Builder setters for calls of the backend API: timeouts, retries, proxy.

use std::time::Duration;

use super::builder::PropelAuthBuilder;
use crate::{client::ProxySetting, words::secret::Secret};

/// Limits of the calls of the backend API.
impl PropelAuthBuilder {
    /// Sets how long a call of the backend API may take, with all its attempts and the pauses
    /// between them. By default 10 seconds; [`Call::within`](crate::Call::within) sets it for one
    /// call. Fetching the first verifier key may take 30 seconds where this is less.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.client_options.request_timeout = timeout;
        self
    }

    /// Sets how long one attempt of a call may take, from name resolution to the last byte of the
    /// reply, where another may follow: of what only reads, and not the last. By default 5
    /// seconds. Half of it is for a connection to come about, whatever the call is.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.client_options.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how often a request is sent again at most when it fails for a reason that may have
    /// passed. By default twice; 0 turns it off.
    ///
    /// What may have reached PropelAuth is sent again only where the second time does nothing
    /// more: [`RetryClass`](crate::api::RetryClass) has the details. The pauses are random, up to 100
    /// milliseconds before the first retry and doubling with each further one, or as long as
    /// `Retry-After` says if that is at most 5 seconds. Each thread also has a budget of retries,
    /// so that an outage is not answered by three times as many requests.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.client_options.max_retries = max_retries;
        self
    }

    /// Sets whether a thread sends nothing for a while after 5 failures in a row, which are
    /// connections that fail, timeouts, and the statuses 500, 502, 503 and 504. By default it
    /// does.
    ///
    /// Calls then fail at once with [`Error::Unavailable`](crate::Error::Unavailable). After 5
    /// seconds one is let through, whose failure doubles the time, up to a minute.
    pub fn circuit_breaker(mut self, circuit_breaker: bool) -> Self {
        self.client_options.circuit_breaker = circuit_breaker;
        self
    }

    /// Sets the HTTP proxy that calls go through, such as `http://user:password@proxy.example.com:3128`.
    /// By default, `HTTPS_PROXY` or else `ALL_PROXY` names it, in lower or upper case, unless
    /// `NO_PROXY` lists the host of the base URL.
    ///
    /// The proxy is asked for a tunnel (`CONNECT`), so that it sees neither keys nor contents. An entry of
    /// `NO_PROXY` is `*`, an IP address, or a name that stands for its subdomains as well. For a
    /// base URL that is `http`, the environment is not read.
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

    /// Sets the `User-Agent` of calls. By default the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.client_options.user_agent = user_agent.into();
        self
    }
}
