//! Requests that wait for a verifier key: how long, for what, and what becomes of it when they do
//! not wait any longer.

use std::{
    net::TcpListener,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::StatusCode,
    rt::time::{sleep, timeout},
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InOrg, PropelAuth,
    emulator::Emulator,
    org_id,
    testing::{
        HasAccessToken as _, TestOrg, TestRequestExt as _, TestUser, propel_auth,
        propel_auth_builder,
    },
};
use futures_util::{FutureExt as _, future::join_all};
use serde_json::json;

use crate::{
    a_canary::{KEY, watch},
    fixtures::server::{Server, get},
    fixtures::{Logs, whoami},
};

const TIMEOUT: Duration = Duration::from_millis(1500);

/// A PropelAuth that takes connections and never answers.
fn silent() -> (TcpListener, String) {
    watch();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn lazy(url: &str) -> PropelAuth {
    PropelAuth::builder(url, KEY)
        .emulator()
        .request_timeout(TIMEOUT)
        .attempt_timeout(TIMEOUT)
        .build_lazy()
        .unwrap()
}

#[actix_web::test]
async fn all_who_wait_for_one_fetch_are_answered_when_it_ends() {
    let (_listener, url) = silent();
    let auth = lazy(&url);
    let app = App::new().route("/", web::get().to(whoami));
    let app = init_service(app.wrap(auth.require_user())).await;
    let alice = TestUser::new("alice@example.com");
    let ask = |token: Option<&'static str>| {
        let request = TestRequest::get();
        let request = match token {
            Some(token) => request.insert_header(("authorization", token)),
            None => request.as_user(&alice),
        };
        let app = &app;
        async move {
            let start = Instant::now();
            let answer = call_service(app, request.to_request()).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(answer.headers().contains_key("retry-after"));
            start.elapsed()
        }
    };
    let tokens = [None, Some("Bearer a.b.c")];
    let waited = join_all((0..12).map(|n| ask(tokens[n % 2]))).await;
    for time in waited {
        assert!(time < TIMEOUT * 4 / 3, "{time:?}");
    }
    // Who comes later does not wait for another one at once.
    let late = ask(None).await;
    assert!(late < TIMEOUT / 3, "{late:?}");
}

#[actix_web::test]
async fn on_four_workers_nobody_waits_longer_than_one_timeout() {
    let (_listener, url) = silent();
    let auth = lazy(&url);
    let server = Server::start(&auth, 4, |app| {
        app.route("/", web::get().to(whoami));
    });
    let token = TestUser::new("alice@example.com").access_token();
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let start = Instant::now();
                assert_eq!(server.exchange(get("/", Some(&token))).status, 503);
                let waited = start.elapsed();
                assert!(waited < TIMEOUT * 4 / 3, "{waited:?}");
            });
        }
    });
}

#[actix_web::test]
async fn a_token_that_is_new_lets_ready_requests_of_known_users_go_first() {
    let auth = propel_auth();
    let app = App::new().route("/", web::get().to(whoami));
    let app = init_service(app.wrap(auth.require_user())).await;
    let (known, new) = (TestUser::new("a@b.c"), TestUser::new("d@e.f"));
    let token = known.access_token();
    let ask = |token: &str| {
        let header = ("authorization", format!("Bearer {token}"));
        call_service(&app, TestRequest::get().insert_header(header).to_request())
    };
    assert_eq!(ask(&token).await.status(), StatusCode::OK);
    assert_eq!(auth.verification_count(), 1);
    for other in [new.access_token(), format!("{}x", new.access_token())] {
        let mut waits = pin!(ask(&other));
        assert!((&mut waits).now_or_never().is_none(), "it goes at once");
        let goes = ask(&token).now_or_never();
        assert_eq!(goes.unwrap().status(), StatusCode::OK, "it is known");
        let before = auth.verification_count();
        waits.await;
        assert_eq!(
            auth.verification_count(),
            before + 1,
            "and then it is verified"
        );
    }
    // Where nobody is known, nobody goes first.
    let auth = propel_auth_builder().token_cache_bytes(0).build().unwrap();
    let app = App::new().route("/", web::get().to(whoami));
    let app = init_service(app.wrap(auth.require_user())).await;
    let header = ("authorization", format!("Bearer {token}"));
    let request = TestRequest::get().insert_header(header).to_request();
    assert!(call_service(&app, request).now_or_never().is_some());
}

/// A PropelAuth that takes its time to give out a key.
struct Slow {
    url: String,
    key: Arc<Mutex<&'static str>>,
    asked: Arc<AtomicUsize>,
}

async fn slow(takes: Duration, key: &'static str) -> Slow {
    watch();
    let key = Arc::new(Mutex::new(key));
    let asked = Arc::new(AtomicUsize::new(0));
    let (keys, counter) = (Arc::clone(&key), Arc::clone(&asked));
    let server = HttpServer::new(move || {
        let (key, asked) = (Arc::clone(&keys), Arc::clone(&counter));
        App::new().default_service(web::to(move || {
            let key = Arc::clone(&key);
            asked.fetch_add(1, Ordering::SeqCst);
            async move {
                sleep(takes).await;
                let key = *key.lock().unwrap();
                HttpResponse::Ok().json(json!({ "verifier_key_pem": key }))
            }
        }))
    });
    let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.disable_signals().run());
    Slow { url, key, asked }
}

#[actix_web::test]
async fn a_fetch_outlives_those_who_asked_for_it() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let takes = Duration::from_millis(600);
    let slow = slow(takes, emulator.verifier_key()).await;
    let auth = PropelAuth::builder(&slow.url, KEY)
        .issuer(emulator.issuer())
        .emulator()
        .fetch_and_init()
        .await
        .unwrap();
    let app = App::new().route("/", web::get().to(whoami));
    let app = init_service(app.wrap(auth.require_user())).await;

    emulator.rotate_signing_key();
    *slow.key.lock().unwrap() = emulator.verifier_key();
    let start = Instant::now();
    let mut given_up = 0;
    loop {
        let request = TestRequest::get().as_user(&alice).to_request();
        match timeout(takes / 3, call_service(&app, request)).await {
            Ok(answer) => {
                assert_eq!(answer.status(), StatusCode::OK);
                break;
            }
            Err(_) => given_up += 1,
        }
        assert!(start.elapsed() < 10 * takes, "given up for ever");
    }
    assert!(given_up > 0);
    assert_eq!(
        slow.asked.load(Ordering::SeqCst),
        2,
        "one at the start, and one since"
    );
}

#[actix_web::test]
async fn a_guard_in_guard_has_the_key_fetched_and_changes_its_mind() {
    let emulator = Emulator::start().await.unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Member").unwrap();
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .build_lazy()
        .unwrap();
    let guard = InOrg::new(org_id::query("org"));
    // The guard is alone: no middleware waits for a key on its behalf.
    let app = App::new()
        .app_data(auth.clone())
        .route("/", web::get().guard(guard).to(whoami));
    let app = init_service(app).await;
    for round in ["without a key", "with a rotated one"] {
        let start = Instant::now();
        let mut refused = 0;
        loop {
            let request = TestRequest::with_uri(&format!("/?org={acme}")).as_user(&alice);
            match call_service(&app, request.to_request()).await.status() {
                StatusCode::OK => break,
                status => assert_eq!(status, StatusCode::NOT_FOUND, "{round}"),
            }
            refused += 1;
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "{round}: for ever"
            );
            sleep(Duration::from_millis(20)).await;
        }
        assert!(refused > 0, "{round}");
        emulator.rotate_signing_key();
    }
}

#[actix_web::test]
async fn what_a_guard_decided_meanwhile_is_not_what_the_handler_is_told() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .build_lazy()
        .unwrap();
    let guard = InOrg::new(org_id::query("org"));
    let app = App::new()
        .app_data(auth.clone())
        .route("/", web::get().guard(guard).to(whoami))
        .route("/", web::get().to(whoami));
    let request = TestRequest::get().as_user(&alice).to_request();
    let answer = call_service(&init_service(app).await, request).await;
    assert_eq!(
        answer.status(),
        StatusCode::OK,
        "the extractor waits for the key"
    );
}

#[actix_web::test]
async fn a_failed_fetch_is_logged_once_with_its_cause_and_what_holds_until_the_next() {
    let refused = {
        let (listener, url) = silent();
        drop(listener);
        url
    };
    let logs = Logs::capture();
    let auth = PropelAuth::builder(&refused, KEY)
        .emulator()
        .build_lazy()
        .unwrap();
    let app = App::new().route("/", web::get().to(whoami));
    let app = init_service(app.wrap(auth.require_user())).await;
    let acme = TestOrg::new("Acme Inc");
    let alice = TestUser::new("alice@example.com").in_org(&acme, "Member");
    let ask = || call_service(&app, TestRequest::get().as_user(&alice).to_request());
    for answer in join_all((0..5).map(|_| ask())).await {
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    let header = format!("Bearer {}", alice.access_token());
    let denied = auth.validate_access_token_and_get_user(header.as_str());
    assert!(
        matches!(denied, Err(Denied::Unavailable { .. })),
        "{denied:?}"
    );
    let text = logs.text();
    assert_eq!(text.matches("could not be fetched").count(), 1, "{text}");
    for part in [
        "os error 111",
        "there is no key yet",
        "the next attempt may be made in 1.0 s",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[actix_web::test]
async fn a_failed_fetch_says_that_the_last_key_stays() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .max_retries(0)
        .fetch_and_init()
        .await
        .unwrap();
    let token = alice.log_in().unwrap();
    drop((alice, emulator));
    let logs = Logs::capture();
    assert!(!auth.refresh_verifier_key().await);
    let text = logs.text();
    assert!(text.contains("the last one stays in use"), "{text}");
    assert!(text.contains("os error 111"), "{text}");
    let header = format!("Bearer {token}");
    assert!(
        auth.validate_access_token_and_get_user(header.as_str())
            .is_ok()
    );
}
