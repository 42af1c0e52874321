//! Management: create, change, disable and delete a user, and see what PropelAuth refuses.
//!
//! ```text
//! cargo run --example manage_users --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! created alice@example.com
//! a second alice is refused: ["Email is already in use: \"alice@example.com\""]
//! renamed to Alice Liddell, who likes tea
//! disabled: true
//! enabled again: true
//! after deletion: None
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use actix_web_propelauth::{OptionalExt as _, emulator::Emulator};
use serde_json::json;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?; // with an account: PropelAuth::from_env().await?
    let users = auth.user();

    let alice = users
        .create_user("alice@example.com")
        .email_confirmed(true)
        .first_name("Alice")
        .await?
        .user_id;
    println!(
        "created {}",
        users.fetch_user_metadata_by_user_id(&alice).await?.email
    );

    // What PropelAuth refuses, it explains field by field.
    let second = users.create_user("alice@example.com").await;
    let refused = second.err();
    if let Some(fields) = refused.as_ref().and_then(|error| error.field_errors()) {
        println!("a second alice is refused: {:?}", fields.get("email"));
    }

    users
        .update_user_metadata(&alice)
        .last_name("Liddell")
        .properties(
            json!({ "drink": "tea" })
                .as_object()
                .cloned()
                .unwrap_or_default(),
        )
        .await?;
    let user = users.fetch_user_metadata_by_user_id(&alice).await?;
    let name = [user.first_name, user.last_name]
        .map(Option::unwrap_or_default)
        .join(" ");
    let drink = user.properties.unwrap_or_default().remove("drink");
    println!(
        "renamed to {name}, who likes {}",
        drink
            .as_ref()
            .and_then(|it| it.as_str())
            .unwrap_or("nothing")
    );

    users.disable_user(&alice).await?;
    println!(
        "disabled: {}",
        !users.fetch_user_metadata_by_user_id(&alice).await?.enabled
    );
    users.enable_user(&alice).await?;
    println!(
        "enabled again: {}",
        users.fetch_user_metadata_by_user_id(&alice).await?.enabled
    );

    // `optional` turns the refusal "not found" into `None`; other errors stay errors.
    users.delete_user(&alice).await?;
    let gone = users
        .fetch_user_metadata_by_user_id(&alice)
        .await
        .optional()?;
    println!("after deletion: {:?}", gone.map(|user| user.email));
    Ok(())
}
