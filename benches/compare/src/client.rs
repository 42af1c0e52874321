//! Three clients that fetch one user from one emulator, in turns.

use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};

use actix_web_propelauth::{PropelAuth, api::UserMetadata, testing::DEV_PUBLIC_KEY_PEM};
use futures_util::future::{LocalBoxFuture, join_all};
use propelauth::apis::{
    configuration::Configuration,
    user_service_api::{FetchUserByIdParams, fetch_user_by_id},
};

use crate::{
    Effort,
    load::{LOAD_CORE, SERVER_CORE, Server},
    machine, turns,
};

pub const CLIENTS: [&str; 3] = ["awc", "ours", "official"];

/// How many calls are under way at a time.
const CONCURRENCY: usize = 32;

type Fetch = Rc<dyn Fn() -> LocalBoxFuture<'static, String>>;

/// What one client did in each round.
#[derive(Default)]
pub struct Measured {
    pub name: &'static str,
    pub per_second: Vec<f64>,
    pub latency_us: Vec<f64>,
    pub p99_us: Vec<f64>,
    /// Processor time of the client's process for each request.
    pub cpu_us: Vec<f64>,
}

pub fn measure(effort: Effort) -> Vec<Measured> {
    let server = Server::start(&["emulator", "1000"], SERVER_CORE);
    let [_, key, url, user_id] = &server.said[..] else {
        panic!("{:?}", server.said)
    };
    machine::stay_on(LOAD_CORE);
    let all = actix_web::rt::System::new().block_on(async {
        let ways = [
            awc(key, url, user_id),
            ours(key, url, user_id),
            official(key, url, user_id),
        ];
        let mut all = CLIENTS.map(|name| Measured {
            name,
            ..Measured::default()
        });
        for round in 0..=effort.rounds {
            for turn in turns(round, ways.len()) {
                let [per_second, latency_us, p99_us, cpu_us] =
                    drive(&ways[turn], Duration::from_secs(effort.seconds)).await;
                if round > 0 {
                    let it = &mut all[turn];
                    it.per_second.push(per_second);
                    it.latency_us.push(latency_us);
                    it.p99_us.push(p99_us);
                    it.cpu_us.push(cpu_us);
                }
            }
        }
        all
    });
    machine::stay_on(&format!("{SERVER_CORE},{LOAD_CORE}"));
    all.into()
}

/// Keeps so many calls under way for this long.
async fn drive(fetch: &Fetch, time: Duration) -> [f64; 4] {
    let latencies = Rc::new(RefCell::new(Vec::new()));
    let (start, cpu) = (Instant::now(), machine::cpu_time());
    let callers = (0..CONCURRENCY).map(|_| {
        let (fetch, latencies) = (Rc::clone(fetch), Rc::clone(&latencies));
        actix_web::rt::spawn(async move {
            while start.elapsed() < time {
                let sent = Instant::now();
                assert_eq!(fetch().await, "user500@example.com");
                latencies
                    .borrow_mut()
                    .push(sent.elapsed().as_secs_f64() * 1e6);
            }
        })
    });
    join_all(callers)
        .await
        .into_iter()
        .for_each(|caller| caller.unwrap());
    let (elapsed, cpu) = (start.elapsed().as_secs_f64(), machine::cpu_time() - cpu);
    let mut latencies = latencies.take();
    latencies.sort_by(f64::total_cmp);
    let count = latencies.len();
    [
        count as f64 / elapsed,
        latencies[count / 2],
        latencies[count * 99 / 100],
        cpu.as_secs_f64() * 1e6 / count as f64,
    ]
}

fn ours(key: &str, url: &str, user_id: &str) -> Fetch {
    let auth = PropelAuth::builder(url, key)
        .emulator()
        .verifier_key(DEV_PUBLIC_KEY_PEM)
        .build()
        .unwrap();
    let (auth, user_id) = (Rc::new(auth), user_id.to_owned());
    Rc::new(move || {
        let (auth, user_id) = (Rc::clone(&auth), user_id.clone());
        Box::pin(async move {
            auth.user()
                .fetch_user_metadata_by_user_id(user_id)
                .await
                .unwrap()
                .email
        })
    })
}

/// The same request by hand, with the same headers, read into the same type.
fn awc(key: &str, url: &str, user_id: &str) -> Fetch {
    let client = awc::Client::builder().disable_redirects().finish();
    let host = url.trim_start_matches("http://").to_owned();
    let (url, authorization) = (
        format!("{url}/api/backend/v1/user/{user_id}"),
        format!("Bearer {key}"),
    );
    Rc::new(move || {
        let request = client
            .get(&url)
            .no_decompress()
            .insert_header(("authorization", &*authorization))
            .insert_header(("x-propelauth-url", &*host))
            .insert_header(("user-agent", "by-hand"));
        Box::pin(async move {
            let mut response = request.send().await.unwrap();
            assert!(response.status().is_success());
            let body = response.body().await.unwrap();
            serde_json::from_slice::<UserMetadata>(&body).unwrap().email
        })
    })
}

/// The function that the official crate's `UserService` calls: the service itself cannot be led
/// to another address.
fn official(key: &str, url: &str, user_id: &str) -> Fetch {
    let configuration = Rc::new(Configuration {
        base_path: url.to_owned(),
        auth_hostname: url.trim_start_matches("http://").to_owned(),
        bearer_access_token: Some(key.to_owned()),
        ..Configuration::default()
    });
    let user_id = user_id.to_owned();
    Rc::new(move || {
        let (configuration, user_id) = (Rc::clone(&configuration), user_id.clone());
        Box::pin(async move {
            let params = FetchUserByIdParams {
                user_id,
                include_orgs: None,
            };
            fetch_user_by_id(&configuration, params)
                .await
                .unwrap()
                .email
        })
    })
}
