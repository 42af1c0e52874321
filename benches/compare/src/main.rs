//! This crate beside its peers, in one run: what they serve, what they fetch, and how cost grows.
//!
//! ```text
//! cargo run --release --manifest-path benches/compare/Cargo.toml
//! ```
//!
//! Needs `wrk` on the PATH. `-- --rounds N --seconds S` sets how long it takes, and the names of
//! parts (`servers`, `client`, `emulator`, `growth`, `hostile`, `freshness`,
//! `build`) that only those are run; `build`,
//! which builds three applications from nothing, only runs when it is named. What was measured is
//! printed, and drawn into `benches/report/` if all of it was.

mod build;
mod chart;
mod client;
mod cold;
mod emulator;
mod freshness;
mod growth;
mod hostile;
mod load;
mod machine;
mod peers;
mod report;

use std::env;

use actix_web_propelauth::testing::{TestOrg, TestUser};
use serde_json::json;

use crate::report::Report;

/// How long each measurement takes, and how often it is made.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: u64,
    pub seconds: u64,
}

/// A user whose token has 1.7 KB with two organizations.
pub fn user() -> (TestUser, TestOrg) {
    let acme = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let beta = TestOrg::new("Beta LLC");
    let user = TestUser::new("alice@example.com")
        .in_org(&acme, "Admin")
        .in_org(&beta, "Owner")
        .claim("properties", json!({"favoriteSport": "basketball"}))
        .claim("first_name", "Alice")
        .claim("last_name", "Anderson");
    (user, acme)
}

/// Returns the median of the ratios within each round: what a machine does to all rates of a round
/// alike cancels out.
pub fn ratio(rates: &[f64], to: &[f64]) -> f64 {
    median(rates.iter().zip(to).map(|(rate, to)| rate / to).collect())
}

/// Returns the numbers below `count`, beginning with another one each round: who comes first in a
/// round, or after whom, must not matter.
pub fn turns(round: u64, count: usize) -> impl Iterator<Item = usize> {
    let first = usize::try_from(round).unwrap_or(0);
    (0..count).map(move |turn| (first + turn) % count)
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn option(name: &str, default: u64) -> u64 {
    let mut args = env::args().skip_while(|arg| arg != name);
    args.nth(1)
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    if args.first().is_some_and(|verb| verb == "serve") {
        return load::serve(&args[1..]);
    }
    let effort = Effort {
        rounds: option("--rounds", 20),
        seconds: option("--seconds", 1),
    };
    let parts = [
        "servers",
        "client",
        "emulator",
        "growth",
        "hostile",
        "freshness",
        "build",
    ];
    let chosen: Vec<&str> = parts
        .into_iter()
        .filter(|part| args.iter().any(|arg| arg == part))
        .collect();
    let runs = |part: &str| chosen.contains(&part) || chosen.is_empty() && part != "build";

    let mut report = Report::new(effort);
    if runs("servers") {
        report.servers(&peers::measure(effort), &cold::measure(&user().0));
    }
    if runs("client") {
        report.client(&client::measure(effort));
    }
    if runs("emulator") {
        report.emulator(&emulator::measure(effort));
    }
    if runs("growth") {
        report.growth(&growth::measure(effort));
    }
    if runs("hostile") {
        report.hostile(&hostile::measure(effort));
    }
    if runs("freshness") {
        report.freshness(&freshness::measure(effort));
    }
    if runs("build") {
        report.build(&build::measure());
    }
    report.finish(chosen.is_empty());
}
