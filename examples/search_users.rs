//! Search as a stream: every match of a paged list, fetched page by page while it is read.
//!
//! ```text
//! cargo run --example search_users --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! the first page: 10 of 25 users
//! smith: adam.smith@example.com
//! smith: zoe.smith@example.com
//! all: 25 users
//! members of Acme Inc: ["adam.smith@example.com"]
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use actix_web_propelauth::{api::UserOrderBy, emulator::Emulator};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?; // with an account: PropelAuth::from_env().await?
    let adam = emulator.create_user("adam.smith@example.com")?;
    emulator.create_user("zoe.smith@example.com")?;
    for number in 1..=23 {
        emulator.create_user(format!("user{number}@example.com"))?;
    }
    let acme = emulator.create_org("Acme Inc")?;
    emulator.add_user_to_org(&adam, &acme, "Owner")?;

    // Awaited, the call fetches one page.
    let page = auth.user().fetch_users_by_query().await?;
    println!(
        "the first page: {} of {} users",
        page.users.len(),
        page.total_users
    );

    // As a stream, it yields the users of all pages. Nothing is fetched before it is needed.
    let mut smiths = auth
        .user()
        .fetch_users_by_query()
        .email_or_username("smith")
        .order_by(UserOrderBy::Email)
        .page_size(1)
        .stream();
    while let Some(user) = smiths.next().await {
        println!("smith: {}", user?.email);
    }

    let all = auth.user().fetch_users_by_query().page_size(100).stream();
    println!("all: {} users", all.collect_all().await?.len());

    let members = auth
        .org()
        .fetch_users_in_org(&acme)
        .stream()
        .collect_all()
        .await?;
    let emails: Vec<_> = members.iter().map(|user| &user.email).collect();
    println!("members of Acme Inc: {emails:?}");
    Ok(())
}
