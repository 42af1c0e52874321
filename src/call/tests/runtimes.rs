//! Calls work on whichever runtime awaits them.

use std::{future::IntoFuture as _, io::Write as _, pin::pin, task, time::Duration};

use actix_web::rt::System;
use futures_util::FutureExt as _;
use tokio::runtime::{Builder, Runtime};

use super::{
    USER, client,
    server::{Canned, read_request, reply_and_stay},
};
use crate::{call::Error, client::Client};

/// Keeps connections open, so that one runtime's may be found by the next.
fn keep_alive() -> Canned {
    Canned::raw(|stream, requests| {
        loop {
            let request = read_request(stream);
            if request.is_empty() {
                return;
            }
            requests.lock().unwrap().push(request);
            let _ = stream.write_all(reply_and_stay("200 OK", "", USER).as_bytes());
        }
    })
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

async fn fetch(client: &Client) {
    let call = client.user().fetch_user_metadata_by_user_id("u");
    let user = tokio::time::timeout(Duration::from_secs(3), call.into_future());
    assert_eq!(user.await.unwrap().unwrap().email, "u@example.com");
}

#[test]
fn runtimes_of_every_kind_follow_each_other_on_a_thread() {
    let server = keep_alive();
    let client = client(&server.url);
    System::new().block_on(fetch(&client));
    current_thread().block_on(fetch(&client));
    System::new().block_on(fetch(&client));
    let many = Builder::new_multi_thread().enable_all().build().unwrap();
    many.block_on(fetch(&client));
    // Two that live at the same time, and are driven by turns.
    let (one, other) = (current_thread(), current_thread());
    for _ in 0..3 {
        one.block_on(fetch(&client));
        other.block_on(fetch(&client));
    }
    let local = tokio::task::LocalSet::new();
    local.block_on(&one, fetch(&client));
    drop(local);
    drop(one);
    other.block_on(fetch(&client));
    assert_eq!(server.requests().len(), 12);
}

#[test]
fn a_runtime_may_end_with_calls_under_way() {
    let server = Canned::raw(|stream, _| {
        if read_request(stream).contains("/hung ") {
            std::thread::sleep(Duration::from_secs(3));
        } else {
            let _ = stream.write_all(reply_and_stay("200 OK", "", USER).as_bytes());
        }
    });
    let client = client(&server.url);
    let runtime = current_thread();
    let call = client.user().fetch_user_metadata_by_user_id("hung");
    let mut call = pin!(call.into_future());
    runtime.block_on(async {
        assert!(
            tokio::time::timeout(Duration::from_millis(200), &mut call)
                .await
                .is_err()
        );
    });
    drop(runtime);
    current_thread().block_on(fetch(&client));
}

#[test]
fn without_a_runtime_a_call_says_so() {
    let client = client("http://127.0.0.1:9");
    let mut call = client
        .user()
        .fetch_user_metadata_by_user_id("u")
        .into_future();
    let mut context = task::Context::from_waker(task::Waker::noop());
    let outcome = call.poll_unpin(&mut context);
    assert!(
        matches!(outcome, task::Poll::Ready(Err(Error::NoRuntime))),
        "{outcome:?}"
    );
}
