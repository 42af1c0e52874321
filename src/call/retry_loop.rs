//! One call: as many attempts as its class, its deadline and the state of things allow.
//!
//! `backon` was looked at and left out: its jitter is added and not full, it has no deadline that
//! a pause must fit into, and what is judged here is as often a reply as it is an error.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::http::Method;

use super::{
    error::{Attempted, CallError, Error},
    retry_policy::{self as policy, RetryPlan},
};
use crate::{
    client::{
        CircuitBreaker, CircuitOpen, ClientConfig, Delivery, OutgoingRequest, RawResponse, Signal,
        circuit_breaker, send_once,
    },
    endpoint::{Endpoint, RetryClass},
};

/// The attempts of one call.
pub(super) struct RetryLoop<'a> {
    config: &'a Arc<ClientConfig>,
    breaker: Rc<CircuitBreaker>,
    method: fn() -> Method,
    endpoint: &'static str,
    class: RetryClass,
    max_attempts: u32,
    attempts_made: u32,
    started: Instant,
    timeout: Duration,
}

impl<'a> RetryLoop<'a> {
    pub(super) fn new<E: Endpoint>(
        config: &'a Arc<ClientConfig>,
        timeout: Option<Duration>,
    ) -> Self {
        Self {
            config,
            breaker: circuit_breaker(config),
            method: || E::METHOD,
            endpoint: E::TEMPLATE,
            class: E::RETRY_CLASS,
            max_attempts: policy::max_attempts(
                E::RETRY_CLASS,
                config.options.max_retries.saturating_add(1),
            ),
            attempts_made: 0,
            started: Instant::now(),
            timeout: timeout.unwrap_or(config.options.request_timeout),
        }
    }

    /// Sends a request until there is an outcome that another attempt would not better.
    pub(super) async fn send(
        &mut self,
        request: &OutgoingRequest,
    ) -> Result<RawResponse, CallError> {
        let now = match self.attempts_made {
            0 => self.started,
            _ => Instant::now(),
        };
        let outcome = self.attempt(request, now).await?;
        match policy::plan_retry(self.class, &outcome) {
            // Boxed, so that the many calls that need no second attempt have no room for it.
            Some(again) => Box::pin(self.retry(request, outcome, again)).await,
            None => outcome,
        }
    }

    async fn retry(
        &mut self,
        request: &OutgoingRequest,
        mut outcome: Result<RawResponse, CallError>,
        mut again: RetryPlan,
    ) -> Result<RawResponse, CallError> {
        while self.wait_before_retry(again).await {
            let Ok(next) = self.attempt(request, Instant::now()).await else {
                break;
            };
            outcome = next;
            match policy::plan_retry(self.class, &outcome) {
                Some(wanted) => again = wanted,
                None => break,
            }
        }
        outcome
    }

    /// Sends a request once and returns what became of it, or why it was not sent.
    async fn attempt(
        &mut self,
        request: &OutgoingRequest,
        now: Instant,
    ) -> Result<Result<RawResponse, CallError>, CallError> {
        let limit = self.limit(now)?;
        let permit = self
            .breaker
            .admit(now)
            .map_err(|open| self.in_context(circuit_open(&open)))?;
        self.attempts_made = self.attempts_made.saturating_add(1);
        let outcome = send_once(self.config, request, limit).await;
        let outcome = outcome
            .map_err(|error| self.in_context(self.with_configured_timeout(error.into(), limit)));
        permit.record(classify(&outcome));
        self.log(&outcome);
        Ok(outcome)
    }

    /// Waits for the time of the next attempt; false if there must not be one.
    pub(super) async fn wait_before_retry(&self, again: RetryPlan) -> bool {
        if self.attempts_made >= self.max_attempts {
            return false;
        }
        let Some(pause) = policy::pause(
            self.attempts_made,
            again.wait,
            self.remaining(Instant::now()),
        ) else {
            return false;
        };
        if !self.breaker.spend(again.cost) {
            tracing::debug!(
                endpoint = self.endpoint,
                "not sent again: too many retries of late"
            );
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }

    /// Returns how long the next attempt may take: it is cut short only where another may follow,
    /// as it would else be given up for nothing.
    fn limit(&self, now: Instant) -> Result<Duration, CallError> {
        let remaining = self.remaining(now);
        // A timer's tick is long enough for a near server to answer, so none is started.
        if remaining.is_zero() {
            let after = self.timeout;
            return Err(self.in_context(Error::timeout(after)));
        }
        let may_follow = self.attempts_made.saturating_add(1) < self.max_attempts;
        if may_follow && policy::is_worth_cutting_short(self.class) {
            Ok(self.config.options.attempt_timeout().min(remaining))
        } else {
            Ok(remaining)
        }
    }

    /// Makes a timeout name the time that was set, and not what other attempts had left of it.
    fn with_configured_timeout(&self, error: CallError, limit: Duration) -> CallError {
        match error {
            Error::Timeout { .. } if limit != self.config.options.attempt_timeout() => {
                Error::timeout(self.timeout)
            }
            error => error,
        }
    }

    /// Makes a failure say of which operation it is, and where that was to be.
    fn in_context(&self, error: CallError) -> CallError {
        error.attempted(|| Attempted {
            operation: format!("{} {}", (self.method)(), self.endpoint),
            origin: self.config.origin.clone(),
        })
    }

    fn remaining(&self, now: Instant) -> Duration {
        let elapsed = now.saturating_duration_since(self.started);
        self.timeout.saturating_sub(elapsed)
    }

    fn log(&self, outcome: &Result<RawResponse, CallError>) {
        let Self {
            endpoint,
            class,
            attempts_made,
            ..
        } = self;
        match outcome {
            Ok(response) => {
                let status = response.status.as_u16();
                tracing::debug!(
                    endpoint,
                    attempt = attempts_made,
                    status,
                    "PropelAuth answered"
                );
            }
            Err(error) => {
                tracing::debug!(
                    endpoint,
                    attempt = attempts_made,
                    ?class,
                    %error,
                    "PropelAuth could not be asked"
                );
            }
        }
    }
}

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

fn circuit_open(open: &CircuitOpen) -> CallError {
    Error::Unavailable {
        delivery: Delivery::NotSent,
        status: None,
        retry_after: Some(open.wait),
        source: Some(open.to_string().into()),
    }
}
