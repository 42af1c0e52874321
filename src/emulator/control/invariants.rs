//! Properties of the emulator's responses that hold for any request. Property tests and fuzz targets share them.

// A property that does not hold panics.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::cell::RefCell;

use actix_web::{
    FromRequest as _,
    http::{Method, Uri, header::HeaderName, header::HeaderValue},
    rt::Runtime,
    test::TestRequest,
    web,
};
use serde_json::{Value, json};

use super::{builder::PAGES, commands};
use crate::{
    LoginMethod,
    emulator::{
        http::{Shared, answer},
        seed::{Given, Seed},
        state::{Clock, NewSession, Project, Store},
    },
    words::ids::UserId,
};

/// The integration API key.
pub(crate) const KEY: &str = "emulator-integration-api-key";
pub(crate) const ALICE: &str = "31c41c16-c281-44ae-9602-8a047e3bf33d";
pub(crate) const BOB: &str = "5a2b0d8e-4a3c-4f1e-9a51-0c8f3f0b7d11";
pub(crate) const ACME: &str = "7d0f3c54-9f0e-4f65-8a0b-2f6f0d1c9e77";
/// Stands for the refresh token of a session of alice.
pub(crate) const SESSION: &str = "SESSION";
const NOW: i64 = 2_000_000_000;

/// What a request may be answered with. A 500 is never right.
const STATUSES: [u16; 19] = [
    200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415, 426, 429, 431, 501,
];

/// What a request that is refused may change: the log of who was active, and the attempts at a second factor.
const MAY_CHANGE: [&str; 3] = ["entrance", "history", "mfa"];

/// What it may change of a user: wrong passwords and codes are counted, and lock the account.
const COUNTED: [(&str, &str); 4] = [
    ("account", "failed_logins"),
    ("account", "wrong_codes"),
    ("account", "codes_locked_until"),
    ("metadata", "locked"),
];

/// Returns the part of a state that no refused request may change.
fn kept(mut state: Value) -> Value {
    let areas = state.as_object_mut().unwrap();
    areas.retain(|area, _| !MAY_CHANGE.contains(&area.as_str()));
    for user in areas["users"].as_object_mut().unwrap().values_mut() {
        for (part, counter) in COUNTED {
            user[part].as_object_mut().unwrap().remove(counter);
        }
    }
    state
}

thread_local! {
    static RUNTIME: Runtime = Runtime::new().unwrap();
    /// The emulator of the last request, if that changed nothing.
    static UNCHANGED: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// A request line, header lines, an empty line and a body. It is answered with one of the known statuses, and
/// changes nothing if that is an error. Returns whether it was accepted.
///
/// `SESSION` in a header or the body stands for the session of a user who is logged in.
#[must_use]
pub fn emulator_request(input: &[u8]) -> bool {
    let end = input.windows(2).position(|two| two == b"\n\n");
    let (head, body) = match end {
        Some(end) => (input.get(..end).unwrap(), input.get(end + 2..).unwrap()),
        None => (input, &b""[..]),
    };
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap_or_default();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let request = Request {
        method,
        target,
        headers: headers.collect(),
        body,
    };
    request.status().is_some_and(|status| status < 400)
}

/// A request, of which no part has to be valid.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: &'a [u8],
}

impl Request<'_> {
    /// Sends the request to an emulator with a few users, checks the response, and returns its status, or `None`
    /// if this is no request of HTTP.
    pub(crate) fn status(&self) -> Option<u16> {
        let world = UNCHANGED.take().unwrap_or_else(World::new);
        let (request, mut payload) = self.parse(&world)?.to_http_parts();
        let before = world.state();
        let status = RUNTIME.with(|runtime| {
            runtime.block_on(async {
                let payload = web::Payload::from_request(&request, &mut payload).await;
                let shared = world.shared.clone();
                answer(shared, request, payload.unwrap()).await.status()
            })
        });
        let status = status.as_u16();
        assert!(STATUSES.contains(&status), "{status} to {self:?}");
        let after = world.state();
        if status >= 400 && after != before {
            let (was, is) = (kept(before.clone()), kept(after.clone()));
            for (area, is) in is.as_object().unwrap() {
                let was = &was[area];
                assert!(
                    was == is,
                    "{status} to {self:?} changed {area}: {was} is {is}"
                );
            }
        }
        // What is changed beside the state, such as faults and the clock, is the emulator's own.
        let is_own = self.target.contains("propelauth-dev") || self.target.contains("dashboard");
        if after == before && !(is_own && status < 400) {
            UNCHANGED.set(Some(world));
        }
        Some(status)
    }

    fn parse(&self, world: &World) -> Option<TestRequest> {
        let uri = Uri::try_from(self.target).ok()?;
        let uri = uri
            .path_and_query()
            .filter(|it| it.as_str().starts_with('/'))?;
        let mut request = TestRequest::default()
            .method(Method::from_bytes(self.method.as_bytes()).ok()?)
            .uri(uri.as_str());
        for (name, value) in &self.headers {
            let value = value.replace(SESSION, &world.session);
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_bytes(value.as_bytes()),
            ) {
                request = request.append_header((name, value));
            }
        }
        let body = match std::str::from_utf8(self.body) {
            Ok(text) => text.replace(SESSION, &world.session).into_bytes(),
            Err(_) => self.body.to_vec(),
        };
        Some(request.set_payload(body))
    }
}

/// An emulator without a socket: alice owns an organization in which bob is a member, and is logged in.
pub(super) struct World {
    pub(super) shared: web::Data<Shared>,
    session: String,
}

impl World {
    pub(super) fn new() -> Self {
        let url = "http://127.0.0.1:9100";
        let mut store = Store {
            project: Project {
                auth_url: url.to_owned(),
                issuer: url.to_owned(),
                clock: Clock::new(|| NOW),
                ..Project::default()
            },
            ..Store::default()
        };
        let seed = json!({
            "users": [
                { "email": "alice@example.com", "user_id": ALICE, "email_confirmed": true,
                  "password": "alice-password" },
                { "email": "bob@example.com", "user_id": BOB },
            ],
            "orgs": [{ "name": "Acme Inc", "org_id": ACME, "members": [
                { "email": "alice@example.com", "role": "Owner" },
                { "email": "bob@example.com", "role": "Member" },
            ] }],
        });
        let seed = Seed::from(seed).apply(&mut store, &mut Given::default());
        seed.map_err(|mistakes| mistakes.to_string()).unwrap();
        store.start_activity_log();
        let session = store.open_session(NewSession {
            user_id: UserId::from(ALICE.to_owned()),
            login_method: LoginMethod::Password,
            skips_second_factor: false,
        });
        let session = session.unwrap().expose().to_owned();
        Self {
            shared: web::Data::new(Shared::new(store, KEY.into(), commands::answer, PAGES)),
            session,
        }
    }

    fn state(&self) -> Value {
        self.shared.lock_store().snapshot()
    }
}
