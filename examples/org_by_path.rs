//! Organization by path: routes below `/orgs/{org_id}` are for its members only.
//!
//! ```text
//! cargo run --example org_by_path --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    InOrg, InOrgWithMinimumRole, OrgMemberInfo, emulator::Emulator, org_id,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn dashboard(org: OrgMemberInfo) -> String {
    format!("dashboard of {}, for its {}", org.org_name, org.user_role)
}

async fn billing(org: OrgMemberInfo) -> String {
    format!("billing of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Owner")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let server = HttpServer::new(move || {
        let org = || org_id::path("org_id");
        let billing = web::resource("/billing")
            .wrap(InOrgWithMinimumRole::new("Admin", org()))
            .get(billing);
        let orgs = web::scope("/orgs/{org_id}")
            .wrap(InOrg::new(org()))
            .route("/dashboard", web::get().to(dashboard))
            .service(billing);
        App::new().service(orgs).wrap(auth.require_user())
    })
    .bind(support::address())?;

    let requests = [
        get(format!("/orgs/{acme}/dashboard"))
            .as_user(&bob)
            .answers(200, "dashboard of Acme Inc, for its Member"),
        get(format!("/orgs/{acme}/billing"))
            .as_user(&bob)
            .denied(403),
        get(format!("/orgs/{acme}/billing"))
            .as_user(&alice)
            .answers(200, "billing of Acme Inc"),
        get(format!("/orgs/{initech}/dashboard"))
            .as_user(&alice)
            .denied(403),
        get(format!("/orgs/{acme}/dashboard")).denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
