//! Active organization: the frontend requests a token for one organization, and routes name none.
//!
//! ```text
//! cargo run --example active_org --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{InOrg, InOrgWithRole, OrgMemberInfo, emulator::Emulator, org_id};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn dashboard(org: OrgMemberInfo) -> String {
    format!("dashboard of {}", org.org_name)
}

async fn settings(org: OrgMemberInfo) -> String {
    format!("settings of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Owner")?;
    emulator.add_user_to_org(&alice, &initech, "Member")?;

    let server = HttpServer::new(move || {
        let settings = web::resource("/settings")
            .wrap(InOrgWithRole::new("Owner", org_id::active()))
            .get(settings);
        App::new()
            .route("/dashboard", web::get().to(dashboard))
            .service(settings)
            .wrap(InOrg::new(org_id::active()))
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let at_acme = alice.log_in_to_org(&acme)?;
    let at_initech = alice.log_in_to_org(&initech)?;
    let requests = [
        get("/dashboard")
            .token("at_acme", &at_acme)
            .answers(200, "dashboard of Acme Inc"),
        get("/dashboard")
            .token("at_initech", &at_initech)
            .answers(200, "dashboard of Initech"),
        get("/settings")
            .token("at_acme", &at_acme)
            .answers(200, "settings of Acme Inc"),
        get("/settings")
            .token("at_initech", &at_initech)
            .denied(403),
        get("/dashboard")
            .token("without_org", alice.log_in()?)
            .denied(403),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
