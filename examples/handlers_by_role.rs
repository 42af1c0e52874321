//! Handlers picked by role: one path, and another handler for administrators than for members.
//!
//! ```text
//! cargo run --example handlers_by_role --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    InOrg, InOrgWithMinimumRole, OrgMemberInfo, emulator::Emulator, org_id,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn for_admins(org: OrgMemberInfo) -> String {
    format!("everything about {}", org.org_name)
}

async fn for_members(org: OrgMemberInfo) -> String {
    format!("a summary of {}", org.org_name)
}

/// Selects a handler. `guard_route` also protects the route that it selects; a guard in `.guard(…)`
/// alone would not.
fn report() -> actix_web::Resource {
    let path = "/orgs/{org_id}/report";
    let org = || org_id::path("org_id");
    let admins = InOrgWithMinimumRole::new("Admin", org()).path_pattern(path);
    web::resource(path)
        .route(admins.guard_route(web::get().to(for_admins)))
        .route(web::get().to(for_members).wrap(InOrg::new(org())))
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let [alice, bob, carol] = [
        emulator.create_user("alice@example.com")?,
        emulator.create_user("bob@example.com")?,
        emulator.create_user("carol@example.com")?,
    ];
    emulator.add_user_to_org(&alice, &acme, "Owner")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let server = HttpServer::new(move || App::new().service(report()).wrap(auth.require_user()))
        .bind(support::address())?;

    let path = format!("/orgs/{acme}/report");
    let requests = [
        get(&path)
            .as_user(&alice)
            .answers(200, "everything about Acme Inc"),
        get(&path)
            .as_user(&bob)
            .answers(200, "a summary of Acme Inc"),
        get(&path).as_user(&carol).denied(403),
        get(&path).denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
