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
    Error,
    error::{Attempted, CallError, Delivery},
    exchange::Exchange,
    health::{Health, Rest, Sign},
    retry::{self, Again},
    settings::Prepared,
    transport, worker,
};
use crate::{
    api::{Endpoint, RetryClass},
    endpoint::Parts,
};

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    prepared: &'a Arc<Prepared>,
    health: Rc<Health>,
    method: fn() -> Method,
    endpoint: &'static str,
    class: RetryClass,
    most: u32,
    made: u32,
    started: Instant,
    within: Duration,
}

impl<'a> Attempts<'a> {
    pub(super) fn new<E: Endpoint>(prepared: &'a Arc<Prepared>, within: Option<Duration>) -> Self {
        Self {
            prepared,
            health: worker::health(prepared),
            method: || E::METHOD,
            endpoint: E::TEMPLATE,
            class: E::RETRY_CLASS,
            most: retry::attempts(E::RETRY_CLASS, prepared.max_retries.saturating_add(1)),
            made: 0,
            started: Instant::now(),
            within: within.unwrap_or(prepared.request_timeout),
        }
    }

    /// Sends a request until there is an outcome that another attempt would not better.
    pub(super) async fn exchange(&mut self, parts: &Parts) -> Result<Exchange, CallError> {
        let now = match self.made {
            0 => self.started,
            _ => Instant::now(),
        };
        let outcome = self.attempt(parts, now).await?;
        match retry::again(self.class, &outcome) {
            // Boxed, so that the many calls that need no second attempt have no room for it.
            Some(again) => Box::pin(self.exchange_again(parts, outcome, again)).await,
            None => outcome,
        }
    }

    async fn exchange_again(
        &mut self,
        parts: &Parts,
        mut outcome: Result<Exchange, CallError>,
        mut again: Again,
    ) -> Result<Exchange, CallError> {
        while self.may_go_on(again).await {
            let Ok(next) = self.attempt(parts, Instant::now()).await else {
                break;
            };
            outcome = next;
            match retry::again(self.class, &outcome) {
                Some(wanted) => again = wanted,
                None => break,
            }
        }
        outcome
    }

    /// Sends a request once and returns what became of it, or why it was not sent.
    async fn attempt(
        &mut self,
        parts: &Parts,
        now: Instant,
    ) -> Result<Result<Exchange, CallError>, CallError> {
        let limit = self.limit(now)?;
        let admission = self
            .health
            .admit(now)
            .map_err(|rest| self.in_context(resting(&rest)))?;
        self.made = self.made.saturating_add(1);
        let outcome = transport::send_once(self.prepared, parts, limit).await;
        let outcome = outcome.map_err(|error| self.in_context(self.by_name(error, limit)));
        admission.settle(sign(&outcome));
        self.log(&outcome);
        Ok(outcome)
    }

    /// Waits for the time of the next attempt; false if there must not be one.
    pub(super) async fn may_go_on(&self, again: Again) -> bool {
        if self.made >= self.most {
            return false;
        }
        let Some(pause) = retry::pause(self.made, again.wait, self.remaining(Instant::now()))
        else {
            return false;
        };
        if !self.health.spend(again.cost) {
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
            let after = self.within;
            return Err(self.in_context(Error::timeout(after)));
        }
        let may_follow = self.made.saturating_add(1) < self.most;
        if may_follow && retry::is_worth_cutting_short(self.class) {
            Ok(self.prepared.attempt_timeout.min(remaining))
        } else {
            Ok(remaining)
        }
    }

    /// Makes a timeout name the time that was set, and not what other attempts had left of it.
    fn by_name(&self, error: CallError, limit: Duration) -> CallError {
        match error {
            Error::Timeout { .. } if limit != self.prepared.attempt_timeout => {
                Error::timeout(self.within)
            }
            error => error,
        }
    }

    /// Makes a failure say of which operation it is, and where that was to be.
    fn in_context(&self, error: CallError) -> CallError {
        error.attempted(|| Attempted {
            operation: format!("{} {}", (self.method)(), self.endpoint),
            origin: self.prepared.origin.clone(),
        })
    }

    fn remaining(&self, now: Instant) -> Duration {
        let elapsed = now.saturating_duration_since(self.started);
        self.within.saturating_sub(elapsed)
    }

    fn log(&self, outcome: &Result<Exchange, CallError>) {
        let Self {
            endpoint,
            class,
            made,
            ..
        } = self;
        match outcome {
            Ok(exchange) => {
                let status = exchange.status.as_u16();
                tracing::debug!(endpoint, attempt = made, status, "PropelAuth answered");
            }
            Err(error) => {
                tracing::debug!(
                    endpoint,
                    attempt = made,
                    ?class,
                    %error,
                    "PropelAuth could not be asked"
                );
            }
        }
    }
}

fn sign(outcome: &Result<Exchange, CallError>) -> Sign {
    match outcome {
        Ok(exchange) => match exchange.status.as_u16() {
            500 | 502..=504 => Sign::Ill,
            _ => Sign::Well,
        },
        Err(Error::Unavailable { .. } | Error::Timeout { .. }) => Sign::Ill,
        Err(_) => Sign::Unclear,
    }
}

fn resting(rest: &Rest) -> CallError {
    Error::Unavailable {
        delivery: Delivery::NotSent,
        status: None,
        retry_after: Some(rest.wait),
        source: Some(rest.to_string().into()),
    }
}
