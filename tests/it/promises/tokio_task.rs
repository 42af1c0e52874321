//! The backend API is called from plain tokio, on one thread and on many.

use std::{io, time::Duration};

use actix_web_propelauth::{Error, api::CreateUser};
use tokio::{
    runtime::{Builder, Runtime},
    task::LocalSet,
};

use crate::fixtures::world::start;

fn is_send<T: Send + 'static>(value: T) -> T {
    value
}

#[test]
fn tasks_that_move_between_threads_call_by_the_handles_own() {
    let runtime = Runtime::new().unwrap(); // of several threads
    runtime.block_on(async {
        let (emulator, auth) = start().await;
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                let auth = auth.clone();
                tokio::spawn(async move {
                    let email = format!("user{number}@example.com");
                    let request = CreateUser::new(email.as_str());
                    let created = auth
                        .run_on_dedicated_thread(async move |auth| auth.call(request).await)
                        .await
                        .unwrap();
                    (email, created.unwrap().user_id)
                })
            })
            .collect();
        for task in tasks {
            let (email, user_id) = task.await.unwrap();
            assert_eq!(emulator.user_metadata(user_id).unwrap().email, email);
        }
    });
}

#[test]
fn the_future_owns_what_it_needs() {
    let runtime = Runtime::new().unwrap(); // of several threads
    let (_emulator, outcome) = runtime.block_on(async {
        let (emulator, auth) = start().await;
        let call =
            is_send(auth.run_on_dedicated_thread(async |auth| auth.user().create_user("").await));
        drop(auth);
        (emulator, tokio::spawn(call).await.unwrap().unwrap())
    });
    assert!(matches!(outcome, Err(Error::BadRequest(_))));
}

#[actix_web::test]
async fn a_panic_is_the_callers_and_leaves_the_thread_be() {
    let (_emulator, auth) = start().await;
    let call = auth.run_on_dedicated_thread(async |_| -> u32 { panic!("hunter2") });
    let panic = actix_web::rt::spawn(call).await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref(), Some(&"hunter2"));
    let three: io::Result<_> = auth.run_on_dedicated_thread(async |_| 3).await;
    assert_eq!(three.unwrap(), 3);
}

#[actix_web::test]
async fn what_is_dropped_is_given_up() {
    let (_emulator, auth) = start().await;
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let call = auth.run_on_dedicated_thread(async move |_| {
        let _kept = sender;
        tokio::time::sleep(Duration::from_secs(60)).await;
    });
    let given_up = tokio::time::timeout(Duration::from_millis(50), call).await;
    assert!(given_up.is_err());
    let dropped = tokio::time::timeout(Duration::from_secs(5), receiver).await;
    assert!(dropped.unwrap().is_err());
}

#[test]
fn one_thread_needs_nothing_more() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (emulator, auth) = start().await;
        let created = auth.user().create_user("a@example.com").await.unwrap();
        assert!(emulator.user_metadata(created.user_id).is_some());
        let handle = auth.clone();
        let task = LocalSet::new();
        let created = task.run_until(async move {
            let call = async move { handle.user().create_user("b@example.com").await };
            tokio::task::spawn_local(call).await.unwrap().unwrap()
        });
        assert!(emulator.user_metadata(created.await.user_id).is_some());
    });
}
