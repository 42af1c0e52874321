//! CORS for a browser app: an app from another origin calls the API, and can read denials, too.
//!
//! ```text
//! cargo run --example cors --features emulator
//! ```

use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    http::{Method, header},
    web,
};
use actix_web_propelauth::{User, emulator::Emulator};
use support::{Outcome, get, request};

#[path = "support/mod.rs"]
mod support;

const APP: &str = "https://app.example.com";

async fn me(user: User) -> String {
    user.email.clone()
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let alice = emulator.create_user("alice@example.com")?;

    let server = HttpServer::new(move || {
        let cors = Cors::default()
            .allowed_origin(APP)
            .allowed_methods(["GET"])
            .allowed_header(header::AUTHORIZATION);
        // The last `.wrap` runs first. CORS has to be outside: it answers preflights, which have no
        // token, and lets the app read a 401, after which it refreshes its token.
        App::new()
            .route("/me", web::get().to(me))
            .wrap(auth.require_user())
            .wrap(cors)
    })
    .bind(support::address())?;

    let preflight = |origin: &str| {
        request(Method::OPTIONS, "/me")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization")
    };
    let allow = "access-control-allow-origin";
    let requests = [
        preflight(APP).answers(200, "").answers_header(allow, APP),
        preflight("https://evil.example")
            .answers(400, "Origin is not allowed to make this request"),
        get("/me")
            .header("Origin", APP)
            .denied(401)
            .answers_header(allow, APP),
        get("/me")
            .header("Origin", APP)
            .as_user(&alice)
            .answers(200, "alice@example.com")
            .answers_header(allow, APP),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
