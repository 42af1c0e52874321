//! Organization by header: the client names its organization in `X-Org-Id`.
//!
//! ```text
//! cargo run --example org_by_header --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{InOrg, OrgMemberInfo, emulator::Emulator, org_id};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn projects(org: OrgMemberInfo) -> String {
    format!("projects of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Owner")?;

    let server = HttpServer::new(move || {
        let projects = web::resource("/projects")
            .wrap(InOrg::new(org_id::header("x-org-id")))
            .get(projects);
        App::new().service(projects).wrap(auth.require_user())
    })
    .bind(support::address())?;

    let requests = [
        get("/projects")
            .as_user(&alice)
            .header("X-Org-Id", &acme)
            .answers(200, "projects of Acme Inc"),
        get("/projects")
            .as_user(&alice)
            .header("X-Org-Id", &initech)
            .denied(403),
        get("/projects").as_user(&alice).denied(403), // no organization is named
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
