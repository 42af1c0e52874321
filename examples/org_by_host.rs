//! Organization by host: each organization has a subdomain, such as `acme-inc.example.com`.
//!
//! ```text
//! cargo run --example org_by_host --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    InOrg, OrgMemberInfo, RequiredOrg, emulator::Emulator, org_id::OrgRequest,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// Finds the organization by its URL-safe name, which is the first label of the host.
fn by_host(request: &OrgRequest<'_>) -> Option<RequiredOrg> {
    let host = request.header("host")?;
    let (name, _) = host.split_once('.')?;
    Some(RequiredOrg::name(name))
}

async fn home(org: OrgMemberInfo) -> String {
    format!("home of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Member")?;

    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(home))
            .wrap(InOrg::new(by_host))
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let requests = [
        get("/")
            .as_user(&alice)
            .header("Host", "acme-inc.example.com")
            .answers(200, "home of Acme Inc"),
        get("/")
            .as_user(&alice)
            .header("Host", "initech.example.com")
            .denied(403),
        get("/")
            .as_user(&alice)
            .header("Host", "localhost")
            .denied(403),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
