//! Optional user: a page for everyone, which greets users by name.
//!
//! ```text
//! cargo run --example optional_user --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{OptionalUser, emulator::Emulator};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn home(user: OptionalUser) -> String {
    match user.into_inner() {
        Some(user) => format!("welcome back, {}", user.email),
        None => "welcome, stranger".to_owned(),
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let alice = emulator.create_user("alice@example.com")?;

    let server = HttpServer::new(move || {
        App::new()
            // A request without a token is anonymous. One with an invalid token is denied, so that a
            // client learns that it has to log in again.
            .service(web::resource("/").get(home).wrap(auth.optional_user()))
            // Here, an invalid token is treated like none.
            .service(
                web::resource("/news")
                    .get(home)
                    .wrap(auth.allow_anonymous()),
            )
    })
    .bind(support::address())?;

    let requests = [
        get("/").answers(200, "welcome, stranger"),
        get("/")
            .as_user(&alice)
            .answers(200, "welcome back, alice@example.com"),
        get("/").token("stale", "not-a-token").denied(401),
        get("/news")
            .token("stale", "not-a-token")
            .answers(200, "welcome, stranger"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
