//! Compares what the crate reads with what grammars read that were written from the
//! specifications, for every value of up to so many symbols. `run` builds and starts it.

mod authorization;
mod header;
mod known;
mod limits;
mod org;
mod path;
mod query;
mod sets;
mod words;

/// The crate that is judged. Its own tests put `crate` in this place.
mod subject {
    pub(crate) use actix_web_propelauth::{
        Denied, Forbidden, MalformedHeader, Principal, PropelAuth, RequiredOrg, Requirement,
        Unauthorized, User, fuzzing, org_id, org_id::OrgRequest, testing,
    };
}

use std::{
    env, fmt,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use self::sets::{Counts, Set, others, sets};

fn difference(value: &[u8], expected: &impl fmt::Debug, found: &impl fmt::Debug) -> String {
    let value = value.escape_ascii();
    format!("\"{value}\": the grammar reads {expected:?}, the crate {found:?}")
}

fn main() -> ExitCode {
    let longest = env::args().nth(1).and_then(|text| text.parse().ok());
    match compare_all(longest.unwrap_or(7)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(difference) => {
            eprintln!("{difference}");
            ExitCode::FAILURE
        }
    }
}

fn compare_all(longest: usize) -> Result<(), String> {
    let mut all = 0;
    for set in sets(longest) {
        let counts = compare(&set).map_err(|why| format!("{}: {why}", set.name))?;
        if counts.all() != set.size() {
            return Err(format!("{}: {} of {}", set.name, counts.all(), set.size()));
        }
        all += counts.all();
        println!("{}, up to {} symbols: {counts}", set.name, set.longest);
    }
    for (name, counts) in others()? {
        all += counts.all();
        println!("{name}: {counts}");
    }
    println!("{all} values, 0 differences");
    Ok(())
}

/// Compares a set on all processors.
fn compare(set: &Set) -> Result<Counts, String> {
    let (parts, next) = (set.parts(), AtomicUsize::new(0));
    let work = || {
        let mut counts = Counts::default();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            counts.join(set.compare(part)?);
        }
        Ok::<_, String>(counts)
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut counts = Counts::default();
        for worker in workers {
            counts.join(worker.join().map_err(|_| "a thread panicked")??);
        }
        Ok(counts)
    })
}
