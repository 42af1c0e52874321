//! Several requirements: all of some permissions, a role and a permission, one of several, and the user in person.
//!
//! ```text
//! cargo run --example several_requirements --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission, OrgMemberInfo, Requirement,
    User, emulator::Emulator, org_id,
};
use support::{Outcome, get, request};

#[path = "support/mod.rs"]
mod support;

async fn invoices(org: OrgMemberInfo) -> String {
    format!("invoices of {}", org.org_name)
}

async fn refund(org: OrgMemberInfo) -> String {
    format!("{} refunds", org.org_name)
}

async fn close(user: User, org: OrgMemberInfo) -> String {
    format!("{} closes {}", user.email, org.org_name)
}

fn routes(app: &mut web::ServiceConfig) {
    let org = || org_id::path("org_id");
    let admin = || InOrgWithMinimumRole::new("Admin", org());
    app.service(
        web::scope("/orgs/{org_id}")
            // Every permission of the list.
            .service(
                web::resource("/invoices")
                    .wrap(InOrgWithAllPermissions::new(
                        ["billing::read", "invoices::read"],
                        org(),
                    ))
                    .get(invoices),
            )
            // A role and a permission: a request has to pass both guards.
            .service(
                web::resource("/refunds")
                    .wrap(InOrgWithPermission::new("billing::refund", org()))
                    .wrap(admin())
                    .post(refund),
            )
            // An employee who acts as the user may look around, but not close the account.
            .service(
                web::resource("/account")
                    .wrap(admin().and(Requirement::not_impersonated()))
                    .delete(close),
            ),
    );
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::builder()
        .permission("Member", "billing::read")
        .permission("Admin", "billing::read")
        .permission("Admin", "invoices::read")
        .permission("Owner", "billing::refund")
        .start()
        .await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let [olga, adam, mia] = [
        emulator.create_user("olga@example.com")?,
        emulator.create_user("adam@example.com")?,
        emulator.create_user("mia@example.com")?,
    ];
    emulator.add_user_to_org(&olga, &acme, "Owner")?;
    emulator.add_user_to_org(&adam, &acme, "Admin")?;
    emulator.add_user_to_org(&mia, &acme, "Member")?;
    let support_agent = emulator.add_employee("agent@example.com")?;
    let impersonated = emulator.impersonate(support_agent, &adam)?;

    let server = HttpServer::new(move || App::new().configure(routes).wrap(auth.require_user()))
        .bind(support::address())?;

    let [invoices, refunds, account] =
        ["invoices", "refunds", "account"].map(|name| format!("/orgs/{acme}/{name}"));
    let post = |path| request(actix_web::http::Method::POST, path);
    let delete = |path| request(actix_web::http::Method::DELETE, path);
    let requests = [
        get(&invoices).as_user(&mia).denied(403), // one of two permissions
        get(&invoices)
            .as_user(&adam)
            .answers(200, "invoices of Acme Inc"),
        post(&refunds).as_user(&adam).denied(403), // the role without the permission
        post(&refunds)
            .as_user(&olga)
            .answers(200, "Acme Inc refunds"),
        delete(&account).token("agent", impersonated).denied(403),
        delete(&account)
            .as_user(&adam)
            .answers(200, "adam@example.com closes Acme Inc"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
