//! What an application sees while the backend API is away.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use actix_web::{App, HttpServer, test, web};
use actix_web_propelauth::{
    Delivery, Error, InitError, PropelAuth, PropelAuthBuilder, User,
    emulator::Emulator,
    testing::{TestRequestExt as _, TestUser},
};

use crate::a_canary::KEY;

/// A builder for an API at a port on which nobody listens.
fn away() -> PropelAuthBuilder {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    PropelAuth::builder(format!("http://127.0.0.1:{port}"), KEY).emulator()
}

#[actix_web::test]
async fn a_start_without_the_api_fails_in_time_or_waits_for_it() {
    let start = Instant::now();
    let error = away().fetch_and_init().await.unwrap_err();
    assert!(matches!(error, InitError::Unreachable(_)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(30));

    let auth = away().build_lazy().unwrap();
    let app = App::new()
        .route("/", web::get().to(async |user: User| user.email.clone()))
        .wrap(auth.require_user());
    let app = test::init_service(app).await;
    let alice = TestUser::new("alice@example.com");
    for _ in 0..10 {
        let request = test::TestRequest::get().uri("/").as_user(&alice);
        let response = test::call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key("Retry-After"));
    }
}

/// A server that answers 503 to the first requests and then the development key.
async fn starting_up(failures: usize) -> (String, impl Fn() -> usize) {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use actix_web::HttpResponse;

    let requests = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&requests);
    let server = HttpServer::new(move || {
        let seen = Arc::clone(&seen);
        App::new().default_service(web::to(move || {
            let is_up = seen.fetch_add(1, Ordering::SeqCst) >= failures;
            async move {
                if is_up {
                    let pem = actix_web_propelauth::testing::DEV_PUBLIC_KEY_PEM;
                    HttpResponse::Ok().json(serde_json::json!({"verifier_key_pem": pem}))
                } else {
                    HttpResponse::ServiceUnavailable().finish()
                }
            }
        }))
    });
    let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.disable_signals().run());
    (url, move || requests.load(Ordering::SeqCst))
}

#[actix_web::test]
async fn a_start_outlasts_an_api_that_is_starting_too() {
    let (url, requests) = starting_up(2).await;
    PropelAuth::builder(url, KEY)
        .emulator()
        .fetch_and_init()
        .await
        .unwrap();
    assert_eq!(requests(), 3);

    let (url, requests) = starting_up(2).await;
    let builder = PropelAuth::builder(url, KEY).emulator().max_retries(0);
    assert!(matches!(
        builder.fetch_and_init().await,
        Err(InitError::Unreachable(_))
    ));
    assert_eq!(requests(), 1);
}

#[actix_web::test]
async fn what_is_configured_is_what_happens() {
    let (url, requests) = starting_up(usize::MAX).await;
    let builder = || {
        PropelAuth::builder(&url, KEY)
            .emulator()
            .request_timeout(Duration::from_secs(5))
            .attempt_timeout(Duration::from_secs(1))
    };
    let auth = builder()
        .max_retries(3)
        .circuit_breaker(false)
        .build_lazy()
        .unwrap();
    auth.user()
        .fetch_user_metadata_by_user_id("u")
        .await
        .unwrap_err();
    assert_eq!(requests(), 4);
    for _ in 0..3 {
        let call = auth.user().create_user("a@example.com");
        let error = call.await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Unavailable {
                    delivery: Delivery::Delivered,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    assert_eq!(requests(), 7);

    let error = builder()
        .user_agent("line\nbreak")
        .build_lazy()
        .unwrap_err();
    assert!(matches!(error, InitError::Client(_)), "{error:?}");
}

#[actix_web::test]
async fn an_id_that_would_leave_its_segment_reaches_nobody() {
    let emulator = Emulator::start().await.unwrap();
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .fetch_and_init()
        .await
        .unwrap();
    for id in ["", ".", "..", "../x", "a/../b", "..\\x", "a\r\nb", "\0"] {
        let call = auth.user().fetch_user_metadata_by_user_id(id);
        let error = call.await.unwrap_err();
        assert!(
            matches!(error, Error::InvalidArgument { .. }),
            "{id:?}: {error:?}"
        );
    }
    // What stays in its segment is an id like any other, and nobody's.
    for id in [
        "a/b",
        "?",
        "#",
        "a?b=c#d",
        "{}",
        "%2F",
        "urn:uuid:x",
        ";a",
        "a b",
        "ключ",
    ] {
        let call = auth.user().fetch_user_metadata_by_user_id(id);
        assert!(call.await.unwrap_err().is_not_found(), "{id:?}");
    }
}
