//! Where the verifier key comes from: at start, with the first request, and when it changes.

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::{StatusCode, header},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InitError, KeyError, PropelAuth, PropelAuthBuilder,
    emulator::Emulator,
    testing::{DEV_PUBLIC_KEY_PEM, ISSUER, TestRequestExt as _},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use crate::a_canary::KEY;
use crate::fixtures::{Answer, HEADER, Logs, alice, claims, send, sign_with, token, whoami};

const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");
const OTHER_PRIVATE: &[u8] = include_bytes!("../../keys/other_private.pem");

/// A server that gives out verifier keys, or does not.
struct KeyServer {
    url: String,
    reply: Arc<Mutex<(u16, String)>>,
    fetches: Arc<AtomicUsize>,
}

impl KeyServer {
    fn start(status: u16, pem: &str) -> Self {
        let reply = Arc::new(Mutex::new((status, pem.to_owned())));
        let fetches = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = (Arc::clone(&reply), Arc::clone(&fetches));
        let server = HttpServer::new(move || {
            let (reply, fetches) = state.clone();
            App::new().default_service(web::to(move || {
                fetches.fetch_add(1, Ordering::Relaxed);
                let (status, pem) = reply.lock().unwrap().clone();
                let status = StatusCode::from_u16(status).unwrap();
                let body = HttpResponse::build(status).json(json!({ "verifier_key_pem": pem }));
                async { body }
            }))
        });
        actix_web::rt::spawn(server.workers(1).listen(listener).unwrap().run());
        Self {
            url,
            reply,
            fetches,
        }
    }

    fn now_gives(&self, status: u16, pem: &str) {
        *self.reply.lock().unwrap() = (status, pem.to_owned());
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }

    fn builder(&self) -> PropelAuthBuilder {
        PropelAuth::builder(&self.url, KEY)
            .emulator()
            .issuer(ISSUER)
    }
}

async fn ask(auth: &PropelAuth, token: &str) -> Answer {
    let app = App::new()
        .route("/", web::get().to(whoami))
        .wrap(auth.require_user());
    let request = TestRequest::get().insert_header(("Authorization", format!("Bearer {token}")));
    send(&init_service(app).await, request.to_request()).await
}

fn signed_by_another_key() -> String {
    let key = EncodingKey::from_rsa_pem(OTHER_PRIVATE).unwrap();
    sign_with(&key, Algorithm::RS256, HEADER, claims())
}

#[actix_web::test]
async fn init_fetches_the_key_from_the_emulator_and_names_a_wrong_api_key() {
    let emulator = Emulator::start().await.unwrap();
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key()).emulator();
    let auth = auth.fetch_and_init().await.unwrap();
    let user = emulator.create_user("alice@example.com").unwrap();
    let answer = ask(&auth, &user.log_in().unwrap()).await;
    answer.is_ok("alice@example.com", "a user of the emulator");

    let wrong = PropelAuth::builder(emulator.auth_url(), "another-key").emulator();
    let error = wrong.fetch_and_init().await.unwrap_err();
    assert!(matches!(error, InitError::InvalidApiKey), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("Check that PROPELAUTH_API_KEY is a backend integration key")
    );
}

#[actix_web::test]
async fn init_says_what_is_wrong_with_what_it_was_given() {
    let private = std::str::from_utf8(OTHER_PRIVATE).unwrap();
    let weak = include_str!("../../keys/rsa_1024.pem");
    for (status, pem, cause) in [
        (200, "", "is not PEM"),
        (200, "garbage", "is not PEM"),
        (200, private, "is a private key"),
        (200, weak, "has 1024 bits"),
        (404, "", "knows no environment for the auth URL"),
        (301, "", "unexpected response"),
    ] {
        let error = KeyServer::start(status, pem)
            .builder()
            .fetch_and_init()
            .await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(cause), "{status} {pem:?}: {error}");
    }
    let error = KeyServer::start(200, weak).builder().fetch_and_init().await;
    assert!(matches!(
        error.unwrap_err(),
        InitError::VerifierKey(KeyError::Size(1024))
    ));
}

#[actix_web::test]
async fn init_says_that_propelauth_cannot_be_reached_and_why() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let url = format!("http://{}", free.unwrap());
    let error = PropelAuth::builder(url, KEY)
        .emulator()
        .fetch_and_init()
        .await;
    let error = error.unwrap_err();
    assert!(matches!(error, InitError::Unreachable(_)), "{error:?}");
    assert!(error.to_string().contains("Check the network and proxy"));
    let mut sources = Vec::new();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        sources.push(error.to_string());
        source = error.source();
    }
    assert!(sources.len() > 1, "the cause is kept: {sources:?}");
}

#[actix_web::test]
async fn lazily_built_it_answers_503_until_a_key_comes() {
    let server = KeyServer::start(503, "");
    let auth = server.builder().build_lazy().unwrap();
    assert_eq!(server.fetches(), 0, "building connects to nothing");

    let answer = ask(&auth, &token()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header(header::RETRY_AFTER), Some("1"));
    assert_eq!(answer.challenge(), None);
    let app = init_service(App::new().wrap(auth.require_user())).await;
    let anonymous = send(&app, TestRequest::get().to_request()).await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);

    server.now_gives(200, DEV_PUBLIC_KEY_PEM);
    actix_web::rt::time::sleep(Duration::from_millis(1100)).await;
    ask(&auth, &token()).await.is_ok("alice@example.com", "now");
}

#[actix_web::test]
async fn allow_anonymous_does_not_take_an_outage_for_a_stranger() {
    let auth = KeyServer::start(503, "").builder().build_lazy().unwrap();
    let app = App::new().wrap(auth.allow_anonymous());
    let request = TestRequest::get().as_user(&alice()).to_request();
    let answer = send(&init_service(app).await, request).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[actix_web::test]
async fn a_new_key_takes_over_and_the_old_one_is_out() {
    let server = KeyServer::start(200, DEV_PUBLIC_KEY_PEM);
    let builder = server.builder().key_refresh_interval(Duration::ZERO);
    let auth = builder.fetch_and_init().await.unwrap();
    let (old, new) = (token(), signed_by_another_key());
    ask(&auth, &old).await.is_ok("alice@example.com", "old");

    server.now_gives(200, OTHER_PUBLIC);
    let logs = Logs::capture();
    ask(&auth, &new).await.is_ok("alice@example.com", "new");
    ask(&auth, &old).await.is_401("invalid_token", "old");
    let logs = logs.text();
    assert!(
        logs.contains("replaced by VerifierKey(RSA 2048 bits)"),
        "{logs}"
    );
}

#[actix_web::test]
async fn the_same_key_again_is_no_new_one_and_costs_no_token_its_place() {
    let server = KeyServer::start(200, DEV_PUBLIC_KEY_PEM);
    let builder = server.builder().key_refresh_interval(Duration::ZERO);
    let auth = builder.fetch_and_init().await.unwrap();
    let token = token();
    ask(&auth, &token).await.is_ok("alice@example.com", "first");
    assert!(!auth.refresh_verifier_key().await);
    assert_eq!(server.fetches(), 2, "it was fetched");
    ask(&auth, &token).await.is_ok("alice@example.com", "again");
    assert_eq!(auth.verification_count(), 1);

    server.now_gives(200, OTHER_PUBLIC);
    assert!(auth.refresh_verifier_key().await);
}

#[actix_web::test]
async fn the_last_good_key_survives_what_a_refetch_may_bring() {
    let server = KeyServer::start(200, DEV_PUBLIC_KEY_PEM);
    let builder = server.builder().key_refresh_interval(Duration::ZERO);
    let auth = builder.fetch_and_init().await.unwrap();
    let weak = include_str!("../../keys/rsa_1024.pem");
    for (status, pem) in [(503, ""), (401, ""), (200, "garbage"), (200, weak)] {
        server.now_gives(status, pem);
        let fetches = server.fetches();
        let forged = ask(&auth, &signed_by_another_key()).await;
        forged.is_401("invalid_token", pem);
        assert!(server.fetches() > fetches, "it was tried");
        ask(&auth, &token()).await.is_ok("alice@example.com", pem);
    }
}

#[actix_web::test]
async fn forged_tokens_fetch_no_more_than_one_key_in_an_interval() {
    let server = KeyServer::start(200, DEV_PUBLIC_KEY_PEM);
    let interval = Duration::from_secs(1);
    let builder = server.builder().key_refresh_interval(interval);
    let auth = builder.fetch_and_init().await.unwrap();
    assert_eq!(server.fetches(), 1);
    actix_web::rt::time::sleep(interval).await;

    let start = Instant::now();
    let forged = signed_by_another_key();
    let storm = (0..50).map(|_| ask(&auth, &forged));
    for answer in futures_util::future::join_all(storm).await {
        answer.is_401("invalid_token", "forged");
    }
    assert!(server.fetches() >= 2, "one for the whole storm");
    assert!(!auth.refresh_verifier_key().await);
    // On a busy machine the storm may outlast an interval.
    let intervals = start.elapsed().as_millis() / interval.as_millis();
    assert!(
        server.fetches() as u128 <= 2 + intervals,
        "nor does asking for it help"
    );
}

#[actix_web::test]
async fn functions_that_never_connect_can_have_the_key_fetched() {
    let server = KeyServer::start(200, DEV_PUBLIC_KEY_PEM);
    let auth = server.builder().build_lazy().unwrap();
    let header = format!("Bearer {}", token());
    let validate = || auth.validate_access_token_and_get_user(header.as_str());
    assert_eq!(
        validate().unwrap_err().status_code(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(server.fetches(), 0);
    assert!(auth.refresh_verifier_key().await);
    assert!(validate().is_ok());
}

/// The key that a server elsewhere gives out may be a published one only later.
#[actix_web::test]
async fn a_published_key_of_another_machine_is_refused_at_start_and_with_every_later_fetch() {
    let server = KeyServer::start(200, DEV_PUBLIC_KEY_PEM);
    let elsewhere = || {
        PropelAuth::builder("http://propelauth-dev:9100", KEY)
            .base_url(&server.url)
            .issuer(ISSUER)
            .emulator()
            .key_refresh_interval(Duration::ZERO)
    };
    let error = elsewhere().fetch_and_init().await.unwrap_err();
    assert!(matches!(error, InitError::PublishedKey { .. }), "{error:?}");
    let lazy = elsewhere().build_lazy().unwrap();
    let answer = ask(&lazy, &token()).await;
    assert_eq!(
        answer.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "no key is accepted"
    );

    server.now_gives(200, OTHER_PUBLIC);
    let auth = elsewhere().fetch_and_init().await.unwrap();
    let ours = signed_by_another_key();
    ask(&auth, &ours)
        .await
        .is_ok("alice@example.com", "a key of its own");
    server.now_gives(200, DEV_PUBLIC_KEY_PEM);
    let fetches = server.fetches();
    ask(&auth, &token())
        .await
        .is_401("invalid_token", "published");
    assert!(server.fetches() > fetches, "it was fetched");
    assert!(!auth.refresh_verifier_key().await);
    ask(&auth, &ours)
        .await
        .is_ok("alice@example.com", "the last good key");
}
