//! Tracing: a plain subscriber, which logs why requests are denied. Callers do not learn it.
//!
//! ```text
//! cargo run --example tracing --features emulator
//! ```
//!
//! prints, among other lines
//!
//! ```text
//! DEBUG
//! code=no_credentials
//! code=missing_role route=/orgs/{org_id}/settings
//! path=/orgs/
//! the role "Admin" is required
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{InOrgWithRole, OrgMemberInfo, emulator::Emulator, org_id};
use support::{Outcome, get};
use tracing_subscriber::filter::LevelFilter;

#[path = "support/mod.rs"]
mod support;

async fn settings(org: OrgMemberInfo) -> String {
    format!("settings of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    // Denials are logged at `debug`, a service without a verifier key at `warn`, and mistakes of the
    // program, such as a handler without a guard, at `error`.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_ansi(false)
        .init();

    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let server = HttpServer::new(move || {
        let settings = web::resource("/orgs/{org_id}/settings")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(settings);
        App::new().service(settings).wrap(auth.require_user())
    })
    .bind(support::address())?;

    let settings = format!("/orgs/{acme}/settings");
    let requests = [
        get(&settings)
            .as_user(&alice)
            .answers(200, "settings of Acme Inc"),
        get(&settings).as_user(&bob).denied(403),
        get(&settings).denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
