//! Circuit breaker and retry budget: the two limits that keep an application from making an outage
//! of the backend API worse.
//!
//! Both belong to one thread, as actix-web's workers share nothing: a lock on the way of every call
//! would cost more than the few extra requests that each worker sends before its own circuit opens.
//!
//! - The **budget** limits retries. It starts at 100; a retry costs 5, or 10 after a timeout, and a
//!   response earns 1. While PropelAuth is healthy the budget stays full and up to 20 retries in
//!   a row are free; in an outage retries end after those 20, instead of tripling the load for as
//!   long as it lasts. The costs, and what a response earns, are those of the AWS SDKs' standard
//!   retry mode, whose bucket of 500 serves a whole process.
//! - The **circuit** opens after 5 failures in a row. Calls then fail at once, for 5 seconds, after
//!   which one call probes whether the server is back. Each failed probe doubles the time, up to a
//!   minute.

use std::{
    cell::Cell,
    fmt,
    rc::Rc,
    time::{Duration, Instant},
};

use crate::observe::metrics;

/// The capacity of the retry budget.
const BUDGET: u32 = 100;
/// The number of failures in a row that open the circuit.
const FAILURES: u32 = 5;
/// The time for which the circuit is open at first; each failed probe doubles it.
const OPEN_DURATION: Duration = Duration::from_secs(5);
/// The longest time for which the circuit is open.
const MAX_OPEN_DURATION: Duration = Duration::from_secs(60);

/// The retry budget and the circuit breaker of one thread.
///
/// ```text
///             5 failures in a row
///   Closed  ------------------------>  Open  (5 s, then 10 s, 20 s, ... 60 s)
///     ^                                |  ^
///     | success           time is up   |  |  the probe failed: twice as long
///     |                                v  |
///     +----------------------------  Probing
/// ```
///
/// A success closes the circuit from any state, also one of an attempt that was admitted before it
/// opened. An inconclusive probe leads back to `Open` with no time left, so that the next call probes.
#[derive(Debug)]
pub(crate) struct CircuitBreaker {
    budget: Cell<u32>,
    circuit: Cell<Circuit>,
    /// Whether failures open the circuit. The budget applies either way.
    is_enabled: bool,
    /// The failures since the last response, for messages: [`Circuit`] counts until it opens.
    failures: Cell<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Circuit {
    /// Every attempt is admitted.
    Closed { failures: u32 },
    /// No attempt is admitted before `until`, and then a single one.
    Open { until: Instant, open_for: Duration },
    /// A single attempt, the probe, was admitted and has not ended.
    Probing { open_for: Duration },
}

/// The health of the server, as far as one attempt shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The server responded, with any status that is not a failure.
    Success,
    /// The server is unreachable, overloaded or broken.
    Failure,
    /// The attempt failed for a reason on this side, such as a certificate that is not trusted.
    Inconclusive,
}

impl CircuitBreaker {
    /// Creates a closed circuit with a full budget. One that is not enabled never opens, and
    /// still limits retries.
    pub(crate) fn new(is_enabled: bool) -> Rc<Self> {
        Rc::new(Self {
            budget: Cell::new(BUDGET),
            circuit: Cell::new(Circuit::Closed { failures: 0 }),
            is_enabled,
            failures: Cell::new(0),
        })
    }

    /// Takes the cost of a retry from the budget, and returns whether it was enough.
    pub(crate) fn spend(&self, cost: u32) -> bool {
        match self.budget.get().checked_sub(cost) {
            Some(rest) => {
                self.budget.set(rest);
                true
            }
            None => false,
        }
    }

    #[cfg(test)]
    pub(crate) fn budget(&self) -> u32 {
        self.budget.get()
    }

    /// Admits an attempt.
    ///
    /// With an open circuit whose time is up, the caller becomes the probe, and all others are turned away
    /// until its [`Permit`] is recorded or dropped.
    ///
    /// # Errors
    ///
    /// Returns how long the circuit stays open if it is.
    pub(crate) fn admit(self: &Rc<Self>, now: Instant) -> Result<Permit, CircuitOpen> {
        let denied = |wait| CircuitOpen {
            wait,
            failures: self.failures.get(),
        };
        let circuit = self.circuit.get();
        let probe = match circuit {
            Circuit::Closed { .. } => None,
            Circuit::Open { until, open_for } if now >= until => {
                self.change_to(Circuit::Probing { open_for });
                Some(open_for)
            }
            Circuit::Open { until, .. } => return Err(denied(until.duration_since(now))),
            Circuit::Probing { open_for } => return Err(denied(open_for)),
        };
        Ok(Permit {
            breaker: Rc::clone(self),
            probe,
        })
    }

    /// Updates the budget and the circuit by the outcome of an attempt; `probe` has the time of
    /// the open circuit that it probed, if it did.
    fn record(&self, signal: Signal, probe: Option<Duration>) {
        if signal == Signal::Success {
            let budget = self.budget.get().saturating_add(1);
            self.budget.set(budget.min(BUDGET));
            self.failures.set(0);
            self.change_to(Circuit::Closed { failures: 0 });
            return;
        }
        if !self.is_enabled {
            return;
        }
        if signal == Signal::Failure {
            self.failures.set(self.failures.get().saturating_add(1));
        }
        let now = Instant::now();
        let open = |open_for| Circuit::Open {
            until: now.checked_add(open_for).unwrap_or(now),
            open_for,
        };
        let circuit = self.circuit.get();
        let circuit = match (signal, probe, circuit) {
            (Signal::Failure, Some(open_for), _) => {
                open(open_for.saturating_mul(2).min(MAX_OPEN_DURATION))
            }
            // An inconclusive or canceled probe: the next call probes again at once.
            (Signal::Inconclusive, Some(open_for), Circuit::Probing { .. }) => Circuit::Open {
                until: now,
                open_for,
            },
            (Signal::Failure, None, Circuit::Closed { failures }) => match failures + 1 {
                FAILURES.. => open(OPEN_DURATION),
                failures => Circuit::Closed { failures },
            },
            (_, _, unchanged) => unchanged,
        };
        self.change_to(circuit);
        match circuit {
            Circuit::Open { until, open_for } if until > now && signal == Signal::Failure => {
                let failures = self.failures.get();
                tracing::warn!(
                    failures,
                    ?open_for,
                    "circuit breaker open: calls to PropelAuth fail fast on this thread"
                );
            }
            _ => {}
        }
    }
}

impl CircuitBreaker {
    /// Changes the circuit, and counts circuits that are not closed in the metrics.
    fn change_to(&self, circuit: Circuit) {
        let before = self.circuit.replace(circuit).state();
        let after = circuit.state();
        if before != after {
            metrics::circuit_changed(before, after);
        }
    }
}

impl Drop for CircuitBreaker {
    fn drop(&mut self) {
        metrics::circuit_gone(self.circuit.get_mut().state());
    }
}

impl Circuit {
    /// Returns the state as metrics name it.
    fn state(self) -> metrics::Circuit {
        match self {
            Self::Closed { .. } => metrics::Circuit::Closed,
            Self::Open { .. } => metrics::Circuit::Open,
            Self::Probing { .. } => metrics::Circuit::HalfOpen,
        }
    }
}

/// The error of an attempt that was not admitted: how long to wait, and the failures before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CircuitOpen {
    /// How long no attempt is admitted.
    pub(crate) wait: Duration,
    /// The number of failures since the last success.
    pub(crate) failures: u32,
}

impl std::error::Error for CircuitOpen {}

impl fmt::Display for CircuitOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wait, failures } = self;
        let seconds = wait.as_secs_f64();
        write!(
            f,
            "circuit breaker open for {seconds:.1} s after {failures} failures in a row"
        )
    }
}

/// The permission for one attempt.
///
/// Dropping it without [`record`](Self::record), as canceling a call does, counts as inconclusive:
/// a probe without an outcome would keep the circuit open forever.
#[derive(Debug)]
pub(crate) struct Permit {
    breaker: Rc<CircuitBreaker>,
    /// For a probe, the time for which the circuit was open.
    probe: Option<Duration>,
}

impl Permit {
    /// Records the outcome of the attempt.
    pub(crate) fn record(mut self, signal: Signal) {
        let probe = self.probe.take();
        self.breaker.record(signal, probe);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.probe.is_some() {
            self.breaker.record(Signal::Inconclusive, self.probe);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        rc::Rc,
        time::{Duration, Instant},
    };

    use super::{CircuitBreaker, FAILURES, MAX_OPEN_DURATION, OPEN_DURATION, Signal};

    const SECOND: Duration = Duration::from_secs(1);

    fn fail(breaker: &Rc<CircuitBreaker>, times: u32) {
        for _ in 0..times {
            breaker
                .admit(Instant::now())
                .unwrap()
                .record(Signal::Failure);
        }
    }

    #[test]
    fn the_budget_is_spent_and_earned() {
        let breaker = CircuitBreaker::new(true);
        assert_eq!((0..100).filter(|_| breaker.spend(5)).count(), 20);
        for _ in 0..4 {
            breaker
                .admit(Instant::now())
                .unwrap()
                .record(Signal::Success);
        }
        assert!(!breaker.spend(5));
        breaker
            .admit(Instant::now())
            .unwrap()
            .record(Signal::Success);
        assert!(breaker.spend(5));
    }

    #[test]
    fn failures_in_a_row_open_the_circuit_and_an_answer_closes_it() {
        let breaker = CircuitBreaker::new(true);
        fail(&breaker, FAILURES - 1);
        breaker
            .admit(Instant::now())
            .unwrap()
            .record(Signal::Success);
        fail(&breaker, FAILURES - 1);
        breaker
            .admit(Instant::now())
            .unwrap()
            .record(Signal::Inconclusive);
        fail(&breaker, 1);
        assert!(breaker.admit(Instant::now()).unwrap_err().wait <= OPEN_DURATION);
    }

    #[test]
    fn one_probe_at_a_time_decides() {
        let breaker = CircuitBreaker::new(true);
        fail(&breaker, FAILURES);
        let mut rest = OPEN_DURATION;
        for _ in 0..6 {
            let later = Instant::now() + rest + SECOND;
            let probe = breaker.admit(later).unwrap();
            assert_eq!(breaker.admit(later).unwrap_err().wait, rest);
            probe.record(Signal::Failure);
            rest = (rest * 2).min(MAX_OPEN_DURATION);
            let wait = breaker.admit(Instant::now()).unwrap_err().wait;
            assert!(wait <= rest && wait + SECOND > rest, "{wait:?}");
        }
        let later = Instant::now() + rest + SECOND;
        drop(breaker.admit(later).unwrap()); // given up: the next call may probe at once
        breaker.admit(later).unwrap().record(Signal::Success);
        assert!(breaker.admit(Instant::now()).is_ok());
    }

    #[test]
    fn a_breaker_that_is_off_never_opens() {
        let breaker = CircuitBreaker::new(false);
        fail(&breaker, 100);
        assert!(breaker.admit(Instant::now()).is_ok());
    }
}
