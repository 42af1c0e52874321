//! The service with an emulated PropelAuth, for development without an account.
//!
//! ```text
//! cargo run --example dev
//! ```
//!
//! prints `curl` commands with real tokens, and serves until Ctrl-C. With `-- --check`, it sends these
//! requests itself and compares the responses.

use actix_web::{App, HttpServer, http::Method};
use actix_web_propelauth::emulator::Emulator;
use starter::{error, projects::Projects, routes::routes};
use support::{Outcome, get, request};

#[path = "../../support/mod.rs"]
mod support;

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::builder()
        .permission("Owner", "billing::read")
        .permission("Owner", "projects::write")
        .permission("Admin", "projects::write")
        .start()
        .await?;
    let auth = error::in_envelopes(emulator.propel_auth_builder())
        .fetch_and_init()
        .await?;
    let acme = emulator.create_org("Acme Inc")?;
    let olga = emulator.create_user("olga@example.com")?;
    let mia = emulator.create_user("mia@example.com")?;
    emulator.add_user_to_org(&olga, &acme, "Owner")?;
    emulator.add_user_to_org(&mia, &acme, "Member")?;

    let projects = Projects::default();
    let server = HttpServer::new(move || App::new().configure(routes(&auth, &projects)))
        .bind(support::address())?;

    let forbidden = r#"{"error":{"code":"forbidden","message":"ask an administrator of your organization for access"}}"#;
    let path = format!("/api/orgs/{acme}/projects");
    let post = || {
        request(Method::POST, &path)
            .header("Content-Type", "application/json")
            .body(r#"{"name":"rocket"}"#)
    };
    let requests = [
        get("/readyz").answers(200, "ready"),
        post().as_user(&mia).answers(403, forbidden),
        post()
            .as_user(&olga)
            .answers(201, r#"{"id":1,"name":"rocket"}"#),
        get(&path)
            .as_user(&mia)
            .answers(200, r#"[{"id":1,"name":"rocket"}]"#),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
