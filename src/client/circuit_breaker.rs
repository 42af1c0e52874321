//! What one thread knows of how the backend API fares: it keeps retries and hopeless calls from
//! adding to an outage.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    time::{Duration, Instant},
};

/// How much the budget holds.
const BUDGET: u32 = 100;
/// After how many failures in a row nothing more is sent for a while.
const FAILURES: u32 = 5;
/// How long nothing is sent at first; each failed probe doubles it.
const OPEN_DURATION: Duration = Duration::from_secs(5);
/// The longest time in which nothing is sent.
const MAX_OPEN_DURATION: Duration = Duration::from_secs(60);

/// The retry budget and the circuit breaker of one thread.
#[derive(Debug)]
pub(crate) struct CircuitBreaker {
    budget: Cell<u32>,
    circuit: RefCell<Circuit>,
    is_enabled: bool,
    /// The failures in a row so far.
    failures: Cell<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Circuit {
    /// Everything is sent.
    Closed { failures: u32 },
    /// Nothing is sent before `until`, and then one request.
    Open { until: Instant, rest: Duration },
    /// One request is under way, and nothing else is sent.
    Probing { rest: Duration },
}

/// What an attempt says about the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// It answers, whatever the answer is.
    Success,
    /// It is not there, or overloaded, or broken.
    Failure,
    /// Neither: the trouble is on this side or between.
    Inconclusive,
}

impl CircuitBreaker {
    pub(crate) fn new(is_enabled: bool) -> Rc<Self> {
        Rc::new(Self {
            budget: Cell::new(BUDGET),
            circuit: RefCell::new(Circuit::Closed { failures: 0 }),
            is_enabled,
            failures: Cell::new(0),
        })
    }

    /// Takes the cost of a retry from the budget, if there is as much.
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

    /// Lets an attempt pass, or says how long none will.
    pub(crate) fn admit(self: &Rc<Self>, now: Instant) -> Result<Permit, CircuitOpen> {
        let rested = |wait| CircuitOpen {
            wait,
            failures: self.failures.get(),
        };
        let mut circuit = self.circuit.borrow_mut();
        let probe = match *circuit {
            Circuit::Closed { .. } => None,
            Circuit::Open { until, rest } if now >= until => {
                *circuit = Circuit::Probing { rest };
                Some(rest)
            }
            Circuit::Open { until, .. } => return Err(rested(until.duration_since(now))),
            Circuit::Probing { rest } => return Err(rested(rest)),
        };
        Ok(Permit {
            breaker: Rc::clone(self),
            probe,
        })
    }

    fn record(&self, signal: Signal, probe: Option<Duration>) {
        if signal == Signal::Success {
            let budget = self.budget.get().saturating_add(1);
            self.budget.set(budget.min(BUDGET));
            self.failures.set(0);
            *self.circuit.borrow_mut() = Circuit::Closed { failures: 0 };
            return;
        }
        if !self.is_enabled {
            return;
        }
        if signal == Signal::Failure {
            self.failures.set(self.failures.get().saturating_add(1));
        }
        let now = Instant::now();
        let open = |rest| Circuit::Open {
            until: now.checked_add(rest).unwrap_or(now),
            rest,
        };
        let mut circuit = self.circuit.borrow_mut();
        *circuit = match (signal, probe, *circuit) {
            (Signal::Failure, Some(rest), _) => open(rest.saturating_mul(2).min(MAX_OPEN_DURATION)),
            // A probe that told nothing, or was given up: the next call is one.
            (Signal::Inconclusive, Some(rest), Circuit::Probing { .. }) => {
                Circuit::Open { until: now, rest }
            }
            (Signal::Failure, None, Circuit::Closed { failures }) => match failures + 1 {
                FAILURES.. => open(OPEN_DURATION),
                failures => Circuit::Closed { failures },
            },
            (_, _, unchanged) => unchanged,
        };
        if matches!(*circuit, Circuit::Open { until, .. } if until > now)
            && signal == Signal::Failure
        {
            let failures = self.failures.get();
            tracing::warn!(
                failures,
                "PropelAuth keeps failing: this thread sends it nothing for a while"
            );
        }
    }
}

/// How long nothing is sent, and after how many failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CircuitOpen {
    pub(crate) wait: Duration,
    pub(crate) failures: u32,
}

impl fmt::Display for CircuitOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wait, failures } = self;
        let seconds = wait.as_secs_f64();
        write!(
            f,
            "resting {seconds:.1} s after {failures} failures in a row"
        )
    }
}

/// Leave to make one attempt; dropping it says that nothing became of the attempt.
#[derive(Debug)]
pub(crate) struct Permit {
    breaker: Rc<CircuitBreaker>,
    probe: Option<Duration>,
}

impl Permit {
    /// Notes what became of the attempt.
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
