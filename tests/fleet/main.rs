//! Eight processes, a real Redis server, and whatever can fail between them: no request is admitted later
//! than the bound after its change was published.
//!
//! `cargo test --features emulator,redis --test fleet -- --nocapture` prints a table. Without
//! `redis-server` on the path, the runs are skipped, and say so; `.ci/run fleet` installs it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod acme;
mod bad_servers;
mod checker;
mod checker_tests;
mod clocks;
mod denials;
mod driver;
mod history;
mod http;
mod instance;
mod join;
mod logs;
mod members;
mod orders;
mod proxy;
mod redis_server;
mod schedules;
mod server_states;
mod stream;

use std::{
    env,
    time::{Duration, Instant},
};

use self::{
    checker::{Demands, Verdict, check},
    driver::World,
    history::Micros,
    schedules::{CHANGES, Faults, PAUSE, SCHEDULES, Schedule},
};

/// The goals for the time from a change to its refusal, in the run without faults.
const MEDIAN_GOAL: Micros = 25_000;
const P99_GOAL: Micros = 1_000_000;

fn run(schedule: &Schedule) -> Verdict {
    let mut world = World::start(schedule.data, CHANGES, schedule.options);
    let mut other = None;
    world.publish_all(PAUSE, |world, change| {
        (schedule.fault)(&mut Faults {
            world,
            change,
            other: &mut other,
        });
    });
    let events = world.finish();
    // A mark of everyone, or a second of blindness, makes tokens of this many changes speak never.
    let never_admitted = if schedule.loses_history {
        CHANGES as usize * 3 / 4
    } else {
        CHANGES as usize / 4
    };
    let demands = Demands {
        changes: CHANGES,
        never_admitted,
    };
    check(&events, demands)
}

fn percentile(delays: &[Micros], percent: usize) -> Micros {
    let index = (delays.len() * percent / 100).min(delays.len().saturating_sub(1));
    delays.get(index).copied().unwrap_or_default()
}

/// Prints whether the goals of a run without faults are reached. Returns `false` if a refusal takes so long that
/// no busy machine explains it; the median of a machine with few processors says more about that one.
fn reaches_goals(delays: &[Micros]) -> bool {
    for (percent, goal) in [(50, MEDIAN_GOAL), (99, P99_GOAL)] {
        let delay = percentile(delays, percent);
        println!(
            "{:>46} p{percent} {:.1} ms, goal {} ms: {}",
            "",
            delay as f64 / 1000.0,
            goal / 1000,
            if delay <= goal { "met" } else { "missed" }
        );
    }
    !delays.is_empty() && percentile(delays, 99) <= P99_GOAL
}

/// Whether a schedule is asked for: `FLEET_SCHEDULE="calm;slow"` runs those with one of these in their name.
fn is_wanted(name: &str) -> bool {
    env::var("FLEET_SCHEDULE").map_or(true, |parts| {
        parts.split(';').any(|part| name.contains(part))
    })
}

#[test]
fn no_request_is_admitted_later_than_its_bound_whatever_fails() {
    if !redis_server::is_installed() {
        return;
    }
    let begun = Instant::now();
    let mut failed = Vec::new();
    let (mut changes, mut admitted, mut refused, mut late) = (0, 0, 0, 0);
    println!(
        "\n{:>46} {:>9} {:>8} {:>8} {:>7} {:>5} {:>7} {:>7}",
        "", "admitted", "refused", "for loss", "blind", "late", "p50 ms", "p99 ms"
    );
    for schedule in SCHEDULES.iter().filter(|it| is_wanted(it.name)) {
        let mut verdict = run(schedule);
        verdict.delays.sort_unstable();
        let millis = |percent| percentile(&verdict.delays, percent) as f64 / 1000.0;
        println!(
            "{:>46} {:>9} {:>8} {:>8} {:>7} {:>5} {:>7.1} {:>7.1}",
            schedule.name,
            verdict.admitted,
            verdict.refused,
            verdict.refused_for[0],
            verdict.refused_for[1],
            verdict.late(),
            millis(50),
            millis(99)
        );
        changes += verdict.changes;
        admitted += verdict.admitted;
        refused += verdict.refused;
        late += verdict.late();
        if schedule.name == "calm" && !reaches_goals(&verdict.delays) {
            failed.push(schedule.name);
        }
        let [lost, blind] = verdict.refused_for;
        if schedule.loses_history != (lost > 0) || (schedule.is_blind && blind == 0) {
            println!(
                "{}: the fault had another effect than it should",
                schedule.name
            );
            failed.push(schedule.name);
        }
        if !verdict.violations.is_empty() {
            let first: Vec<_> = verdict.violations.iter().take(10).collect();
            println!(
                "{}: {verdict}; {} violations: {first:#?}",
                schedule.name,
                verdict.violations.len()
            );
            failed.push(schedule.name);
        }
    }
    println!(
        "{changes} changes over 8 processes: {admitted} admissions and {refused} refusals written down, \
         {late} admitted late, in {:.0?}",
        Duration::from_secs(begun.elapsed().as_secs())
    );
    assert!(failed.is_empty(), "{failed:?}");
}
