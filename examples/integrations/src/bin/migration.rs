//! Migration from the official crate: the same routes with `propelauth` and with this crate.
//!
//! ```text
//! cargo run --manifest-path examples/integrations/Cargo.toml --bin migration
//! ```
//!
//! | `propelauth` | this crate |
//! | --- | --- |
//! | `PropelAuth::fetch_and_init(AuthOptions { auth_url, api_key })` | `PropelAuth::from_env()`, or `builder(auth_url, api_key).fetch_and_init()` |
//! | `.app_data(web::Data::new(auth))` | `.wrap(auth.require_user())`, which also puts the handle into the app data |
//! | the argument `user: User` | the same |
//! | `user.validate_org_membership(RequiredOrg::OrgId(id), UserRequirementsInOrg::None)?` | `.wrap(InOrg::new(…))`, or `user.authorize(id, &Requirement::member())?` |
//! | `UserRequirementsInOrg::IsRole("Admin")` | `InOrgWithRole::new("Admin", …)`, or `Requirement::role("Admin")` |
//! | `auth.user().fetch_user_by_id(id, true).await?` | `auth.user().fetch_user_metadata_by_user_id(id).include_orgs(true).await?` |
//!
//! Both apps are served here, below `/before` and `/after`, and respond with the same status to the same
//! requests. The official crate always calls its backend API at PropelAuth, so calls are not compared.

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::emulator::Emulator;
use support::{Outcome, get};

#[path = "../../../support/mod.rs"]
mod support;

/// With the official crate.
mod before {
    use actix_web::web;
    use propelauth::propelauth::{
        errors::UnauthorizedOrForbiddenError,
        options::{RequiredOrg, UserRequirementsInOrg},
        token_models::User,
    };

    async fn whoami(user: User) -> String {
        user.email
    }

    async fn dashboard(
        user: User,
        id: web::Path<String>,
    ) -> Result<String, UnauthorizedOrForbiddenError> {
        let org =
            user.validate_org_membership(RequiredOrg::OrgId(&id), UserRequirementsInOrg::None)?;
        Ok(format!("dashboard of {}", org.org_name))
    }

    async fn billing(
        user: User,
        id: web::Path<String>,
    ) -> Result<String, UnauthorizedOrForbiddenError> {
        let admin = UserRequirementsInOrg::IsRole("Admin");
        let org = user.validate_org_membership(RequiredOrg::OrgId(&id), admin)?;
        Ok(format!("billing of {}", org.org_name))
    }

    pub(super) fn routes(app: &mut web::ServiceConfig) {
        app.route("/whoami", web::get().to(whoami))
            .route("/orgs/{org_id}/dashboard", web::get().to(dashboard))
            .route("/orgs/{org_id}/billing", web::get().to(billing));
    }
}

/// With this crate. The middleware protects all routes, and `OrgMemberInfo` exists only behind a guard,
/// so that a forgotten check does not open a route.
mod after {
    use actix_web::web;
    use actix_web_propelauth::{InOrg, InOrgWithRole, OrgMemberInfo, User, org_id};

    async fn whoami(user: User) -> String {
        user.email.clone()
    }

    async fn dashboard(org: OrgMemberInfo) -> String {
        format!("dashboard of {}", org.org_name)
    }

    async fn billing(org: OrgMemberInfo) -> String {
        format!("billing of {}", org.org_name)
    }

    pub(super) fn routes(app: &mut web::ServiceConfig) {
        let org = || org_id::path("org_id");
        let billing = web::resource("/billing")
            .wrap(InOrgWithRole::new("Admin", org()))
            .get(billing);
        let orgs = web::scope("/orgs/{org_id}")
            .wrap(InOrg::new(org()))
            .route("/dashboard", web::get().to(dashboard))
            .service(billing);
        app.route("/whoami", web::get().to(whoami)).service(orgs);
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    // The official crate accepts https issuers only.
    let emulator = Emulator::builder()
        .issuer("https://auth.example.com")
        .start()
        .await?;
    let ours = emulator.propel_auth().await?;
    let official = official(&emulator)?;

    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    let carol = emulator.create_user("carol@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let server = HttpServer::new(move || {
        App::new()
            .service(
                web::scope("/before")
                    .configure(before::routes)
                    .app_data(official.clone()),
            )
            .service(
                web::scope("/after")
                    .configure(after::routes)
                    .wrap(ours.require_user()),
            )
    })
    .bind(support::address())?;

    let mut requests = Vec::new();
    for version in ["before", "after"] {
        let path = |path: &str| get(format!("/{version}{path}"));
        let org = |page: &str| path(&format!("/orgs/{acme}/{page}"));
        requests.extend([
            path("/whoami")
                .as_user(&alice)
                .answers(200, "alice@example.com"),
            org("dashboard")
                .as_user(&bob)
                .answers(200, "dashboard of Acme Inc"),
            org("billing")
                .as_user(&alice)
                .answers(200, "billing of Acme Inc"),
        ]);
        let denied = [
            path("/whoami"),
            org("billing").as_user(&bob),
            org("dashboard").as_user(&carol),
        ];
        let statuses = [401, 403, 403];
        // The official crate responds with the status in words, this one with RFC 9457 and a challenge.
        requests.extend(denied.into_iter().zip(statuses).map(|(request, status)| {
            match (version, status) {
                ("before", 401) => request.answers(401, "Unauthorized"),
                ("before", _) => request.answers(403, "Forbidden"),
                _ => request.denied(status),
            }
        }));
    }
    support::serve(server.addrs(), server.run(), requests).await
}

fn official(
    emulator: &Emulator,
) -> Result<web::Data<propelauth::propelauth::auth::PropelAuth>, String> {
    use propelauth::{
        models::AuthTokenVerificationMetadata,
        propelauth::{auth::PropelAuth, options::AuthOptionsWithTokenVerification},
    };
    let auth = PropelAuth::init(AuthOptionsWithTokenVerification {
        auth_url: emulator.issuer().to_owned(),
        api_key: emulator.api_key().to_owned(),
        manual_token_verification_metadata: AuthTokenVerificationMetadata {
            public_key_pem: emulator.verifier_key().to_owned(),
        },
    });
    let auth = auth.map_err(|error| format!("{error:?}"))?;
    Ok(web::Data::new(auth))
}
