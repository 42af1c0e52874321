//! Exhaustive test of the key ring: every order of callers, fetches and time, up to a number of steps.
//! Fetches are ended by hand, waiting callers are polled by hand, and the clock is a number.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex},
    task::{Context, Waker},
    time::{Duration, Instant},
};

use crate::access::token::{
    key::{DEV_PUBLIC_KEY_PEMS, VerifierKey},
    key_ring::{Fetch, KeyRing, Refresh},
};

const INTERVAL: Duration = Duration::from_secs(30);
/// How long a fetch may take, as the client sees to.
const TIMEOUT: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);

const CALLERS: usize = 3;
/// How many steps are played; more by the environment variable, each for some six times the time.
static STEPS: LazyLock<usize> = LazyLock::new(|| {
    let steps = std::env::var("KEY_RING_STEPS").ok();
    steps.map_or(6, |steps| steps.parse().unwrap())
});

static KEYS: LazyLock<Vec<VerifierKey>> = LazyLock::new(|| {
    let keys = DEV_PUBLIC_KEY_PEMS.iter();
    keys.map(|pem| VerifierKey::from_pem(pem).unwrap())
        .collect()
});

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// The next caller comes, with a token that is signed with PropelAuth's key of the moment.
    Arrive,
    /// A stranger comes, with a token that no key signed.
    ArriveForged,
    /// A waiting caller hangs up.
    Cancel(usize),
    /// PropelAuth rotates its key.
    Rotate,
    /// The fetch brings the key that PropelAuth had when it started, or that it has now.
    EndWithKeyOfStart,
    EndWithKeyOfNow,
    Fail,
    /// The fetch takes as long as it may, and fails.
    TimeOut,
    Tick,
    TickInterval,
}

/// A caller in the order of arrival.
enum Caller {
    Waiting {
        ended: Pin<Box<dyn Future<Output = ()>>>,
        since: Instant,
        key: Option<usize>,
    },
    Answered(Answer),
    HungUp,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Accepted,
    Refused,
}

struct Flight {
    fetch: Fetch,
    key_at_start: usize,
    started: Instant,
}

struct World {
    ring: KeyRing,
    started: Arc<Mutex<Vec<Fetch>>>,
    flight: Option<Flight>,
    now: Instant,
    /// PropelAuth's key.
    key: usize,
    rotations: usize,
    callers: Vec<Caller>,
    fetches: usize,
    /// From when on a fetch must be granted to a caller without a key.
    entitled_from: Instant,
    /// When those fetches started that brought nothing new while there was a key.
    in_vain: Vec<Instant>,
}

impl World {
    fn new(is_lazy: bool) -> Self {
        let started = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&started);
        let source = Box::new(move |fetch| into.lock().unwrap().push(fetch));
        let first = (!is_lazy).then(|| KEYS[0].clone());
        Self {
            ring: KeyRing::refreshable(first, source, INTERVAL),
            started,
            flight: None,
            now: *START,
            key: 0,
            rotations: 0,
            callers: Vec::new(),
            fetches: 0,
            entitled_from: *START,
            in_vain: Vec::new(),
        }
    }

    fn possible(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.callers.len() < CALLERS {
            steps.extend([Step::Arrive, Step::ArriveForged]);
        }
        for (index, caller) in self.callers.iter().enumerate() {
            if matches!(caller, Caller::Waiting { .. }) {
                steps.push(Step::Cancel(index));
            }
        }
        if self.rotations < 2 {
            steps.push(Step::Rotate);
        }
        match &self.flight {
            Some(flight) => {
                steps.extend([Step::EndWithKeyOfNow, Step::Fail, Step::TimeOut]);
                if flight.key_at_start != self.key {
                    steps.push(Step::EndWithKeyOfStart);
                }
                if self.now + SECOND < flight.started + TIMEOUT {
                    steps.push(Step::Tick);
                }
            }
            None => steps.extend([Step::Tick, Step::TickInterval]),
        }
        steps
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Arrive => self.arrive(Some(self.key)),
            Step::ArriveForged => self.arrive(None),
            Step::Cancel(index) => self.callers[index] = Caller::HungUp,
            Step::Rotate => {
                self.key = (self.key + 1) % KEYS.len();
                self.rotations += 1;
            }
            Step::EndWithKeyOfStart | Step::EndWithKeyOfNow => {
                let flight = self.flight.take().unwrap();
                let key = if step == Step::EndWithKeyOfNow {
                    self.key
                } else {
                    flight.key_at_start
                };
                let is_new = self.holds(|held| held != Some(&KEYS[key]));
                let fetched = VerifierKey::from_pem(DEV_PUBLIC_KEY_PEMS[key]).unwrap();
                flight.fetch.end_at(Ok(fetched), self.now);
                assert!(
                    self.holds(|held| held == Some(&KEYS[key])),
                    "what was fetched is in use"
                );
                self.account(flight.started, is_new);
            }
            Step::Fail => self.fail(),
            Step::TimeOut => {
                self.now = self.flight.as_ref().unwrap().started + TIMEOUT;
                self.fail();
            }
            Step::Tick => self.now += SECOND,
            Step::TickInterval => self.now += INTERVAL,
        }
        self.poll();
    }

    fn fail(&mut self) {
        let flight = self.flight.take().unwrap();
        let before = self.ring.current_id();
        flight.fetch.end_at(Err("no answer".into()), self.now);
        assert_eq!(
            self.ring.current_id(),
            before,
            "a failure leaves the key alone"
        );
        self.account(flight.started, false);
    }

    fn account(&mut self, started: Instant, is_new: bool) {
        let has_key = self.ring.current_id().is_some();
        self.entitled_from = match (has_key, is_new) {
            (true, true) => self.now,
            (true, false) => started + INTERVAL,
            (false, _) => self.now + SECOND,
        };
        if has_key && !is_new {
            self.in_vain.push(started);
        }
    }

    fn holds(&self, is: impl FnOnce(Option<&VerifierKey>) -> bool) -> bool {
        is(self.ring.current().as_deref())
    }

    fn judge(&self, key: Option<usize>) -> Answer {
        if key.is_some_and(|key| self.holds(|held| held == Some(&KEYS[key]))) {
            Answer::Accepted
        } else {
            Answer::Refused
        }
    }

    fn arrive(&mut self, key: Option<usize>) {
        let seen = self.ring.current_id();
        let mut caller = Caller::Answered(self.judge(key));
        if matches!(caller, Caller::Answered(Answer::Refused)) {
            let was_under_way = self.flight.is_some();
            match self.ring.refresh(seen, self.now) {
                Refresh::Done => panic!("nobody else replaced the key meanwhile"),
                Refresh::NotYet => {
                    assert!(!was_under_way, "there was a fetch to wait for");
                    assert!(
                        self.now < self.entitled_from,
                        "a fetch was due and not made"
                    );
                }
                Refresh::UnderWay(ended) => {
                    caller = Caller::Waiting {
                        ended: Box::pin(ended.wait()),
                        since: self.now,
                        key,
                    };
                }
            }
        }
        self.callers.push(caller);
        for fetch in self.started.lock().unwrap().drain(..) {
            assert!(self.flight.is_none(), "two fetches at a time");
            assert!(self.now >= self.entitled_from, "a fetch before its time");
            self.fetches += 1;
            self.flight = Some(Flight {
                fetch,
                key_at_start: self.key,
                started: self.now,
            });
        }
    }

    fn poll(&mut self) {
        for index in 0..self.callers.len() {
            let Caller::Waiting { ended, since, key } = &mut self.callers[index] else {
                continue;
            };
            let mut context = Context::from_waker(Waker::noop());
            if ended.as_mut().poll(&mut context).is_ready() {
                assert!(
                    self.now - *since <= TIMEOUT,
                    "waited longer than one timeout"
                );
                let key = *key;
                self.callers[index] = Caller::Answered(self.judge(key));
            } else {
                assert!(self.flight.is_some(), "waits for nothing");
            }
        }
        for window in self.in_vain.windows(2) {
            assert!(
                window[1] - window[0] >= INTERVAL,
                "two fetches in vain within an interval"
            );
        }
    }

    fn answers(&self) -> Vec<Option<Answer>> {
        let answer = |caller: &Caller| match caller {
            Caller::Answered(answer) => Some(*answer),
            _ => None,
        };
        self.callers.iter().map(answer).collect()
    }
}

fn play(is_lazy: bool, steps: &[Step]) -> World {
    let mut world = World::new(is_lazy);
    for step in steps {
        world.take(*step);
    }
    world
}

/// Plays every continuation, and counts them.
fn explore(is_lazy: bool, steps: &mut Vec<Step>, count: &mut usize) {
    let world = play(is_lazy, steps);
    if steps.len() == *STEPS {
        *count += 1;
        // Whoever hangs up changes nothing for the others.
        let without: Vec<_> = steps
            .iter()
            .copied()
            .filter(|step| !matches!(step, Step::Cancel(_)))
            .collect();
        if without.len() < steps.len() {
            let same = play(is_lazy, &without);
            assert_eq!(same.fetches, world.fetches, "{steps:?}");
            assert_eq!(
                same.ring.current_id().is_some(),
                world.ring.current_id().is_some()
            );
            for (with, without) in world.answers().into_iter().zip(same.answers()) {
                assert!(with.is_none() || with == without, "{steps:?}");
            }
        }
        return;
    }
    for step in world.possible() {
        steps.push(step);
        explore(is_lazy, steps, count);
        steps.pop();
    }
}

#[test]
fn no_order_of_events_breaks_the_guarantees_for_fetches() {
    for is_lazy in [false, true] {
        let mut count = 0;
        explore(is_lazy, &mut Vec::new(), &mut count);
        println!("{count} orders of {} events, lazy: {is_lazy}", *STEPS);
        assert!(count > 10_000, "{count}");
    }
}

#[test]
fn a_dropped_fetch_ends_for_waiting_callers() {
    let mut world = World::new(true);
    world.take(Step::Arrive);
    world.take(Step::Arrive);
    drop(world.flight.take().unwrap().fetch);
    world.poll();
    assert_eq!(
        world.answers(),
        [Some(Answer::Refused), Some(Answer::Refused)]
    );
    assert!(world.ring.retry_after(Instant::now()) >= SECOND);
}

#[test]
fn a_key_that_alternates_with_another_does_not_cause_a_fetch_each_time() {
    let mut world = World::new(false);
    for (key, brings_back) in [(1, false), (0, true)] {
        world.key = key;
        world.take(Step::Arrive);
        world.take(Step::EndWithKeyOfNow);
        if brings_back {
            world.entitled_from = world.now + INTERVAL;
        }
    }
    world.key = 1;
    world.take(Step::Arrive);
    assert_eq!(
        (world.fetches, world.answers()[2]),
        (2, Some(Answer::Refused))
    );
    world.take(Step::TickInterval);
    assert!(matches!(
        world.ring.refresh(world.ring.current_id(), world.now),
        Refresh::UnderWay(_)
    ));
}
