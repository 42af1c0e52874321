//! Calls of the backend API from a program that is no actix-web application.
//!
//! ```text
//! cargo run --example tokio_task --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! main created alice@example.com
//! local tasks created bob@example.com, carol@example.com, dave@example.com
//! a task fetched alice@example.com
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::error::Error;

use actix_web_propelauth::emulator::Emulator;
use tokio::task::LocalSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

// A runtime of several threads, which is what `#[tokio::main]` makes.
#[tokio::main]
async fn main() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?; // with an account: PropelAuth::from_env().await?

    // 1. The future that the runtime blocks on, here that of `main`, stays on its thread: call freely.
    let alice = auth.user().create_user("alice@example.com").await?.user_id;
    println!("main created alice@example.com");

    // 2. Tasks that stay on their thread can call freely as well, and share its connections.
    let local = LocalSet::new();
    let created = local.run_until(async {
        let mut created = Vec::new();
        let emails = ["bob", "carol", "dave"].map(|name| format!("{name}@example.com"));
        let tasks = emails.map(|email| {
            let auth = auth.clone();
            tokio::task::spawn_local(async move {
                auth.user().create_user(email.as_str()).await.map(|_| email)
            })
        });
        for task in tasks {
            created.push(task.await??);
        }
        Outcome::Ok(created)
    });
    println!("local tasks created {}", created.await?.join(", "));

    // 3. Tasks that may move between threads call on the handle's own thread.
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
