//! The hook `on_call`: one event for each call that has ended.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::http::Method;
use actix_web_propelauth::{
    CallEvent, Delivery, PropelAuth, PropelAuthBuilder, emulator::Emulator,
    testing::DEV_PUBLIC_KEY_PEM,
};

use crate::{a_canary::KEY, fixtures::world::NOBODY};

type Events = Arc<Mutex<Vec<CallEvent>>>;

/// Adds a hook that collects the events.
fn collecting(builder: PropelAuthBuilder) -> (PropelAuth, Events) {
    let events = Events::default();
    let into = Arc::clone(&events);
    let builder = builder.on_call(move |event| into.lock().unwrap().push(event.clone()));
    let auth = builder.verifier_key(DEV_PUBLIC_KEY_PEM).build().unwrap();
    (auth, events)
}

#[track_caller]
fn only(events: &Events) -> CallEvent {
    let mut events = std::mem::take(&mut *events.lock().unwrap());
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

async fn connected() -> (Emulator, PropelAuth, Events) {
    let emulator = Emulator::start().await.unwrap();
    let (auth, events) = collecting(emulator.propel_auth_builder());
    (emulator, auth, events)
}

#[actix_web::test]
async fn a_call_that_succeeds_or_is_refused_is_one_event() {
    let (_emulator, auth, events) = connected().await;
    let user = auth.user().create_user("a@example.com").await.unwrap();
    let event = only(&events);
    assert_eq!(event.operation, "create_user");
    assert_eq!(event.method, Method::POST);
    assert_eq!(event.template, "/api/backend/v1/user/");
    assert_eq!((event.attempts, event.status), (1, Some(200)));
    assert!(event.is_success() && !event.is_canceled());
    assert_eq!(event.delivery, Delivery::Delivered);
    assert!(event.duration > Duration::ZERO);

    let call = auth.user().fetch_user_metadata_by_user_id(NOBODY);
    call.await.unwrap_err();
    let event = only(&events);
    assert_eq!(
        (event.status, event.error_code),
        (Some(404), Some("not_found"))
    );
    assert_eq!(event.delivery, Delivery::Delivered);

    let call = auth.user().fetch_user_metadata_by_user_id(&user.user_id);
    call.await.unwrap();
    let text = format!("{:?}", only(&events));
    assert!(!text.contains(user.user_id.as_str()), "{text}");
}

#[actix_web::test]
async fn a_call_that_cannot_be_sent_says_so() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let (auth, events) = collecting(PropelAuth::builder(url, KEY).emulator());
    auth.org().fetch_org(NOBODY).await.unwrap_err();
    let event = only(&events);
    assert_eq!((event.attempts, event.status), (3, None));
    assert_eq!(event.error_code, Some("unavailable"));
    assert_eq!(event.delivery, Delivery::NotSent);

    // The circuit opens after five failures.
    while events
        .lock()
        .unwrap()
        .last()
        .is_none_or(|it| it.attempts > 0)
    {
        auth.org().fetch_org(NOBODY).await.unwrap_err();
    }
    let last = events.lock().unwrap().pop().unwrap();
    assert_eq!(last.error_code, Some("circuit_open"));
    assert_eq!(last.delivery, Delivery::NotSent);
}

#[actix_web::test]
async fn a_canceled_call_is_an_event_and_one_with_an_invalid_argument_is_none() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let (auth, events) = collecting(PropelAuth::builder(url, KEY).emulator());
    let call = auth.user().create_user("a@example.com").into_future();
    let patience = Duration::from_millis(50);
    tokio::time::timeout(patience, call).await.unwrap_err();
    let event = only(&events);
    assert!(event.is_canceled() && !event.is_success());
    assert_eq!((event.attempts, event.delivery), (1, Delivery::Unknown));
    assert!(event.duration >= patience);

    drop(auth.user().create_user("a@example.com").into_future());
    auth.user()
        .fetch_user_metadata_by_user_id("")
        .await
        .unwrap_err();
    assert_eq!(*events.lock().unwrap(), []);
}

#[actix_web::test]
async fn each_page_of_a_stream_is_an_event() {
    let (emulator, auth, events) = connected().await;
    for name in ["a", "b", "c"] {
        let email = format!("{name}@example.com");
        emulator.create_user(&*email).unwrap();
    }
    let users = auth.user().fetch_users_by_query().page_size(2).stream();
    assert_eq!(users.collect_all().await.unwrap().len(), 3);
    let events = events.lock().unwrap();
    assert_eq!(events.len(), 2);
    assert!(
        events
            .iter()
            .all(|it| it.operation == "fetch_users_by_query")
    );
}

#[actix_web::test]
async fn a_fetch_of_the_verifier_key_is_an_event() {
    let emulator = Emulator::start().await.unwrap();
    let events = Events::default();
    let into = Arc::clone(&events);
    let builder = emulator.propel_auth_builder();
    let builder = builder.on_call(move |event| into.lock().unwrap().push(event.clone()));
    let _auth = builder.fetch_and_init().await.unwrap();
    assert_eq!(only(&events).operation, "fetch_token_verification_metadata");
}

#[actix_web::test]
async fn a_hook_that_panics_leaves_the_call_alone() {
    let emulator = Emulator::start().await.unwrap();
    let builder = emulator
        .propel_auth_builder()
        .on_call(|_| panic!("a mistake"));
    let auth = builder.verifier_key(DEV_PUBLIC_KEY_PEM).build().unwrap();
    auth.user().create_user("a@example.com").await.unwrap();
}
