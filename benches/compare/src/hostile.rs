//! What legitimate users keep of their throughput while the other half of all requests is hostile.
//!
//! Users with a token that is known, and beside them as many connections of others, to one worker.
//! What the others send changes, and nothing else; the baseline is the others without a token,
//! whom the same service refuses as cheaply as can be. Two loads:
//!
//! - `paced`: everyone pauses for a millisecond after each answer, as users do, so that users and
//!   others send as many requests each, and the service has not more to do than it can. This is
//!   "half of all requests".
//! - `saturated`: nobody pauses, so that the worker is always busy and what the others cost would be
//!   taken from the users, if a token that is new did not let known users go first. The others wait
//!   instead: their rate is printed beside that of the users.

use actix_web_propelauth::testing::{HasAccessToken as _, TestUser};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    Effort,
    load::{Clients, SERVER_CORE, Server, bearer},
    turns,
};

/// How many connections the users have, and how many the others.
const CONNECTIONS: usize = 16;

/// How many different tokens the others have. Those that are valid are too many for the cache.
const TOKENS: usize = 2_000;

/// What the others send.
pub struct Side {
    pub name: &'static str,
    headers: Vec<String>,
}

#[derive(Default)]
pub struct Rates {
    pub users: Vec<f64>,
    pub others: Vec<f64>,
}

type RatioOf = fn(&str) -> Option<(&'static str, &'static str)>;

pub struct Measured {
    pub name: String,
    pub sides: Vec<(Side, Rates)>,
    /// What the ratio of a side is called in the report, and to which side it is, if it has one.
    pub ratio_of: RatioOf,
}

impl Measured {
    pub fn users_beside(&self, name: &str) -> &[f64] {
        let side = self.sides.iter().find(|(side, _)| side.name == name);
        side.map_or(&[], |(_, rates)| &rates.users)
    }
}

/// Measures both loads.
pub fn measure(effort: Effort) -> [Measured; 2] {
    let forged: Vec<_> = (0..TOKENS).map(forged).collect();
    [
        load(effort, "paced", 1, &forged, |side| match side {
            "forged" => Some(("hostile_forged_vs_no_token_paced", "no token")),
            "dear headers" => Some(("hostile_headers_vs_no_token_paced", "no token")),
            _ => None,
        }),
        load(effort, "saturated", 0, &forged, |side| match side {
            "forged" => Some(("hostile_forged_vs_no_token_saturated", "no token")),
            "dear headers" => Some(("hostile_headers_vs_no_token_saturated", "no token")),
            "long headers" => Some(("hostile_long_headers_vs_others_saturated", "long others")),
            _ => None,
        }),
    ]
}

fn load(
    effort: Effort,
    name: &str,
    pause_ms: u64,
    forged: &[String],
    ratio_of: RatioOf,
) -> Measured {
    let (user, org) = crate::user();
    let users = [bearer(&user.access_token())];
    let server = Server::start(&["ours_small", "1"], SERVER_CORE);
    let url = format!("{}/{}", server.said[0], org.org_id());
    let mut sides: Vec<_> = sides(forged)
        .into_iter()
        .map(|side| (side, Rates::default()))
        .collect();
    for round in 0..=effort.rounds {
        for turn in turns(round, sides.len()) {
            let (side, rates) = &mut sides[turn];
            let start = |name, headers: &[String]| {
                Clients::start(name, &url, headers, CONNECTIONS, pause_ms, effort.seconds)
            };
            let (users, others) = (start("users", &users), start("others", &side.headers));
            let (users, others) = (users.finish(), others.finish());
            // The first round warms up.
            if round > 0 {
                rates.users.push(users);
                rates.others.push(others);
            }
        }
    }
    Measured {
        name: format!("{name}: {CONNECTIONS} connections of users, {CONNECTIONS} of others"),
        sides,
        ratio_of,
    }
}

fn sides(forged: &[String]) -> Vec<Side> {
    let side = |name, headers| Side { name, headers };
    let valid = (0..TOKENS).map(|number| bearer(&other(number).access_token()));
    vec![
        side("no token", vec!["X-Nothing: here".to_owned()]),
        side("new users", valid.collect()),
        side("forged", forged.to_vec()),
        side("dear headers", vec![with_header(500); 2]),
        side(
            "long others",
            vec![format!("X-Nothing: {}", "x".repeat(15_000))],
        ),
        side("long headers", vec![with_header(10_000); 2]),
    ]
}

fn other(number: usize) -> TestUser {
    TestUser::new(format!("user{number}@example.com"))
}

/// Everything is right but the signature, and each is another.
fn forged(number: usize) -> String {
    let token = other(number).access_token();
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    let signature = number.to_be_bytes().repeat(32);
    bearer(&format!(
        "{signing_input}.{}",
        URL_SAFE_NO_PAD.encode(signature)
    ))
}

/// A header of many tiny objects, the dearest to read of those of its length.
fn with_header(len: usize) -> String {
    let objects = r#"{"a":0,"b":0},"#.repeat(len / 14);
    let header = format!(r#"{{"alg":"RS256","x":[{objects}0]}}"#);
    let token = other(0).access_token();
    let (_, rest) = token.split_once('.').unwrap();
    bearer(&format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header)))
}
