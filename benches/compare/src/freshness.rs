//! What freshness costs: the guarded app when nothing ever changed, beside the same app that knows of
//! 100,000 changes of others, and one that learns of 1,000 more each second.
//!
//! What the comparison of a generation costs by itself is too little for a clock that counts requests.
//! `benches/instructions/run` counts it.

use std::{hint::black_box, thread, time::Duration};

use actix_web_propelauth::{
    PropelAuth, UserId,
    freshness::Mark,
    testing::{self, HasAccessToken as _},
};

use crate::{
    Effort,
    growth::in_turns,
    load::{SERVER_CORE, Server, wrk},
    turns,
};

/// The servers, and what is going on in each.
pub const SERVERS: [(&str, &str); 3] = [
    ("ours_guarded", "no change"),
    ("ours_marked", "100,000 marks"),
    ("ours_changing", "and 1,000 more a second"),
];

pub struct Measured {
    /// Requests a second of each server, by round.
    pub rates: [Vec<f64>; SERVERS.len()],
    /// Nanoseconds that a token known before takes: without a mark, beside 100,000 marks of others,
    /// and with a new mark of another user before each time, less setting that mark alone.
    pub known_ns: [f64; 3],
}

pub fn measure(effort: Effort) -> Measured {
    Measured {
        rates: rates(effort),
        known_ns: known_ns(),
    }
}

fn rates(effort: Effort) -> [Vec<f64>; SERVERS.len()] {
    let (user, org) = crate::user();
    let token = [user.access_token()];
    let servers = SERVERS.map(|(name, _)| Server::start(&[name, "1"], SERVER_CORE));
    let mut rates = [const { Vec::new() }; SERVERS.len()];
    for round in 0..=effort.rounds {
        for turn in turns(round, servers.len()) {
            let url = format!("{}/{}", servers[turn].said[0], org.org_id());
            let rate = wrk(&url, &token, effort.seconds);
            // The first round warms up.
            if round > 0 {
                rates[turn].push(rate);
            }
        }
    }
    rates
}

fn known_ns() -> [f64; 3] {
    let header = format!("Bearer {}", crate::user().0.access_token());
    let (none, many) = (testing::propel_auth(), testing::propel_auth());
    mark_others(&many);
    let verify = |auth: &PropelAuth| {
        drop(
            auth.validate_access_token_and_get_user(black_box(&*header))
                .unwrap(),
        );
    };
    let ways: [&dyn Fn(); 4] = [
        &|| verify(&none),
        &|| verify(&many),
        &|| change(&many),
        &|| {
            change(&many);
            verify(&many);
        },
    ];
    let times = in_turns(&ways, 1_000);
    [times[0], times[1], times[3] - times[2]]
}

/// Marks 100,000 users who send no request.
pub fn mark_others(auth: &PropelAuth) {
    for number in 0..100_000 {
        drop(auth.mark_stale(Mark::user(&UserId::from(format!("user{number}")))));
    }
}

/// Marks one more, 1,000 times a second, until the process ends.
pub fn keep_changing(auth: PropelAuth) {
    thread::spawn(move || {
        loop {
            change(&auth);
            thread::sleep(Duration::from_millis(1));
        }
    });
}

fn change(auth: &PropelAuth) {
    drop(auth.mark_stale(Mark::user(&UserId::from("stranger"))));
}
