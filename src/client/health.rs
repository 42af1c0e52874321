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
const REST: Duration = Duration::from_secs(5);
/// The longest time in which nothing is sent.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// The retry budget and the circuit breaker of one thread.
#[derive(Debug)]
pub(super) struct Health {
    budget: Cell<u32>,
    circuit: RefCell<Circuit>,
    breaks: bool,
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
pub(super) enum Sign {
    /// It answers, whatever the answer is.
    Well,
    /// It is not there, or overloaded, or broken.
    Ill,
    /// Neither: the trouble is on this side or between.
    Unclear,
}

impl Health {
    pub(super) fn new(breaks: bool) -> Rc<Self> {
        Rc::new(Self {
            budget: Cell::new(BUDGET),
            circuit: RefCell::new(Circuit::Closed { failures: 0 }),
            breaks,
            failures: Cell::new(0),
        })
    }

    /// Takes the cost of a retry from the budget, if there is as much.
    pub(super) fn spend(&self, cost: u32) -> bool {
        match self.budget.get().checked_sub(cost) {
            Some(rest) => {
                self.budget.set(rest);
                true
            }
            None => false,
        }
    }

    #[cfg(test)]
    pub(super) fn budget(&self) -> u32 {
        self.budget.get()
    }

    /// Lets an attempt pass, or says how long none will.
    pub(super) fn admit(self: &Rc<Self>, now: Instant) -> Result<Admission, Rest> {
        let rested = |wait| Rest {
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
        Ok(Admission {
            health: Rc::clone(self),
            probe,
        })
    }

    fn note(&self, sign: Sign, probe: Option<Duration>) {
        if sign == Sign::Well {
            let budget = self.budget.get().saturating_add(1);
            self.budget.set(budget.min(BUDGET));
            self.failures.set(0);
            *self.circuit.borrow_mut() = Circuit::Closed { failures: 0 };
            return;
        }
        if !self.breaks {
            return;
        }
        if sign == Sign::Ill {
            self.failures.set(self.failures.get().saturating_add(1));
        }
        let now = Instant::now();
        let open = |rest| Circuit::Open {
            until: now.checked_add(rest).unwrap_or(now),
            rest,
        };
        let mut circuit = self.circuit.borrow_mut();
        *circuit = match (sign, probe, *circuit) {
            (Sign::Ill, Some(rest), _) => open(rest.saturating_mul(2).min(LONGEST_REST)),
            // A probe that told nothing, or was given up: the next call is one.
            (Sign::Unclear, Some(rest), Circuit::Probing { .. }) => {
                Circuit::Open { until: now, rest }
            }
            (Sign::Ill, None, Circuit::Closed { failures }) => match failures + 1 {
                FAILURES.. => open(REST),
                failures => Circuit::Closed { failures },
            },
            (_, _, unchanged) => unchanged,
        };
        if matches!(*circuit, Circuit::Open { until, .. } if until > now) && sign == Sign::Ill {
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
pub(super) struct Rest {
    pub(super) wait: Duration,
    pub(super) failures: u32,
}

impl fmt::Display for Rest {
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
pub(super) struct Admission {
    health: Rc<Health>,
    probe: Option<Duration>,
}

impl Admission {
    /// Notes what became of the attempt.
    pub(super) fn settle(mut self, sign: Sign) {
        let probe = self.probe.take();
        self.health.note(sign, probe);
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if self.probe.is_some() {
            self.health.note(Sign::Unclear, self.probe);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        rc::Rc,
        time::{Duration, Instant},
    };

    use super::{FAILURES, Health, LONGEST_REST, REST, Sign};

    const SECOND: Duration = Duration::from_secs(1);

    fn fail(health: &Rc<Health>, times: u32) {
        for _ in 0..times {
            health.admit(Instant::now()).unwrap().settle(Sign::Ill);
        }
    }

    #[test]
    fn the_budget_is_spent_and_earned() {
        let health = Health::new(true);
        assert_eq!((0..100).filter(|_| health.spend(5)).count(), 20);
        for _ in 0..4 {
            health.admit(Instant::now()).unwrap().settle(Sign::Well);
        }
        assert!(!health.spend(5));
        health.admit(Instant::now()).unwrap().settle(Sign::Well);
        assert!(health.spend(5));
    }

    #[test]
    fn failures_in_a_row_open_the_circuit_and_an_answer_closes_it() {
        let health = Health::new(true);
        fail(&health, FAILURES - 1);
        health.admit(Instant::now()).unwrap().settle(Sign::Well);
        fail(&health, FAILURES - 1);
        health.admit(Instant::now()).unwrap().settle(Sign::Unclear);
        fail(&health, 1);
        assert!(health.admit(Instant::now()).unwrap_err().wait <= REST);
    }

    #[test]
    fn one_probe_at_a_time_decides() {
        let health = Health::new(true);
        fail(&health, FAILURES);
        let mut rest = REST;
        for _ in 0..6 {
            let later = Instant::now() + rest + SECOND;
            let probe = health.admit(later).unwrap();
            assert_eq!(health.admit(later).unwrap_err().wait, rest);
            probe.settle(Sign::Ill);
            rest = (rest * 2).min(LONGEST_REST);
            let wait = health.admit(Instant::now()).unwrap_err().wait;
            assert!(wait <= rest && wait + SECOND > rest, "{wait:?}");
        }
        let later = Instant::now() + rest + SECOND;
        drop(health.admit(later).unwrap()); // given up: the next call may probe at once
        health.admit(later).unwrap().settle(Sign::Well);
        assert!(health.admit(Instant::now()).is_ok());
    }

    #[test]
    fn a_breaker_that_is_off_never_opens() {
        let health = Health::new(false);
        fail(&health, 100);
        assert!(health.admit(Instant::now()).is_ok());
    }
}
