//! Calls of the backend API from a program that is no actix-web application.
//!
//! ```text
//! cargo run --example tokio_task --features emulator
//! ```
//!
//! starts an emulated PropelAuth, calls it from the three kinds of place that a tokio program has,
//! and prints what came back.

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::error::Error;

use actix_web_propelauth::{PropelAuth, emulator::Emulator};
use tokio::task::LocalSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

// A runtime of several threads, which is what `#[tokio::main]` makes.
#[tokio::main]
async fn main() -> Outcome<()> {
    // PropelAuth, emulated. With an account, all of this is `PropelAuth::from_env().await?`.
    let emulator = Emulator::start().await?;
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .fetch_and_init()
        .await?;

    // 1. What the runtime blocks on, as it does on `main`, stays on its thread: call at will.
    let alice = auth.user().create_user("alice@example.com").await?.user_id;
    println!("main created {alice}");

    // 2. Tasks that stay on their thread can call at will too, and share its connections.
    let tasks = LocalSet::new();
    for name in ["bob", "carol", "dave"] {
        let auth = auth.clone();
        tasks.spawn_local(async move {
            match auth.user().create_user(format!("{name}@example.com")).await {
                Ok(created) => println!("a local task created {}", created.user_id),
                Err(error) => println!("a local task could not create {name}: {error}"),
            }
        });
    }
    tasks.await;

    // 3. Tasks that may move between threads call by way of the handle's own thread.
    let email = tokio::spawn(async move {
        let fetched = auth
            .run_on_dedicated_thread(async move |auth| {
                auth.user().fetch_user_metadata_by_user_id(&alice).await
            })
            .await?;
        Outcome::Ok(fetched?.email)
    });
    println!("a task fetched {}", email.await??);
    Ok(())
}
