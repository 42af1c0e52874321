//! Connections are given back, whatever becomes of a call, and no thread sees another's replies.

use std::{
    future::IntoFuture as _,
    io::{Read as _, Write as _},
    thread,
    time::{Duration, Instant},
};

use actix_web::rt::System;
use futures_util::future::join_all;

use super::{
    USER,
    server::{Canned, read_request, reply, reply_and_stay},
    settings,
};
use crate::{
    api::UserApi,
    call::Error,
    client::{Client, Delivery},
};

/// awc's own limit of connections for each thread.
const LIMIT: usize = 100;

/// Answers nothing to a request for the user `hung`, and a user to any other.
fn half_hung() -> Canned {
    Canned::raw(|stream, _| {
        if read_request(stream).contains("/hung ") {
            // The end of the connection, when the client has closed it.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.read(&mut [0]);
        } else {
            let _ = stream.write_all(reply("200 OK", "", USER).as_bytes());
        }
    })
}

fn client(url: &str) -> Client {
    Client::new(settings(url).with(|it| {
        it.request_timeout = Duration::from_secs(2);
        it.circuit_breaker = false;
    }))
    .unwrap()
}

async fn fetch(client: &Client, id: &str) -> Result<String, Error<crate::api::NotFound>> {
    let call = client.user().fetch_user_metadata_by_user_id(id).await;
    call.map(|user| user.user_id.to_string())
}

#[actix_web::test]
async fn more_hung_calls_than_connections_end_in_time() {
    let server = half_hung();
    let client = client(&server.url);
    let start = Instant::now();
    let calls = (0..=LIMIT).map(|_| fetch(&client, "hung"));
    for outcome in join_all(calls).await {
        let is_late = matches!(
            outcome,
            Err(Error::Timeout { .. }
                | Error::Unavailable {
                    delivery: Delivery::NotSent,
                    ..
                })
        );
        assert!(is_late, "{outcome:?}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(fetch(&client, "u").await.unwrap(), "u");
}

#[actix_web::test]
async fn a_call_that_is_given_up_gives_its_connection_back() {
    let server = half_hung();
    let client = client(&server.url);
    for _ in 0..2 {
        let calls = join_all((0..LIMIT).map(|_| fetch(&client, "hung")));
        let given_up = tokio::time::timeout(Duration::from_millis(400), calls).await;
        assert!(given_up.is_err());
    }
    assert_eq!(fetch(&client, "u").await.unwrap(), "u");
}

#[test]
fn four_threads_share_a_handle_and_nothing_else() {
    let server = Canned::raw(|stream, _| {
        loop {
            let request = read_request(stream);
            let Some(id) = request.split(['/', ' ']).nth(6) else {
                return;
            };
            let user = format!(r#"{{"user_id":"{id}","email":""}}"#);
            let _ = stream.write_all(reply_and_stay("200 OK", "", &user).as_bytes());
        }
    });
    let client = Client::new(settings(&server.url)).unwrap();
    let threads = (0..4).map(|thread| {
        let client = client.clone();
        thread::spawn(move || {
            System::new().block_on(async move {
                let ids: Vec<_> = (0..25).map(|call| format!("t{thread}c{call}")).collect();
                let users = join_all(ids.iter().map(|id| fetch(&client, id))).await;
                for (id, user) in ids.iter().zip(users) {
                    assert_eq!(*id, user.unwrap());
                }
            });
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
}

#[test]
fn a_call_takes_little_room() {
    let client = client("http://127.0.0.1:9");
    let call = UserApi::new(&client).fetch_user_metadata_by_user_id("1");
    let future = call.into_future();
    // From 1,024 bytes on glibc's allocator tidies up first, which costs a hundredth of a call.
    let size = size_of_val(&*future);
    assert!(size < 1_000, "{size}");
}
