//! An OpenAPI document of the service's routes, with Swagger UI to try them out.
//!
//! ```text
//! cargo run --manifest-path examples/integrations/Cargo.toml --bin openapi
//! ```
//!
//! Open `/docs/` in a browser, choose *Authorize*, and paste the access token of one of the commands.

use actix_web::{App, HttpServer, get, web::Json};
use actix_web_propelauth::{
    InOrgWithPermission, OrgId, OrgMemberInfo, User,
    emulator::Emulator,
    openapi::{PropelAuthResponses, PropelAuthSecurity},
    org_id,
};
use serde::Serialize;
use support::{Outcome, get};
use utoipa::{Modify as _, OpenApi, ToSchema};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::SwaggerUi;

#[path = "../../../support/mod.rs"]
mod support;

#[derive(OpenApi)]
#[openapi(info(title = "Billing", version = "1"), modifiers(&PropelAuthSecurity))]
struct ApiDoc;

/// What an organization pays.
#[derive(Serialize, ToSchema)]
struct Billing {
    org_id: OrgId,
    plan: &'static str,
}

/// Returns the user of the access token.
#[utoipa::path(responses((status = 200, body = User), PropelAuthResponses))]
#[get("/whoami")]
async fn whoami(user: User) -> Json<User> {
    Json(user)
}

/// Returns what an organization pays, to members who may see it.
#[utoipa::path(
    params(("org_id" = OrgId, Path)),
    responses((status = 200, body = Billing), PropelAuthResponses),
)]
#[get("/billing")]
async fn billing(org: OrgMemberInfo) -> Json<Billing> {
    Json(Billing {
        org_id: org.org_id.clone(),
        plan: "premium",
    })
}

/// Returns whether the service is up, to everyone.
#[utoipa::path(responses((status = 200, body = str)))]
#[get("/health")]
async fn health() -> &'static str {
    "up"
}

/// Builds the app's routes and, with them, the document.
macro_rules! app {
    ($auth:expr) => {{
        let can_view = InOrgWithPermission::new("billing::read", org_id::path("org_id"));
        let orgs = utoipa_actix_web::scope("/orgs/{org_id}").service(billing);
        App::new()
            .into_utoipa_app()
            .openapi(ApiDoc::openapi())
            .service(whoami)
            .service(health)
            .service(orgs.wrap(can_view))
            .openapi_service(|mut document| {
                // Once more: the operations were added after `ApiDoc::openapi()`.
                PropelAuthSecurity.modify(&mut document);
                SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document)
            })
            // Not `require_user`: the document and the health check are for everyone.
            .map(|app| app.wrap($auth.optional_user()))
    }};
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::builder().permission("Admin", "billing::read");
    let emulator = emulator.start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let mut document = app!(auth).split_for_parts().1;
    PropelAuthSecurity.modify(&mut document);
    check(&serde_json::to_value(&document)?)?;

    let server = HttpServer::new(move || app!(auth).into_app()).bind(support::address())?;
    let path = format!("/orgs/{acme}/billing");
    let body = format!(r#"{{"org_id":"{acme}","plan":"premium"}}"#);
    let requests = [
        get("/health").answers(200, "up"),
        get("/openapi.json").answers(200, document.to_json()?),
        get(&path).as_user(&alice).answers(200, body),
        get(&path).as_user(&bob).denied(403),
        get(&path).denied(401),
        get("/whoami").denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}

/// Checks that the document says what it should.
fn check(document: &serde_json::Value) -> Result<(), String> {
    for (pointer, expected) in [
        (
            "/components/securitySchemes/PropelAuth/scheme",
            "\"bearer\"",
        ),
        (
            "/paths/~1orgs~1{org_id}~1billing/get/security",
            r#"[{"PropelAuth":[]}]"#,
        ),
        (
            "/paths/~1orgs~1{org_id}~1billing/get/responses/403/$ref",
            r##""#/components/responses/PropelAuthForbidden""##,
        ),
        ("/components/schemas/User/type", "\"object\""),
        (
            "/components/schemas/Billing/properties/org_id/$ref",
            r##""#/components/schemas/OrgId""##,
        ),
    ] {
        let found = document.pointer(pointer).map(ToString::to_string);
        if found.as_deref() != Some(expected) {
            return Err(format!("{pointer} is {found:?} and not {expected}"));
        }
    }
    if document.pointer("/paths/~1health/get/security").is_some() {
        return Err("the health check requires a user".to_owned());
    }
    Ok(())
}
