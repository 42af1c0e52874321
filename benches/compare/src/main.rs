//! Loads each peer in turn, round after round, and prints medians and ratios.
//!
//! ```text
//! cargo run --release --manifest-path benches/compare/Cargo.toml
//! ```
//!
//! Needs `wrk` on the PATH. `-- --rounds N --seconds S` sets how long it takes.

mod cold;
mod peers;
mod report;

use std::{
    collections::BTreeMap,
    env,
    net::TcpListener,
    process::{Child, Command},
    time::Duration,
};

use actix_web_propelauth::testing::{AccessToken, TestOrg, TestUser};
use serde_json::json;

/// A token of 1.7 KB with two organizations.
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

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn option(name: &str, default: u64) -> u64 {
    let mut args = env::args().skip_while(|arg| arg != name);
    args.nth(1).and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Requests a second that `wrk` gets out of a server.
fn load(url: &str, token: &str, seconds: u64) -> f64 {
    let output = Command::new("wrk")
        .args(["-t1", "-c32", &format!("-d{seconds}s"), "-H"])
        .arg(format!("Authorization: Bearer {token}"))
        .arg(url)
        .output()
        .expect("wrk must be on the PATH: apt-get install wrk");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{url}: {text}");
    let line = text.lines().find(|line| line.starts_with("Requests/sec:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).expect("wrk's summary")
}

struct Server(Child, String);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn start(peer: &str, org_id: &str) -> Server {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new(env::current_exe().unwrap())
        .args(["serve", peer, &port.to_string()])
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    Server(child, format!("http://127.0.0.1:{port}/{org_id}"))
}

fn main() {
    let args: Vec<String> = env::args().collect();
    if let [_, verb, peer, port] = &args[..]
        && verb == "serve"
    {
        let listener = TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
        let system = actix_web::rt::System::new();
        return system.block_on(peers::serve(peer, listener, 1)).unwrap();
    }
    let (rounds, seconds) = (option("--rounds", 5), option("--seconds", 3));
    let (user, org) = user();
    let token = user.access_token();
    println!("a token of {} bytes, 1 worker, 32 connections, {rounds} rounds of {seconds} s\n", token.len());

    let servers: Vec<_> = peers::PEERS.iter().map(|peer| (*peer, start(peer, org.org_id()))).collect();
    let mut results: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for round in 0..=rounds {
        for (peer, server) in &servers {
            let rate = load(&server.1, &token, seconds);
            // The first round warms up.
            if round > 0 {
                results.entry(peer).or_default().push(rate);
            }
        }
    }
    drop(servers);
    report::print(&results, cold::measure(&user));
}
