//! Random apps get random requests, and a small model that knows nothing of the crate's code says
//! who may reach which handler, and with which user and organization.
//!
//! `APPS_REQUESTS` is how many requests are sent (100,000 by default), `APPS_SEED` where to begin:
//! a number, or `random`. A difference is printed with its seed and as JSON, made smaller; that
//! line belongs into `cases.jsonl`, of which every case is tried in every run.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod app;
mod build;
mod case;
mod dice;
mod guards;
mod handlers;
mod invariants;
mod layers;
mod model;
mod people;
mod random;
mod request;
mod routing;
mod shrink;
mod tally;

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    case::{Case, difference, shrunk},
    dice::Dice,
    tally::Tally,
};

const REQUESTS: usize = 100_000;
const SEED: u64 = 1;

/// As many that an app is worth its start.
const REQUESTS_PER_APP: usize = 100;

/// After so many differences there is enough to read.
const MOST_DIFFERENCES: usize = 20;

fn seed() -> u64 {
    match env::var("APPS_SEED").as_deref() {
        Err(_) => SEED,
        Ok("random") => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            now.unwrap().as_secs()
        }
        Ok(seed) => seed.parse().expect("APPS_SEED is a number or `random`"),
    }
}

fn requests() -> usize {
    match env::var("APPS_REQUESTS") {
        Err(_) => REQUESTS,
        Ok(count) => count.parse().expect("APPS_REQUESTS is a number"),
    }
}

#[actix_web::test]
async fn random_requests_reach_what_the_model_says() {
    let (seed, requests) = (seed(), requests());
    let mut tally = Tally::default();
    let mut differences = Vec::new();
    let apps = requests.div_ceil(REQUESTS_PER_APP);
    for number in 0..apps as u64 {
        let app_seed = seed.wrapping_mul(1_000_003).wrapping_add(number);
        let mut dice = Dice::new(app_seed);
        let app = random::app(&mut dice);
        let started = build::start(&app).await;
        for _ in 0..REQUESTS_PER_APP {
            let request = request::random(&mut dice, &app);
            let expected = model::expected(&app, &request);
            tally.count(&app, &request, &expected);
            if let Some(why) = difference(&started, &app, &request).await {
                let why = format!("app seed {app_seed}, request {}: {why}", tally.requests);
                differences.push((why, app.clone(), request));
                break;
            }
        }
        if differences.len() >= MOST_DIFFERENCES {
            break;
        }
    }
    println!("seed {seed}: {tally}");
    for (why, app, request) in &differences {
        println!("\n{why}\n{}", shrunk(app, request).await);
    }
    assert!(differences.is_empty(), "{} differences", differences.len());
    if requests >= REQUESTS {
        tally.assert_all_kinds_occur();
    }
}

#[actix_web::test]
async fn cases_that_once_failed_still_hold() {
    let mut failed = 0;
    for line in include_str!("cases.jsonl").lines() {
        let case: Case = serde_json::from_str(line).expect("a case is one line of JSON");
        let started = build::start(&case.app).await;
        if let Some(why) = difference(&started, &case.app, &case.request).await {
            println!("{}\n{why}\n{line}\n", case.rule);
            failed += 1;
        }
    }
    assert_eq!(failed, 0, "cases that once failed");
}
