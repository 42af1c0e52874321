//! Has tokens judged by this crate and by others. Nothing may be accepted here that another juror
//! refuses, unless the table says why. `run` builds and starts it.

mod draft;
mod families;
mod jurors;
mod report;
mod rng;
mod table;

use std::{
    env,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use self::{
    families::case,
    jurors::{Foreign, Jsonwebtoken, Ours},
    report::Report,
    table::{Entry, entries},
};

/// The second in which all of them judge. jsonwebtoken takes no clock and judges by the system's.
const NOW: u64 = 2_000_000_000;

/// The audience that they expect when they are to expect one.
const AUDIENCE: &str = "https://api.example.com";

/// How many cases are judged at a time.
const SESSION: u64 = 500;

/// From how many cases on each entry of the table must have been of use.
const ENOUGH: u64 = 100_000;

fn main() -> ExitCode {
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    let seed = env::var("JURY_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let (count, seed) = (count.unwrap_or(ENOUGH), seed.unwrap_or(1));
    let (entries, next) = (entries(), AtomicU64::new(0));
    let report = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let work = || judge(seed, count, &next, &entries);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut report = Report::default();
        for worker in workers {
            report.join(worker.join().expect("a thread panicked"));
        }
        report
    });
    let stale: Vec<&Entry> = entries
        .iter()
        .filter(|entry| count >= ENOUGH && entry.used.load(Ordering::Relaxed) == 0)
        .collect();
    report.print(&entries, &stale);
    if report.is_clean() && stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Judges sessions of cases until there are no more.
fn judge(seed: u64, count: u64, next: &AtomicU64, entries: &[Entry]) -> Report {
    let (ours, jsonwebtoken) = (Ours::new(), Jsonwebtoken::new());
    let (mut jose, mut pyjwt) = (Foreign::jose(), Foreign::pyjwt());
    let mut report = Report::default();
    loop {
        let first = next.fetch_add(SESSION, Ordering::Relaxed);
        let last = count.min(first + SESSION);
        if first >= last {
            return report;
        }
        let cases: Vec<_> = (first..last).map(|number| case(seed, number)).collect();
        jose.hear(&cases);
        pyjwt.hear(&cases);
        let here: Vec<_> = cases
            .iter()
            .map(|case| (ours.judge(case), jsonwebtoken.judge(case)))
            .collect();
        let (jose, pyjwt) = (jose.verdicts(), pyjwt.verdicts());
        assert_eq!((jose.len(), pyjwt.len()), (cases.len(), cases.len()));
        let there = jose.into_iter().zip(pyjwt);
        for ((case, (ours, jsonwebtoken)), (jose, pyjwt)) in cases.iter().zip(here).zip(there) {
            let others = [
                ("jsonwebtoken", jsonwebtoken),
                ("jose", jose),
                ("PyJWT", pyjwt),
            ];
            report.add(case, &ours, &others, entries);
        }
    }
}
