//! Route audit: what protects each route, and who may call it, as two tables for a test.
//!
//! ```text
//! cargo run --example route_audit --features audit
//! ```
//!
//! prints
//!
//! ```text
//! METHOD  ROUTE                         PROTECTION
//! GET     /api/me                       user
//! GET     /api/orgs/{org_id}/billing    user, InOrg(path "org_id"), InOrgWithRole("Admin", path "org_id")
//! GET     /api/orgs/{org_id}/dashboard  user, InOrg(path "org_id")
//! GET     /health                       public
//! GET     /invoices                     OPEN
//! - GET /invoices needs no user; wrap its resource or scope in `auth.require_user()` or in a guard such as `InOrg`, or add `.public("GET /invoices")`
//!
//! METHOD  ROUTE                         anonymous  expired  other org  Owner  Admin  Member  PROTECTION
//! GET     /api/me                       401        401      ok         ok     ok     ok      user
//! GET     /api/orgs/{org_id}/billing    401        401      403        403    ok     403     user, InOrg(path "org_id"), InOrgWithRole("Admin", path "org_id")
//! GET     /api/orgs/{org_id}/dashboard  401        401      403        ok     ok     ok      user, InOrg(path "org_id")
//! GET     /health                       ok         ok       ok         ok     ok     ok      public
//! GET     /invoices                     ok         ok       ok         ok     ok     ok      OPEN
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use actix_web::{App, test::init_service, web};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, OrgMemberInfo, PropelAuth, User,
    audit::{DenialMatrix, RouteAudit},
    org_id,
    testing::{TestOrg, propel_auth},
};

async fn me(user: User) -> String {
    user.email.clone()
}

async fn org(org: OrgMemberInfo) -> String {
    org.org_name.clone()
}

/// The app. The route of invoices was forgotten when the others got their guards.
fn routes(auth: &PropelAuth) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let auth = auth.clone();
    move |app| {
        let orgs = web::scope("/orgs/{org_id}")
            .wrap(InOrg::new(org_id::path("org_id")))
            .route("/dashboard", web::get().to(org))
            .service(
                web::resource("/billing")
                    .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
                    .get(org),
            );
        let api = web::scope("/api")
            .wrap(auth.require_user())
            .route("/me", web::get().to(me))
            .service(orgs);
        app.service(api)
            .route("/health", web::get().to(async || "ok"))
            .route("/invoices", web::get().to(async || "all invoices"));
    }
}

#[actix_web::main]
async fn main() {
    let app = init_service(App::new().configure(routes(&propel_auth()))).await;

    // In a test, `report.assert()` fails with the problems.
    let audit = RouteAudit::new().public("GET /health");
    let report = audit.run(&app).await;
    print!("{report}");
    for problem in report.problems() {
        println!("- {problem}");
    }

    // In a test, `matrix.assert_matches_file("tests/denials.txt")` compares it with a committed file.
    let matrix = DenialMatrix::for_org(&TestOrg::new("Acme Inc")).audit(audit);
    print!("\n{}", matrix.run(&app).await);
}
