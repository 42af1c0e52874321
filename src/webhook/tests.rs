//! The service, a fleet that fails, and deliveries that come at the same time.

use std::{
    io,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actix_http::Request;
use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    test,
};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, ready},
};
use tokio::sync::Notify;

use super::{Seen, SigningKey, Webhook, WebhookError, WebhookService, WebhookVerifier, sign};
use crate::access::{
    Clock, Settings,
    freshness::{Distribute, DistributeError, Distribution, Mark, Staleness, Subject},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: i64 = 1_800_000_000;

/// A fleet that cannot be reached at first.
#[derive(Default)]
struct Fleet {
    failures: AtomicUsize,
    marks: Mutex<Vec<Mark>>,
}

impl Distribute for Fleet {
    fn distribute(&self, mark: Mark) -> BoxFuture<'static, Result<Distribution, DistributeError>> {
        self.marks.lock().unwrap().push(mark);
        let fails = |left: usize| left.checked_sub(1);
        let failures = &self.failures;
        match failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails) {
            Ok(_) => ready(Err(DistributeError::new(io::Error::other("away")))).boxed(),
            Err(_) => ready(Ok(Distribution::Written)).boxed(),
        }
    }

    fn trusts_memory(&self) -> Result<(), Staleness> {
        Ok(())
    }
}

fn service(fleet: Option<Arc<dyn Distribute>>) -> WebhookService {
    let mut settings = Settings::new("https://auth.example.com");
    settings.clock = Clock::new(|| std::time::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs()));
    if let Some(fleet) = fleet {
        settings.freshness.attach(fleet);
    }
    let verifier = WebhookVerifier::new(SECRET).unwrap();
    WebhookService::new(verifier, Arc::new(settings), Arc::<Seen>::default())
}

fn delivery(id: &str, timestamp: i64) -> Request {
    let body = r#"{"event_type":"user.disabled","user_id":"u"}"#;
    let key = SigningKey::new(&SECRET.into()).unwrap();
    let request = test::TestRequest::post().uri("/webhooks/propelauth");
    request
        .insert_header(("svix-id", id))
        .insert_header(("svix-timestamp", timestamp.to_string()))
        .insert_header(("svix-signature", sign(&key, id, timestamp, body.as_bytes())))
        .set_payload(body)
        .to_request()
}

async fn status<S, B>(app: &S, request: Request) -> u16
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    app.call(request).await.unwrap().status().as_u16()
}

#[actix_web::test]
async fn a_webhook_that_the_fleet_did_not_get_is_asked_for_again() {
    let fleet = Arc::new(Fleet::default());
    fleet.failures.store(1, Ordering::Relaxed);
    let calls = Rc::new(AtomicUsize::new(0));
    let counted = Rc::clone(&calls);
    let service = service(Some(Arc::<Fleet>::clone(&fleet))).on_event(move |_: Webhook| {
        counted.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let app = test::init_service(App::new().service(service)).await;
    let calls = || calls.load(Ordering::Relaxed);
    assert_eq!((status(&app, delivery("a", NOW)).await, calls()), (503, 0));
    assert_eq!((status(&app, delivery("a", NOW)).await, calls()), (204, 1));
    assert_eq!((status(&app, delivery("a", NOW)).await, calls()), (204, 1));
    let marks = fleet.marks.lock().unwrap();
    let marks: Vec<_> = marks
        .iter()
        .map(|it| (it.subject().clone(), it.delivery()))
        .collect();
    let user = (Subject::User("u".into()), Some("a"));
    let keys = (Subject::KeysOfUser("u".into()), Some("a"));
    assert_eq!(marks, [user.clone(), keys.clone(), user, keys]);
}

#[actix_web::test]
async fn marks_are_of_now_or_of_the_delivery_whichever_is_later() {
    let fleet = Arc::new(Fleet::default());
    let app = App::new().service(service(Some(Arc::<Fleet>::clone(&fleet))));
    let app = test::init_service(app).await;
    for (id, timestamp, at) in [("a", NOW - 200, NOW), ("b", NOW + 200, NOW + 200)] {
        assert_eq!(status(&app, delivery(id, timestamp)).await, 204);
        for mark in fleet.marks.lock().unwrap().drain(..) {
            assert_eq!(mark.unix_seconds(), Some(at), "{id}");
        }
    }
}

#[actix_web::test]
async fn a_delivery_that_is_being_handled_is_not_handled_twice_nor_lost() {
    let (release, calls) = (Rc::new(Notify::new()), Rc::new(AtomicUsize::new(0)));
    let (waits, counted) = (Rc::clone(&release), Rc::clone(&calls));
    let service = service(None).on_event(move |_: Webhook| {
        counted.fetch_add(1, Ordering::Relaxed);
        let waits = Rc::clone(&waits);
        async move { waits.notified().await }
    });
    let app = test::init_service(App::new().service(service)).await;
    let mut dropped = Box::pin(status(&app, delivery("a", NOW)));
    assert_eq!((&mut dropped).now_or_never(), None);
    assert_eq!(status(&app, delivery("a", NOW)).await, 503);
    // The sender closes the connection: the delivery was not handled.
    drop(dropped);
    let mut first = Box::pin(status(&app, delivery("a", NOW)));
    assert_eq!((&mut first).now_or_never(), None);
    release.notify_one();
    assert_eq!(first.await, 204);
    assert_eq!(status(&app, delivery("a", NOW)).await, 204);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[actix_web::test]
async fn an_application_that_is_too_slow_is_stopped_and_asked_again() {
    let (calls, ends) = (Rc::new(AtomicUsize::new(0)), Rc::new(AtomicUsize::new(0)));
    let (counted, ended) = (Rc::clone(&calls), Rc::clone(&ends));
    let service = service(None).on_event(move |_: Webhook| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let ended = Rc::clone(&ended);
        async move {
            let seconds = if number == 0 { 60 } else { 0 };
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            ended.fetch_add(1, Ordering::Relaxed);
        }
    });
    let app = test::init_service(App::new().service(service)).await;
    let begun = Instant::now();
    assert_eq!(status(&app, delivery("a", NOW)).await, 503);
    // Svix waits 15 seconds, and the body and the fleet take some of them.
    assert!((6..12).contains(&begun.elapsed().as_secs()));
    assert_eq!(ends.load(Ordering::Relaxed), 0, "it was not stopped");
    assert_eq!(status(&app, delivery("a", NOW)).await, 204);
    assert_eq!(status(&app, delivery("a", NOW)).await, 204);
    let counts = (calls.load(Ordering::Relaxed), ends.load(Ordering::Relaxed));
    assert_eq!(counts, (2, 1));
}

/// A fleet that takes its time.
struct SlowFleet(Duration);

impl Distribute for SlowFleet {
    fn distribute(&self, _: Mark) -> BoxFuture<'static, Result<Distribution, DistributeError>> {
        let slow = tokio::time::sleep(self.0);
        async {
            slow.await;
            Ok(Distribution::Written)
        }
        .boxed()
    }

    fn trusts_memory(&self) -> Result<(), Staleness> {
        Ok(())
    }
}

#[actix_web::test]
async fn a_fleet_that_is_too_slow_is_not_waited_for_and_the_webhook_comes_again() {
    for (seconds, expected, handled) in [(0, 204, 1), (60, 503, 0)] {
        let calls = Rc::new(AtomicUsize::new(0));
        let counted = Rc::clone(&calls);
        let fleet = Arc::new(SlowFleet(Duration::from_secs(seconds)));
        let service = service(Some(fleet)).on_event(move |_: Webhook| {
            counted.fetch_add(1, Ordering::Relaxed);
            async {}
        });
        let app = test::init_service(App::new().service(service)).await;
        assert_eq!(status(&app, delivery("a", NOW)).await, expected);
        assert_eq!(calls.load(Ordering::Relaxed), handled);
    }
}

#[actix_web::test]
async fn what_the_application_and_the_fleet_did_not_do_is_logged_with_its_remedy() {
    for (error, code, remedy) in [
        (
            WebhookError::HandlerTooSlow,
            "webhook_handler_too_slow",
            "Let it queue what takes longer",
        ),
        (
            WebhookError::Fleet("away".to_owned()),
            "webhook_mark_not_shared",
            "sent again",
        ),
    ] {
        assert_eq!((error.code(), error.status_code().as_u16()), (code, 503));
        assert!(error.to_string().contains(remedy), "{error}");
    }
}

#[actix_web::test]
async fn a_body_of_the_largest_size_is_accepted_and_a_byte_more_is_not() {
    for (max, expected) in [(44, 204), (43, 413)] {
        let verifier = WebhookVerifier::new(SECRET).unwrap().max_body_bytes(max);
        let mut settings = Settings::new("https://auth.example.com");
        settings.clock =
            Clock::new(|| std::time::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs()));
        let seen = Arc::<Seen>::default();
        let service = WebhookService::new(verifier, Arc::new(settings), seen);
        let app = test::init_service(App::new().service(service)).await;
        assert_eq!(status(&app, delivery("a", NOW)).await, expected, "{max}");
    }
}

#[actix_web::test]
async fn the_published_secret_verifies_nothing_where_no_emulator_is_meant() {
    let verifier = WebhookVerifier::new(crate::dev_keys::WEBHOOK_SECRET).unwrap();
    let headers = actix_web::http::header::HeaderMap::new();
    let error = verifier.reject_published().verify(&headers, b"{}");
    assert!(matches!(error, Err(WebhookError::PublishedSecret)));
}
