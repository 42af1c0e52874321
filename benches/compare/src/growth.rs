//! How cost grows: with the organizations in a token, the number of tokens, and the workers.

use std::{cell::RefCell, hint::black_box, time::Instant};

use actix_web::{
    Error, HttpMessage as _,
    dev::{Service, ServiceRequest, ServiceResponse, Transform as _},
    test::{TestRequest, ok_service},
};
use actix_web_propelauth::{
    InOrgWithRole, org_id,
    testing::{self, HasAccessToken as _, TestOrg, TestUser},
};
use futures_util::FutureExt as _;

use crate::{
    Effort,
    load::{Server, wrk},
    median,
};

const ORGS: [usize; 6] = [1, 2, 10, 50, 100, 200];
const TOKENS: [usize; 4] = [1, 100, 1_000, 5_000];

/// One point: how much there was of what grows, and what came of it.
pub type Point = (usize, f64);

pub struct Measured {
    /// Nanoseconds that a guard takes, by organizations of a user who is known.
    pub guard_ns: Vec<Point>,
    /// Microseconds that a token known before takes, by organizations, and its length in bytes.
    pub warm_us: Vec<(usize, f64, usize)>,
    /// Requests a second by the number of tokens that take turns.
    pub by_tokens: Vec<Point>,
    /// Requests a second by workers, bare and ours.
    pub by_workers: Vec<(usize, f64, f64)>,
}

pub fn measure(effort: Effort) -> Measured {
    let users = ORGS.map(user_in);
    Measured {
        guard_ns: guard(&users),
        warm_us: warm(&users),
        by_tokens: by_tokens(effort),
        by_workers: by_workers(effort),
    }
}

fn user_in(orgs: usize) -> (usize, TestUser, TestOrg) {
    let last = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let others = (1..orgs).map(|number| TestOrg::new(format!("Org {number}")));
    let user = others.fold(TestUser::new("alice@example.com"), |user, org| {
        user.in_org(&org, "Member")
    });
    (orgs, user.in_org(&last, "Admin"), last)
}

/// Times each way in turns, and returns the median nanoseconds of each.
pub fn in_turns(ways: &[impl Fn()], calls: u32) -> Vec<f64> {
    let mut times = vec![Vec::new(); ways.len()];
    for _ in 0..200 {
        for (way, times) in ways.iter().zip(&mut times) {
            let start = Instant::now();
            (0..calls).for_each(|_| way());
            times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(calls));
        }
    }
    times.into_iter().map(median).collect()
}

/// Times a guard around a service that answers at once, less that service.
fn guard(users: &[(usize, TestUser, TestOrg)]) -> Vec<Point> {
    let (_, user, org) = &users[0];
    let mut ways = vec![through(ok_service(), user, org)];
    for (_, user, org) in users {
        let guard = InOrgWithRole::new("Admin", org_id::path("org_id"));
        let guarded = guard.new_transform(ok_service()).now_or_never();
        ways.push(through(guarded.unwrap().unwrap(), user, org));
    }
    let times = in_turns(&ways, 2_000);
    let guards = times.iter().skip(1).map(|time| time - times[0]);
    users.iter().map(|it| it.0).zip(guards).collect()
}

/// Sends the same request through a service again and again.
fn through<B: 'static>(
    service: impl Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    user: &TestUser,
    org: &TestOrg,
) -> Box<dyn Fn()> {
    let request = TestRequest::default().param("org_id", org.org_id().to_string());
    let request = request.to_http_request();
    request.extensions_mut().insert(user.user());
    let request = RefCell::new(Some(request));
    Box::new(move || {
        let next = ServiceRequest::from_request(request.take().unwrap());
        let answer = service.call(next).now_or_never().unwrap().unwrap();
        assert!(answer.status().is_success());
        request.replace(Some(answer.into_parts().0));
    })
}

fn warm(users: &[(usize, TestUser, TestOrg)]) -> Vec<(usize, f64, usize)> {
    let auth = testing::propel_auth_builder()
        .token_cache_bytes(64 << 20)
        .max_token_len(1 << 20)
        .build()
        .unwrap();
    let headers = users
        .iter()
        .map(|(_, user, _)| format!("Bearer {}", user.access_token()));
    let headers: Vec<_> = headers.collect();
    let ways: Vec<_> = headers
        .iter()
        .map(|header| {
            || {
                drop(
                    auth.validate_access_token_and_get_user(black_box(&**header))
                        .unwrap(),
                )
            }
        })
        .collect();
    let times = in_turns(&ways, 100);
    let points = users.iter().zip(&headers).zip(times);
    points
        .map(|(((orgs, ..), header), time)| (*orgs, time / 1e3, header.len()))
        .collect()
}

fn by_tokens(effort: Effort) -> Vec<Point> {
    let server = Server::start(&["ours", "1"], "0");
    let acme = TestOrg::new("Acme Inc");
    let url = format!("{}/{}", server.said[0], acme.org_id());
    let point = |count: usize| {
        let users = (0..count).map(|number| {
            TestUser::new(format!("user{number}@example.com")).in_org(&acme, "Admin")
        });
        // Two at least, so that all points have the costs of a scripted load generator.
        let tokens: Vec<_> = users
            .map(|user| user.access_token())
            .cycle()
            .take(count.max(2))
            .collect();
        wrk(&url, &tokens, 1);
        (
            count,
            median(
                (0..effort.rounds)
                    .map(|_| wrk(&url, &tokens, effort.seconds))
                    .collect(),
            ),
        )
    };
    TOKENS.into_iter().map(point).collect()
}

fn by_workers(effort: Effort) -> Vec<(usize, f64, f64)> {
    let (user, org) = crate::user();
    let token = [user.access_token()];
    let rates = |workers: usize| {
        let servers =
            ["bare", "ours"].map(|peer| Server::start(&[peer, &workers.to_string()], "0,1"));
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..effort.rounds {
            for (server, rates) in servers.iter().zip(&mut rates) {
                rates.push(wrk(
                    &format!("{}/{}", server.said[0], org.org_id()),
                    &token,
                    effort.seconds,
                ));
            }
        }
        let [bare, ours] = rates;
        (workers, median(bare), median(ours))
    };
    [1, 2, 4].into_iter().map(rates).collect()
}
