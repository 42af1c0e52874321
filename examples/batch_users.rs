//! Batch: many users with one request, by id, email address or username.
//!
//! ```text
//! cargo run --example batch_users --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! alice wrote "hello"
//! bob wrote "hi, alice"
//! a deleted user wrote "bye"
//! invited: ["carol@example.com"]
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::collections::BTreeSet;

use actix_web_propelauth::{UserId, emulator::Emulator};

/// A comment in the app's database, which has the ids of users only.
struct Comment {
    author: UserId,
    text: &'static str,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?; // with an account: PropelAuth::from_env().await?
    let users = auth.user();
    let alice = users
        .create_user("alice@example.com")
        .username("alice")
        .await?
        .user_id;
    let bob = users
        .create_user("bob@example.com")
        .username("bob")
        .await?
        .user_id;
    let comments = [
        Comment {
            author: alice,
            text: "hello",
        },
        Comment {
            author: bob,
            text: "hi, alice",
        },
        Comment {
            author: "00000000-0000-4000-8000-000000000000".into(),
            text: "bye",
        },
    ];

    // One request for the authors of all comments, not one for each.
    let ids: BTreeSet<_> = comments
        .iter()
        .map(|comment| comment.author.clone())
        .collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let authors = users.fetch_batch_user_metadata_by_user_ids(ids).await?;
    for Comment { author, text } in &comments {
        let name = authors
            .get(author)
            .and_then(|user| user.username.as_deref());
        println!("{} wrote {text:?}", name.unwrap_or("a deleted user"));
    }

    // The keys are spelled as in the request; addresses that no user has are left out.
    let wanted = ["Alice@example.com", "carol@example.com"].map(str::to_owned);
    let known = users
        .fetch_batch_user_metadata_by_emails(wanted.to_vec())
        .await?;
    let new: Vec<_> = wanted
        .iter()
        .filter(|email| !known.contains_key(*email))
        .collect();
    println!("invited: {new:?}");
    Ok(())
}
