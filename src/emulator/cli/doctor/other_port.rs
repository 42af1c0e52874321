//! The search for a service that is not where it was looked for.

use url::Url;

use super::http::{Failure, get};
use crate::access::is_loopback;

/// The variables that services read their port or address from.
const VARIABLES: [&str; 10] = [
    "PORT",
    "HTTP_PORT",
    "SERVER_PORT",
    "APP_PORT",
    "LISTEN",
    "LISTEN_ADDR",
    "BIND",
    "BIND_ADDR",
    "BIND_ADDRESS",
    "SERVER_ADDR",
];

/// The ports that development servers usually have.
const USUAL: [u16; 10] = [8080, 8000, 3000, 8081, 5000, 8888, 3001, 4000, 8001, 9000];

/// Returns the host and port where a service responds that was expected at a URL, if there is one:
/// anything on a port that a variable names, or this crate on a usual port of this machine.
pub(super) async fn find(expected: &Url) -> Option<String> {
    let named = VARIABLES.iter().filter_map(|name| {
        let value = std::env::var(name).ok()?;
        value.rsplit(':').next()?.trim().parse::<u16>().ok()
    });
    let named: Vec<u16> = named.collect();
    let usual = USUAL.into_iter().filter(|_| is_loopback(expected));
    let ports = named.iter().copied().chain(usual);
    for port in ports.filter(|port| Some(*port) != expected.port_or_known_default()) {
        let mut url = expected.clone();
        if url.set_port(Some(port)).is_err() {
            continue;
        }
        let is_named = named.contains(&port);
        match get(&url, &[]).await {
            Ok(response) if is_named || response.has_bearer_challenge() => {
                return Some(format!("{}:{port}", url.host_str()?));
            }
            Ok(_) | Err(Failure::Connect(_) | Failure::Silent | Failure::Closed(_)) => {}
        }
    }
    None
}
