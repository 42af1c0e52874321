//! Retry loop: the attempts of one call, within one timeout.
//!
//! Before each attempt, in this order: is there time left, does the circuit breaker admit it? After
//! each: is it worth and safe to retry ([`retry_policy`](super::retry_policy)), are there attempts
//! left, does the pause fit into the time left, does the retry budget pay for it? The first "no"
//! ends the call with the outcome so far.
//!
//! The crate `backon` does not fit: it adds its jitter to the pause instead of choosing the pause at
//! random, has no deadline that a pause must fit into, and retries errors, while most of what is
//! retried here is a response such as 503.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::http::header::HeaderValue;
use tracing::{Instrument as _, Span};

use super::{
    error::{Attempted, CallError, Error},
    observed::Observed,
    operation::Operation,
    retry_policy::{self as policy, RetryPlan},
};
use crate::client::{
    CircuitBreaker, CircuitOpen, ClientConfig, Delivery, OutgoingRequest, RawResponse, Signal,
    circuit_breaker, send_once,
};

/// The attempts of one call.
///
/// It is not generic over the operation, whose constants it copies: compiled once, and not for each
/// of the operations.
pub(super) struct RetryLoop<'a> {
    breaker: Rc<CircuitBreaker>,
    /// One attempt and the retries that the options and the class permit.
    max_attempts: u32,
    /// The attempts that were made, since when, and what is recorded of them.
    observed: Observed<'a>,
    /// The timeout of the whole call.
    timeout: Duration,
    /// Whether an attempt before the last one may have been received, and done.
    may_be_done: bool,
    /// The `Date` of the last attempt's response, if there was one.
    date: Option<HeaderValue>,
}

impl<'a> RetryLoop<'a> {
    /// Starts the time of a call. `timeout` replaces the client's, if given.
    pub(super) fn new(
        config: &'a Arc<ClientConfig>,
        operation: Operation,
        timeout: Option<Duration>,
    ) -> Self {
        Self {
            breaker: circuit_breaker(config),
            max_attempts: policy::max_attempts(
                operation.class,
                config.options.max_retries.saturating_add(1),
            ),
            observed: Observed::new(config, operation),
            timeout: timeout.unwrap_or(config.options.request_timeout),
            may_be_done: false,
            date: None,
        }
    }

    /// Returns `true` if an attempt before the last one may have done what was asked for, whatever the last one
    /// was answered: a user who was deleted by an attempt whose response was lost is unknown to the next.
    pub(super) fn may_be_done(&self) -> bool {
        self.may_be_done
    }

    /// Returns the `Date` of the response to the last attempt, or `None` if there was no response.
    pub(super) fn date(&self) -> Option<&HeaderValue> {
        self.date.as_ref()
    }

    /// Returns what is recorded of the call.
    pub(super) fn observed(&mut self) -> &mut Observed<'a> {
        &mut self.observed
    }

    /// Sends a request, and retries it until it succeeds, or until it must not be retried.
    ///
    /// A response with a status of failure is `Ok`, too: which error it is depends on the operation.
    ///
    /// # Errors
    ///
    /// Returns the failure of the last attempt if it ended without a response.
    pub(super) async fn send(
        &mut self,
        request: &OutgoingRequest,
    ) -> Result<RawResponse, CallError> {
        let now = match self.observed.attempts {
            0 => self.observed.started,
            _ => Instant::now(),
        };
        let outcome = self.attempt(request, now).await?;
        match policy::plan_retry(self.observed.operation.class, &outcome) {
            // Box the rare retry path to keep the common future small.
            Some(plan) => Box::pin(self.retry(request, outcome, plan)).await,
            None => outcome,
        }
    }

    /// Retries a request whose outcome so far may be improved.
    async fn retry(
        &mut self,
        request: &OutgoingRequest,
        mut outcome: Result<RawResponse, CallError>,
        mut plan: RetryPlan,
    ) -> Result<RawResponse, CallError> {
        while self.wait_before_retry(plan).await {
            // The outcome of an attempt that was made says more than why there was no other.
            let Ok(next) = self.attempt(request, Instant::now()).await else {
                break;
            };
            self.may_be_done |= policy::may_be_done(&outcome);
            outcome = next;
            match policy::plan_retry(self.observed.operation.class, &outcome) {
                Some(next) => plan = next,
                None => break,
            }
        }
        outcome
    }

    /// Sends a request once.
    ///
    /// The inner result is the outcome of the attempt.
    ///
    /// # Errors
    ///
    /// Returns the outer error if there was no attempt: the time is up, or the circuit is open.
    async fn attempt(
        &mut self,
        request: &OutgoingRequest,
        now: Instant,
    ) -> Result<Result<RawResponse, CallError>, CallError> {
        let limit = self.limit(now)?;
        let permit = self
            .breaker
            .admit(now)
            .map_err(|open| self.in_context(circuit_open(open)))?;
        let span = self.observed.begin_attempt();
        // Boxed, so that the future of a call stays below 1,024 bytes, from which on an allocation takes
        // much longer.
        let attempt = Box::pin(send_once(self.observed.config, request, limit));
        let outcome = match &span {
            Some(span) => attempt.instrument(Span::clone(span)).await,
            None => attempt.await,
        };
        let outcome = outcome
            .map_err(|error| self.in_context(self.with_configured_timeout(error.into(), limit)));
        permit.record(classify(&outcome));
        self.date = outcome.as_ref().ok().and_then(|it| it.date.clone());
        self.observed.end_attempt(span.as_deref(), &outcome);
        self.log(&outcome);
        Ok(outcome)
    }

    /// Waits until the next attempt is due. Returns `false`, without waiting, if there must not be one.
    ///
    /// The budget is asked last, so that it pays for retries that happen only.
    pub(super) async fn wait_before_retry(&self, plan: RetryPlan) -> bool {
        if self.observed.attempts >= self.max_attempts {
            return false;
        }
        let Some(pause) = policy::pause(
            self.observed.attempts,
            plan.wait,
            self.remaining(Instant::now()),
        ) else {
            return false;
        };
        if !self.breaker.spend(plan.cost) {
            tracing::debug!(
                endpoint = self.observed.operation.endpoint,
                "not retried: retry budget exhausted"
            );
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }

    /// Returns the timeout of the next attempt: all of the time left, or less if a retry may follow.
    ///
    /// An attempt that cannot be retried gets all of the time, as ending it early could only turn a
    /// slow success into a failure.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Timeout`] if no time is left.
    fn limit(&self, now: Instant) -> Result<Duration, CallError> {
        let remaining = self.remaining(now);
        // tokio's timers tick in milliseconds, in which a server nearby may respond: a call with a
        // timeout of zero would succeed now and then.
        if remaining.is_zero() {
            let after = self.timeout;
            return Err(self.in_context(Error::timeout(after)));
        }
        let may_follow = self.observed.attempts.saturating_add(1) < self.max_attempts;
        if may_follow && policy::is_retried_after_timeout(self.observed.operation.class) {
            Ok(self
                .observed
                .config
                .options
                .attempt_timeout()
                .min(remaining))
        } else {
            Ok(remaining)
        }
    }

    /// Replaces the time in a timeout by the configured one. The last attempt has what the others left
    /// over, such as 1.27 s, which means nothing to the reader of a log.
    fn with_configured_timeout(&self, error: CallError, limit: Duration) -> CallError {
        match error {
            Error::Timeout { .. } if limit != self.observed.config.options.attempt_timeout() => {
                Error::timeout(self.timeout)
            }
            error => error,
        }
    }

    /// Adds the operation and the origin to a failure.
    pub(super) fn in_context<R>(&self, error: Error<R>) -> Error<R> {
        error.attempted(|| Attempted {
            operation: format!(
                "{} {}",
                (self.observed.operation.method)(),
                self.observed.operation.endpoint
            ),
            origin: self.observed.config.origin.clone(),
        })
    }

    /// Returns the time left for the call.
    fn remaining(&self, now: Instant) -> Duration {
        let elapsed = now.saturating_duration_since(self.observed.started);
        self.timeout.saturating_sub(elapsed)
    }

    /// Logs the outcome of an attempt. The template is logged and not the path, which has ids in it.
    fn log(&self, outcome: &Result<RawResponse, CallError>) {
        let Operation {
            endpoint, class, ..
        } = self.observed.operation;
        let attempts_made = self.observed.attempts;
        match outcome {
            Ok(response) => {
                let status = response.status.as_u16();
                tracing::debug!(
                    endpoint,
                    attempt = attempts_made,
                    status,
                    "received a response from PropelAuth"
                );
            }
            Err(error) => {
                tracing::debug!(
                    endpoint,
                    attempt = attempts_made,
                    ?class,
                    %error,
                    "request to PropelAuth failed"
                );
            }
        }
    }
}

/// Returns what an outcome says about the server's health: a 4xx comes from a healthy server.
fn classify(outcome: &Result<RawResponse, CallError>) -> Signal {
    match outcome {
        Ok(response) => match response.status.as_u16() {
            500 | 502..=504 => Signal::Failure,
            _ => Signal::Success,
        },
        Err(Error::Unavailable { .. } | Error::Timeout { .. }) => Signal::Failure,
        Err(_) => Signal::Inconclusive,
    }
}

/// Returns the failure of a call that the circuit breaker did not admit.
fn circuit_open(open: CircuitOpen) -> CallError {
    Error::Unavailable {
        delivery: Delivery::NotSent,
        status: None,
        retry_after: Some(open.wait),
        source: Some(open.into()),
    }
}
