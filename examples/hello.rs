//! Hello: one route for users only, and its handler knows who they are.
//!
//! ```text
//! cargo run --example hello --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{User, emulator::Emulator};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn hello(user: User) -> String {
    format!("hello, {}", user.email)
}

#[actix_web::main]
async fn main() -> Outcome {
    // With an account, the first two lines are `let auth = PropelAuth::from_env().await?;`.
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let alice = emulator.create_user("alice@example.com")?;

    let server = HttpServer::new(move || {
        App::new()
            .route("/hello", web::get().to(hello))
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let requests = [
        get("/hello").denied(401),
        get("/hello")
            .as_user(&alice)
            .answers(200, "hello, alice@example.com"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
