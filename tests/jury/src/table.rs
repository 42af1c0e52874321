//! The table of tokens that we accept and another juror refuses, `accepted.json`: who refuses, what
//! they say, what holds of the token, and why we accept it.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{NOW, families::Case};

pub(crate) struct Entry {
    pub(crate) juror: String,
    /// What the juror's reason begins with.
    pub(crate) says: String,
    /// The name of what holds of the token, one of `holds`.
    pub(crate) when: String,
    pub(crate) why: String,
    pub(crate) used: AtomicU64,
}

/// Reads the table.
pub(crate) fn entries() -> Vec<Entry> {
    let table: Vec<Value> = serde_json::from_str(include_str!("../accepted.json")).unwrap();
    let entry = |entry: Value| {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        for name in ["juror", "says", "when", "why", "rfc"] {
            assert!(!text(name).is_empty(), "an entry without {name:?}: {entry}");
        }
        Entry {
            juror: text("juror"),
            says: text("says"),
            when: text("when"),
            why: text("why"),
            used: AtomicU64::new(0),
        }
    };
    table.into_iter().map(entry).collect()
}

/// Finds the entry for a token that we accepted and a juror refused.
pub(crate) fn find<'e>(
    entries: &'e [Entry],
    juror: &str,
    reason: &str,
    case: &Case,
) -> Option<&'e Entry> {
    let fits = |entry: &&Entry| {
        entry.juror == juror && reason.starts_with(&entry.says) && holds(&entry.when, case)
    };
    let entry = entries.iter().find(fits)?;
    entry.used.fetch_add(1, Ordering::Relaxed);
    Some(entry)
}

/// Tells whether something holds of a token, which is one that we accept.
fn holds(when: &str, case: &Case) -> bool {
    let segment = |at: usize| -> Option<Value> {
        let json = URL_SAFE_NO_PAD
            .decode(case.token.split('.').nth(at)?)
            .ok()?;
        serde_json::from_slice(&json).ok()
    };
    let (Some(header), Some(claims)) = (segment(0), segment(1)) else {
        return false;
    };
    let now = NOW as f64;
    let time = |name: &str| claims[name].as_f64();
    match when {
        "iat is in the future" => time("iat").is_some_and(|iat| iat > now),
        "exp is a fraction of a second ahead" => {
            time("exp").is_some_and(|exp| exp > now && exp.floor() <= now)
        }
        "nbf is between the system's clock and the jury's" => {
            time("nbf").is_some_and(|nbf| nbf <= now && nbf > system_time())
        }
        "nbf is below zero" => time("nbf").is_some_and(|nbf| nbf < 0.0),
        "the header has a member that we do not follow" => {
            let names = [
                "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "cty", "url", "nonce",
            ];
            names.iter().any(|name| header.get(name).is_some())
        }
        _ => panic!("the table says {when:?}, which nothing here tells"),
    }
}

fn system_time() -> f64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    since.as_secs_f64()
}
