//! Calls of the backend API: those that are no group's, and how long and how often any may try.

use std::time::Duration;

use super::{InitError, PropelAuth, PropelAuthBuilder};
use crate::{
    api::Endpoint,
    call::Call,
    client::{ClientSettings, ProxySetting},
    secret::Secret,
};

/// How long fetching the first verifier key may take, as nothing can be done without it.
pub(super) const FIRST_KEY_TIMEOUT: Duration = Duration::from_secs(30);

/// What the builder knows of calls.
#[derive(Clone, Debug)]
pub(super) struct CallLimits {
    pub(super) request_timeout: Duration,
    attempt_timeout: Option<Duration>,
    max_retries: u32,
    circuit_breaker: bool,
    user_agent: String,
    proxy: ProxySetting,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            request_timeout: ClientSettings::REQUEST_TIMEOUT,
            attempt_timeout: None,
            max_retries: ClientSettings::MAX_RETRIES,
            circuit_breaker: true,
            user_agent: ClientSettings::USER_AGENT.to_owned(),
            proxy: ProxySetting::default(),
        }
    }
}

impl CallLimits {
    /// Refuses times in which nothing can be done, and an attempt that outlasts its call.
    pub(super) fn check(&self) -> Result<(), InitError> {
        let setting = |name, problem: &str| {
            Err(InitError::Setting {
                name,
                problem: problem.to_owned(),
            })
        };
        if self.request_timeout.is_zero() {
            return setting(
                "request_timeout",
                "zero, so that every call would fail: 10 seconds are the default",
            );
        }
        match self.attempt_timeout {
            Some(attempt) if attempt.is_zero() => setting(
                "attempt_timeout",
                "zero, so that every attempt would fail: 5 seconds are the default",
            ),
            Some(attempt) if attempt > self.request_timeout => setting(
                "attempt_timeout",
                "longer than `request_timeout`, so that no attempt could have it: raise \
                 `request_timeout` or lower this",
            ),
            _ => Ok(()),
        }
    }

    pub(super) fn apply_to(self, settings: ClientSettings) -> ClientSettings {
        ClientSettings {
            request_timeout: self.request_timeout,
            attempt_timeout: self.attempt_timeout.unwrap_or(settings.attempt_timeout),
            max_retries: self.max_retries,
            circuit_breaker: self.circuit_breaker,
            user_agent: self.user_agent,
            proxy: self.proxy,
            ..settings
        }
    }
}

/// Limits of the calls of the backend API.
impl PropelAuthBuilder {
    /// Sets how long a call of the backend API may take, with all its attempts and the pauses
    /// between them. By default 10 seconds; [`Call::within`](crate::Call::within) sets it for one
    /// call. Fetching the first verifier key may take 30 seconds where this is less.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.calls.request_timeout = timeout;
        self
    }

    /// Sets how long one attempt of a call may take, from name resolution to the last byte of the
    /// reply, where another may follow: of what only reads, and not the last. By default 5
    /// seconds. Half of it is for a connection to come about, whatever the call is.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.calls.attempt_timeout = Some(timeout);
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
        self.calls.max_retries = max_retries;
        self
    }

    /// Sets whether a thread sends nothing for a while after 5 failures in a row, which are
    /// connections that fail, timeouts, and the statuses 500, 502, 503 and 504. By default it
    /// does.
    ///
    /// Calls then fail at once with [`Error::Unavailable`](crate::Error::Unavailable). After 5
    /// seconds one is let through, whose failure doubles the time, up to a minute.
    pub fn circuit_breaker(mut self, circuit_breaker: bool) -> Self {
        self.calls.circuit_breaker = circuit_breaker;
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
        self.calls.proxy = ProxySetting::Url(url.into());
        self
    }

    /// Connects without a proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.calls.proxy = ProxySetting::Off;
        self
    }

    /// Sets the `User-Agent` of calls. By default the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.calls.user_agent = user_agent.into();
        self
    }
}

impl PropelAuth {
    /// Sends a request that was made beforehand, of whichever operation it is.
    ///
    /// The groups, such as [`user`](Self::user), do the same with the arguments at hand. This is
    /// for requests that are kept, compared, queued, or sent by code that does not care which
    /// they are.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, PropelAuth, api::{CreateUser, Never}};
    ///
    /// # async fn example(auth: PropelAuth) -> Result<(), Error<Never>> {
    /// let request = CreateUser::new("alice@example.com").first_name("Alice");
    /// let created = auth.call(request).await?;
    /// println!("{}", created.user_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<E: Endpoint>(&self, request: E) -> Call<'_, E> {
        Call::new(&self.0.client, request)
    }
}
