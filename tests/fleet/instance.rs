//! An instance of a service, as a process: it admits tokens in a loop, and publishes what it is told to.
//!
//! Its work comes in lines on standard input, and what happened goes out in lines on standard output.
//! Admissions are added up for a while, because a line for each of them would be most of the work; a
//! process that is killed loses what was not written yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, BufRead as _, Write as _},
    sync::mpsc::{Receiver, channel},
    thread::{self, sleep},
    time::{Duration, UNIX_EPOCH},
};

use actix_web_propelauth::{
    Denied, InvalidToken, PropelAuth, Unauthorized,
    fleet::{Fleet, WhenBlind},
    freshness::Cause,
    testing::propel_auth_builder,
};

use crate::{
    acme::{Acme, is_of_user, unix_seconds},
    history::{Change, Event, Micros, Promise, Why, now},
    http::{Http, reveal},
    orders::{Order, Report, Spec},
};

/// The variable with the [`Spec`]. The test of this name is the process.
pub(crate) const SPEC: &str = "FLEET_TEST_INSTANCE";
pub(crate) const PROCESS: &str = "instance::process";

/// How many changes after the last one that was published are asked for in each round, besides those that
/// were not refused yet.
const AFTER: Change = 12;
/// How many changes a token of a later login is asked for.
const BEFORE: Change = 24;

const PAUSE: Duration = Duration::from_millis(3);
const REPORT: Micros = 25_000;

struct Loop {
    spec: Spec,
    auth: PropelAuth,
    http: Option<Http>,
    acme: Acme,
    tokens: BTreeMap<Change, Token>,
    /// What was admitted since the last report: the latest, and the one that knew the most.
    admitted: BTreeMap<(Change, i64), [(Micros, Micros); 2]>,
    refused: BTreeMap<Change, (i64, Why)>,
    /// The changes that were given to someone, and not refused yet.
    open: BTreeSet<Change>,
    reported: Micros,
    /// `None` until the test has begun.
    progress: Option<Change>,
    orders: Receiver<Order>,
}

struct Token {
    header: String,
    issued_at: i64,
}

impl Loop {
    fn report(event: Event) {
        report(&Report::Event(event));
    }

    fn run(&mut self) {
        loop {
            while let Ok(order) = self.orders.try_recv() {
                match order {
                    Order::Publish(change) => self.publish(change),
                    Order::Progress(change) => {
                        if self.progress.is_none() {
                            self.read_tokens();
                        }
                        self.open.extend(self.progress.unwrap_or(0)..change);
                        self.progress = Some(change);
                    }
                    Order::End => return self.end(),
                }
            }
            let Some(progress) = self.progress else {
                sleep(PAUSE);
                continue;
            };
            // A request through a server takes longer.
            let after = if self.http.is_some() { 3 } else { AFTER };
            for change in progress..(progress + after).min(self.spec.changes) {
                self.ask(change);
            }
            for change in self.open.clone() {
                self.ask(change);
            }
            // One that was refused, and must stay so.
            if progress > 0 {
                let micros = Change::try_from(now().rem_euclid(1 << 30)).unwrap_or(0);
                self.ask(micros % progress);
            }
            self.flush(now() - self.reported > REPORT);
            sleep(PAUSE);
        }
    }

    fn read_tokens(&mut self) {
        let text = fs::read_to_string(&self.spec.tokens).unwrap();
        let mut lines = text.lines();
        let issued_at = lines.next().unwrap().parse().unwrap();
        for (change, header) in (0..).zip(lines) {
            let header = header.to_owned();
            self.tokens.insert(change, Token { header, issued_at });
        }
    }

    fn end(&mut self) {
        for change in 0..self.spec.changes {
            self.ask(change);
        }
        self.flush(true);
        let instance = self.spec.instance;
        Self::report(Event::Ended {
            instance,
            at: now(),
        });
    }

    /// Asks as the user of a change.
    fn ask(&mut self, change: Change) {
        let token = self.tokens.entry(change).or_insert_with(|| {
            let issued_at = unix_seconds();
            let header = self.acme.token(change, issued_at);
            Token { header, issued_at }
        });
        let issued_at = token.issued_at;
        // What the instance says of itself, before the request.
        let staleness = self.auth.staleness().unwrap_or(Duration::MAX);
        let at = now();
        let why = match &mut self.http {
            Some(http) => http.ask(is_of_user(change), &token.header),
            None => ask(&self.auth, &self.acme, change, &token.header),
        };
        let Some(why) = why else {
            let staleness = Micros::try_from(staleness.as_micros()).unwrap_or(Micros::MAX / 2);
            let sums = self.admitted.entry((change, issued_at));
            let sums = sums.or_insert([(at, staleness); 2]);
            sums[0] = (at, staleness);
            if at - staleness > sums[1].0 - sums[1].1 {
                sums[1] = (at, staleness);
            }
            return;
        };
        if self.refused.insert(change, (issued_at, why)) != Some((issued_at, why)) {
            Self::report(Event::Refused {
                instance: self.spec.instance,
                change,
                issued_at,
                at,
                why,
            });
        }
        if why == Why::Stale {
            self.open.remove(&change);
        }
        // A mark of everyone is answered by a new login, so that the test stays one.
        if why == Why::HistoryLost && unix_seconds() > issued_at {
            self.tokens.remove(&change);
            if change + BEFORE < self.progress.unwrap_or(0) {
                self.open.remove(&change);
            }
        }
    }

    fn flush(&mut self, is_due: bool) {
        if !is_due {
            return;
        }
        self.reported = now();
        for ((change, issued_at), sums) in std::mem::take(&mut self.admitted) {
            let sums = if sums[0] == sums[1] {
                &sums[..1]
            } else {
                &sums[..]
            };
            for &(at, staleness) in sums {
                Self::report(Event::Admitted {
                    instance: self.spec.instance,
                    change,
                    issued_at,
                    at,
                    staleness,
                });
            }
        }
    }

    /// Publishes a change, and goes on while the fleet gets it.
    fn publish(&self, change: Change) {
        Self::report(Event::Called { change, at: now() });
        // The call revokes all tokens that were issued by now.
        let up_to = unix_seconds();
        let mark = self.acme.mark(change).of_delivery(format!("msg_{change}"));
        let recorded = self.auth.mark_stale(mark);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            match runtime.block_on(async move { recorded.await }) {
                Ok(()) => Self::report(Event::Published {
                    change,
                    up_to,
                    at: now(),
                }),
                Err(_) => report(&Report::Failed(change)),
            }
        });
    }
}

/// Asks the crate, without a server. Returns why it refused.
fn ask(auth: &PropelAuth, acme: &Acme, change: Change, header: &str) -> Option<Why> {
    let denied = if is_of_user(change) {
        auth.validate_access_token_and_get_user(header).err()
    } else {
        let validated = auth.validate_access_token_and_get_user_with_org_info(header, &acme.org_id);
        validated.err()
    };
    denied.map(|denied| why(&denied))
}

pub(crate) fn why(denied: &Denied) -> Why {
    match denied {
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(cause))) => {
            if *cause == Cause::Fleet {
                Why::HistoryLost
            } else {
                Why::Stale
            }
        }
        Denied::Unreachable { .. } => Why::Blind,
        other => panic!("refused for another reason: {other:?}"),
    }
}

fn report(report: &Report) {
    let mut line = serde_json::to_string(report).unwrap();
    line.push('\n');
    // One write for one line, as there are several threads.
    if io::stdout().lock().write_all(line.as_bytes()).is_err() {
        std::process::exit(1); // the test has ended
    }
}

fn start(spec: &Spec) -> PropelAuth {
    let skew = spec.skew;
    let clock = move || {
        let micros = u64::try_from(now() + skew * 1_000_000).unwrap();
        UNIX_EPOCH + Duration::from_micros(micros)
    };
    let auth = propel_auth_builder()
        .clock(clock)
        .on_denied(reveal)
        .build()
        .unwrap();
    let when_blind = match spec.deny_after {
        0 => WhenBlind::Continue,
        seconds => WhenBlind::DenyAfter(Duration::from_secs(seconds)),
    };
    let fleet = Fleet::redis(spec.redis.as_str())
        .prefix(&spec.prefix)
        .when_blind(when_blind)
        .write_timeout(Duration::from_millis(spec.write_timeout_millis))
        .join_timeout(Duration::from_secs(20));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    if let Err(error) = runtime.block_on(auth.join_fleet(fleet)) {
        report(&Report::Broken(error.to_string()));
        std::process::exit(1);
    }
    auth
}

/// The process. It is a test because the test is the only program there is; without its variable it does
/// nothing.
#[test]
#[ignore = "a part of the other tests"]
fn process() {
    let Ok(spec) = std::env::var(SPEC) else {
        return;
    };
    let spec: Spec = serde_json::from_str(&spec).unwrap();
    // What the test runner has written so far is on a line of its own.
    let _ = io::stdout().lock().write_all(b"\n");
    let (sender, orders) = channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            let order: Order = serde_json::from_str(&line).unwrap();
            if sender.send(order).is_err() {
                return;
            }
        }
        // The test has ended.
        std::process::exit(1);
    });
    // `FLEET_LOG=1` shows the warnings of the crate.
    if std::env::var_os("FLEET_LOG").is_some() {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_writer(io::stderr)
            .init();
    }
    let acme = Acme::new();
    let auth = start(&spec);
    let http = spec.is_http.then(|| Http::start(&auth, &acme.org_id));
    let promise = match spec.deny_after {
        0 => Promise::SaysSo,
        seconds => Promise::DeniesAfter {
            micros: i64::try_from(seconds).unwrap() * 1_000_000,
        },
    };
    report(&Report::Event(Event::Ready {
        instance: spec.instance,
        promise,
        at: now(),
    }));
    let mut asking = Loop {
        spec,
        auth,
        http,
        acme,
        tokens: BTreeMap::new(),
        admitted: BTreeMap::new(),
        refused: BTreeMap::new(),
        open: BTreeSet::new(),
        reported: now(),
        progress: None,
        orders,
    };
    asking.run();
    std::process::exit(0);
}
