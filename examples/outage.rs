//! An outage of PropelAuth: what a service sees, played through with faults of the emulator.
//!
//! ```text
//! cargo run --example outage --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! one failure: alice@example.com, with 2 requests
//! too many requests: try again in 7 seconds
//! a dropped connection: bob may or may not have been created; requests: 1
//! an outage: PropelAuth is unavailable, with 3 requests
//! tokens are still verified: alice@example.com
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::time::Duration;

use actix_web_propelauth::{
    Delivery, Error,
    emulator::{Emulator, Fault},
};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let alice = emulator.create_user("alice@example.com")?;
    let header = format!("Bearer {}", alice.log_in()?);
    let requests = || {
        let count = emulator.requests().len();
        emulator.clear_requests();
        count
    };
    requests();

    // A call that only reads is repeated.
    emulator.inject_fault(
        Fault::on("fetch_user_metadata_by_user_id")
            .status(503)
            .times(1),
    )?;
    let user = auth.user().fetch_user_metadata_by_user_id(&alice).await?;
    println!("one failure: {}, with {} requests", user.email, requests());

    // PropelAuth says how long to wait. An error that a handler returns becomes 503 with `Retry-After`.
    let limit = Duration::from_secs(7);
    emulator.inject_fault(Fault::on("fetch_orgs_by_query").rate_limit(limit))?;
    if let Err(error) = auth.org().fetch_orgs_by_query().await {
        let wait = error.retry_after().unwrap_or_default();
        println!("too many requests: try again in {} seconds", wait.as_secs());
    }
    requests();

    // A call that creates something is not repeated once it was sent.
    emulator.inject_fault(Fault::on("create_user").drop_connection().times(1))?;
    let created = auth.user().create_user("bob@example.com").await;
    if let Err(Error::Unavailable {
        delivery: Delivery::Unknown,
        ..
    }) = created
    {
        println!(
            "a dropped connection: bob may or may not have been created; requests: {}",
            requests()
        );
    }

    emulator.inject_fault(Fault::on("*").status(503))?;
    let result = auth.user().fetch_user_metadata_by_user_id(&alice).await;
    if matches!(
        result,
        Err(Error::Unavailable {
            status: Some(503),
            ..
        })
    ) {
        println!(
            "an outage: PropelAuth is unavailable, with {} requests",
            requests()
        );
    }

    // No request of a user needs PropelAuth.
    let user = auth.validate_access_token_and_get_user(header.as_str())?;
    println!("tokens are still verified: {}", user.email);
    Ok(())
}
