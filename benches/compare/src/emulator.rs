//! The emulator: how fast it is there, how much it serves, and whether its size matters.

use std::time::Instant;

use actix_web_propelauth::{
    api::CreateUser,
    emulator::{EmulatedUser, Emulator},
};

use crate::{
    Effort,
    load::{SERVER_CORE, Server, wrk},
    median, turns,
};

const FEW: usize = 10;
const MANY: usize = 100_000;

pub struct Measured {
    /// Milliseconds until an emulator in this process listens.
    pub start_ms: f64,
    /// Requests a second on one worker, by the number of users.
    pub fetches: [(usize, f64); 2],
    /// Seconds to write and to read a snapshot of the many.
    pub snapshot_s: (f64, f64),
}

pub fn measure(effort: Effort) -> Measured {
    let system = actix_web::rt::System::new();
    let starts = (0..30).map(|_| {
        let start = Instant::now();
        let emulator = system.block_on(Emulator::start()).unwrap();
        let time = start.elapsed();
        drop(emulator);
        time.as_secs_f64() * 1e3
    });
    let start_ms = median(starts.collect());
    Measured {
        start_ms,
        fetches: fetches(effort),
        snapshot_s: system.block_on(snapshot()),
    }
}

fn fetches(effort: Effort) -> [(usize, f64); 2] {
    let servers = [FEW, MANY].map(|users| {
        (
            users,
            Server::start(&["emulator", &users.to_string()], SERVER_CORE),
        )
    });
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..=effort.rounds {
        for turn in turns(round, servers.len()) {
            let ((_, server), rates) = (&servers[turn], &mut rates[turn]);
            let rate = wrk(&server.said[0], &server.said[1..2], effort.seconds);
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    let [few, many] = rates;
    [(FEW, median(few)), (MANY, median(many))]
}

async fn snapshot() -> (f64, f64) {
    let emulator = Emulator::start().await.unwrap();
    populate(&emulator, MANY);
    let start = Instant::now();
    let text = emulator.snapshot().to_string();
    let written = start.elapsed();
    let start = Instant::now();
    let snapshot = serde_json::from_str(&text).unwrap();
    let other = Emulator::builder()
        .snapshot(snapshot)
        .start()
        .await
        .unwrap();
    let read = start.elapsed();
    assert_eq!(other.snapshot().to_string().len(), text.len());
    (written.as_secs_f64(), read.as_secs_f64())
}

/// Creates so many users, and returns one in the middle.
fn populate(emulator: &Emulator, users: usize) -> EmulatedUser {
    let all = (0..users).map(|number| {
        let user = CreateUser::new(format!("user{number}@example.com"));
        emulator.create_user(user).unwrap()
    });
    all.collect::<Vec<_>>().swap_remove(users / 2)
}

/// Serves an emulator with so many users until the process is killed.
pub async fn serve(users: usize) {
    let emulator = Emulator::start().await.unwrap();
    let user = populate(&emulator, users);
    let (url, key) = (emulator.auth_url(), emulator.api_key());
    println!(
        "{url}/api/backend/v1/user/{} {key} {url} {}",
        user.id(),
        user.id()
    );
    std::future::pending::<()>().await;
}
