//! One call: as many attempts as its class, its deadline and the state of things allow.
//!
//! `backon` was looked at and left out: its jitter is added and not full, it has no deadline that
//! a pause must fit into, and what is judged here is as often a reply as it is an error.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Error,
    error::Sent,
    exchange::Exchange,
    health::{Health, Sign},
    retry::{self, Again},
    settings::Prepared,
    transport, worker,
};
use crate::api::{Class, Endpoint, wire::Parts};

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    prepared: &'a Arc<Prepared>,
    health: Rc<Health>,
    endpoint: &'static str,
    class: Class,
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
            endpoint: E::TEMPLATE,
            class: E::CLASS,
            most: retry::attempts(E::CLASS, prepared.max_retries.saturating_add(1)),
            made: 0,
            started: Instant::now(),
            within: within.unwrap_or(prepared.request_timeout),
        }
    }

    /// Sends a request until there is an outcome that another attempt would not better.
    pub(super) async fn exchange(&mut self, parts: &Parts) -> Result<Exchange, Error> {
        let mut last = None;
        let mut now = if self.made == 0 {
            self.started
        } else {
            Instant::now()
        };
        loop {
            let remaining = self.remaining(now);
            // A timer's tick is long enough for a near server to answer, so none is started.
            if remaining.is_zero() {
                let after = self.within;
                return last.unwrap_or(Err(Error::Timeout { after }));
            }
            let admission = match self.health.admit(now) {
                Ok(admission) => admission,
                Err(wait) => return last.unwrap_or_else(|| Err(resting(wait))),
            };
            self.made = self.made.saturating_add(1);
            let limit = self.limit(remaining);
            let outcome = transport::send_once(self.prepared, parts, limit)
                .await
                .map_err(|error| self.by_name(error, limit));
            admission.settle(sign(&outcome));
            self.log(&outcome);
            match retry::again(self.class, &outcome) {
                Some(again) if self.may_go_on(again).await => last = Some(outcome),
                _ => return outcome,
            }
            now = Instant::now();
        }
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

    /// Returns how long the attempt may take: it is cut short only where another may follow, as
    /// it would else be given up for nothing.
    fn limit(&self, remaining: Duration) -> Duration {
        if self.made < self.most && retry::is_worth_cutting_short(self.class) {
            self.prepared.attempt_timeout.min(remaining)
        } else {
            remaining
        }
    }

    /// Makes a timeout name the time that was set, and not what other attempts had left of it.
    fn by_name(&self, error: Error, limit: Duration) -> Error {
        match error {
            Error::Timeout { .. } if limit != self.prepared.attempt_timeout => {
                Error::Timeout { after: self.within }
            }
            error => error,
        }
    }

    fn remaining(&self, now: Instant) -> Duration {
        let elapsed = now.saturating_duration_since(self.started);
        self.within.saturating_sub(elapsed)
    }

    fn log(&self, outcome: &Result<Exchange, Error>) {
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

fn sign(outcome: &Result<Exchange, Error>) -> Sign {
    match outcome {
        Ok(exchange) => match exchange.status.as_u16() {
            500 | 502..=504 => Sign::Ill,
            100..=199 => Sign::Unclear,
            _ => Sign::Well,
        },
        Err(Error::Unavailable { .. } | Error::Timeout { .. }) => Sign::Ill,
        Err(_) => Sign::Unclear,
    }
}

fn resting(wait: Duration) -> Error {
    Error::Unavailable {
        sent: Sent::No,
        status: None,
        retry_after: Some(wait),
        source: Some("it failed several times in a row and is left alone for a while".into()),
    }
}
