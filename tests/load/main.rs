//! No request is ever answered as another's user: 200,000 of them, pipelined on kept connections
//! to four workers, with clients that give up and handlers that panic in between.
//!
//! A program of its own, as it fills the machine and the hook for panics is the process's.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod connection;
mod people;
mod service;

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use actix_web_propelauth::testing::propel_auth_builder;

use self::{
    connection::Connection,
    people::{PEOPLE, Person, people},
    service::{Service, WORKERS, silence_wanted_panics},
};

const REQUESTS: usize = 200_000;
const CLIENTS: usize = 20;
const REQUESTS_PER_CLIENT: usize = REQUESTS / CLIENTS;

/// As many as actix-web answers on one connection without waiting.
const PIPELINED: usize = 16;

/// An interlude follows every so many batches.
const BATCHES_PER_INTERLUDE: usize = 25;
const INTERLUDES: usize = CLIENTS * REQUESTS_PER_CLIENT / PIPELINED / BATCHES_PER_INTERLUDE;

/// Somewhat less than the tokens take up, so that they are both found and pushed out.
const CACHE_BYTES: u64 = 768 * 1024;

/// Whatever has not been answered by then never will be.
const DEADLINE: Duration = Duration::from_secs(300);

/// What is asked, and by whom.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Own,
    Slow,
    OwnOrg,
    OtherOrg,
    NoToken,
    Forged,
    Anyone,
    AnyoneWithoutToken,
    AnyoneForged,
}

/// Each twenty requests are these, in an order that moves on.
const KINDS: [(Kind, usize); 9] = [
    (Kind::Own, 8),
    (Kind::Slow, 1),
    (Kind::OwnOrg, 3),
    (Kind::OtherOrg, 1),
    (Kind::NoToken, 2),
    (Kind::Forged, 1),
    (Kind::Anyone, 2),
    (Kind::AnyoneWithoutToken, 1),
    (Kind::AnyoneForged, 1),
];

/// What happens between batches. The connection does not survive it.
const INTERLUDE_KINDS: [&str; 4] = [
    "panic",
    "closed before reading",
    "closed within a head",
    "closed within a body",
];

fn kind(number: usize) -> usize {
    let mut slot = (number + number / 20 * 7) % 20;
    for (kind, (_, count)) in KINDS.iter().enumerate() {
        match slot.checked_sub(*count) {
            Some(rest) => slot = rest,
            None => return kind,
        }
    }
    unreachable!("the kinds add up to twenty")
}

/// Whose turn it is, in no order that is seen.
fn person(number: usize) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % PEOPLE
}

/// A client, with what it saw.
struct Client<'p> {
    addr: SocketAddr,
    people: &'p [Person],
    connection: Connection,
    answered: [usize; KINDS.len()],
    interludes: [usize; INTERLUDE_KINDS.len()],
}

impl Client<'_> {
    fn run(&mut self, client: usize, deadline: Instant) {
        let first = client * REQUESTS_PER_CLIENT;
        let numbers: Vec<usize> = (first..first + REQUESTS_PER_CLIENT).collect();
        for (batch, numbers) in numbers.chunks(PIPELINED).enumerate() {
            assert!(Instant::now() < deadline, "not done within {DEADLINE:?}");
            let requests: String = numbers.iter().map(|number| self.request(*number)).collect();
            self.connection.send(&requests);
            for number in numbers {
                self.check(*number);
            }
            if batch % BATCHES_PER_INTERLUDE == BATCHES_PER_INTERLUDE - 1 {
                let which = (batch / BATCHES_PER_INTERLUDE + client) % INTERLUDE_KINDS.len();
                self.interlude(which, numbers[0]);
                self.interludes[which] += 1;
                self.connection = Connection::open(self.addr);
            }
        }
    }

    fn request(&self, number: usize) -> String {
        let whose = person(number);
        let person = &self.people[whose];
        let (path, authorization) = match KINDS[kind(number)].0 {
            Kind::Own => ("/me", &*person.token),
            Kind::Slow => ("/slow", &*person.token),
            Kind::OwnOrg => (&*format!("/orgs/{}", person.org_id), &*person.token),
            Kind::OtherOrg => {
                let other = &self.people[(whose + 1) % PEOPLE];
                (&*format!("/orgs/{}", other.org_id), &*person.token)
            }
            Kind::NoToken => ("/me", ""),
            Kind::Forged => ("/me", &*person.forged),
            Kind::Anyone => ("/anyone", &*person.token),
            Kind::AnyoneWithoutToken => ("/anyone", ""),
            Kind::AnyoneForged => ("/anyone", &*person.forged),
        };
        get(path, number, authorization)
    }

    fn check(&mut self, number: usize) {
        const UNAUTHORIZED: &str = r#"{"title":"Unauthorized","status":401}"#;
        const FORBIDDEN: &str = r#"{"title":"Forbidden","status":403}"#;

        let which = kind(number);
        let kind = KINDS[which].0;
        let Person {
            email, membership, ..
        } = &self.people[person(number)];
        let (status, body) = match kind {
            Kind::Own | Kind::Anyone => (200, format!("{number} {email}")),
            Kind::Slow => (200, format!("{number} {email} {email}")),
            Kind::OwnOrg => (200, format!("{number} {email} {membership}")),
            Kind::OtherOrg => (403, FORBIDDEN.to_owned()),
            Kind::NoToken | Kind::Forged => (401, UNAUTHORIZED.to_owned()),
            Kind::AnyoneWithoutToken | Kind::AnyoneForged => (200, format!("{number} nobody")),
        };
        let reply = self.connection.receive();
        assert_eq!(
            reply,
            Some((status, body)),
            "{kind:?}, request {number} of {email}"
        );
        self.answered[which] += 1;
    }

    fn interlude(&mut self, which: usize, number: usize) {
        let token = &*self.people[person(number)].token;
        match which {
            0 => {
                let (panics, next) = (get("/panic", number, token), get("/me", number, token));
                self.connection.send(&(panics + &next));
                assert_eq!(self.connection.receive(), None, "the handler panicked");
            }
            1 => self.connection.send(&get("/given-up", number, token)),
            2 => self.connection.send(get("/me", number, token).trim_end()),
            _ => {
                let body = format!("content-length: 100\r\n{token}");
                let body = get("/given-up", number, &body) + "half of a body";
                self.connection.send(&body.replace("GET", "POST"));
            }
        }
    }
}

fn get(path: &str, number: usize, headers: &str) -> String {
    let mut request = String::with_capacity(8 * 1024);
    let _ = write!(
        request,
        "GET {path}?{number} HTTP/1.1\r\nhost: x\r\n{headers}\r\n"
    );
    request
}

#[test]
fn under_load_every_answer_is_for_the_user_of_its_token() {
    silence_wanted_panics();
    let auth = propel_auth_builder()
        .token_cache_bytes(CACHE_BYTES)
        .build()
        .unwrap();
    let service = Service::start(&auth);
    let (addr, people) = (service.addr, people());
    let start = Instant::now();
    let mut answered = [0; KINDS.len()];
    let mut interludes = [0; INTERLUDE_KINDS.len()];
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let mut client = Client {
                    addr,
                    people: &people,
                    connection: Connection::open(addr),
                    answered: [0; KINDS.len()],
                    interludes: [0; INTERLUDE_KINDS.len()],
                };
                scope.spawn(move || {
                    client.run(number, start + DEADLINE);
                    (client.answered, client.interludes)
                })
            })
            .collect();
        for client in clients {
            let (requests, breaks) = client.join().unwrap();
            for (sum, count) in answered.iter_mut().zip(requests) {
                *sum += count;
            }
            for (sum, count) in interludes.iter_mut().zip(breaks) {
                *sum += count;
            }
        }
    });
    let (took, stats) = (start.elapsed(), auth.token_cache_stats());
    let ran = std::sync::Arc::clone(&service.ran);
    service.stop();

    let by_kind: Vec<_> = KINDS.iter().map(|(kind, _)| kind).zip(answered).collect();
    let breaks: Vec<_> = INTERLUDE_KINDS.iter().zip(interludes).collect();
    println!(
        "{REQUESTS} requests of {PEOPLE} users by {CLIENTS} clients to {WORKERS} workers in \
         {took:.1?}: {by_kind:?}, {breaks:?}, {} verified, {stats:?}, {ran:?}",
        auth.verification_count()
    );

    assert_eq!(answered, KINDS.map(|(_, count)| REQUESTS / 20 * count));
    assert_eq!(interludes, [INTERLUDES / INTERLUDE_KINDS.len(); 4]);
    // Each handler ran as often as it should have, and never for nobody.
    let count_of = |kinds: &[Kind]| {
        let counts = KINDS.iter().filter(|(kind, _)| kinds.contains(kind));
        REQUESTS / 20 * counts.map(|(_, count)| count).sum::<usize>()
    };
    let anyone = [Kind::Anyone, Kind::AnyoneWithoutToken, Kind::AnyoneForged];
    for (name, counter, expected) in [
        ("me", &ran.me, count_of(&[Kind::Own])),
        ("slow", &ran.slow, count_of(&[Kind::Slow])),
        ("org", &ran.org, count_of(&[Kind::OwnOrg])),
        ("anyone", &ran.anyone, count_of(&anyone)),
        ("panic", &ran.panics, interludes[0]),
        ("nobody", &ran.without_one_user, 0),
    ] {
        assert_eq!(counter.load(Ordering::SeqCst), expected, "{name}");
    }
    assert!(ran.given_up.load(Ordering::SeqCst) > 0);
    assert!(stats.hits > 0 && stats.evictions > 0, "{stats:?}");
}
