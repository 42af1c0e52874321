//! The API behind the full-stack examples: notes of organizations, which members read and admins write.
//!
//! A role that is taken away is gone with the next request, because the emulator sends webhooks. Start it
//! with a frontend, by a script of this folder, or alone:
//!
//! ```text
//! cargo run --features cli --bin propelauth-dev -- up --seed examples/full_stack/seed.toml \
//!     -- cargo run --example full_stack_api
//! ```

use std::{
    collections::BTreeMap,
    env,
    sync::{Mutex, PoisonError},
};

use actix_cors::Cors;
use actix_web::{App, HttpResponse, HttpServer, http::header, web};
use actix_web_propelauth::{
    InOrg, InOrgWithMinimumRole, OrgMemberInfo, PropelAuth, User, org_id, webhook::WebhookVerifier,
};
use serde_json::{Value, json};

/// Notes by organization. A real service has a database.
type Notes = web::Data<Mutex<BTreeMap<String, Vec<String>>>>;

/// `GET /api/me`
async fn me(user: User) -> web::Json<Value> {
    web::Json(json!({ "email": user.email }))
}

/// `GET /api/orgs/{org_id}/notes`
async fn list(org: OrgMemberInfo, notes: Notes) -> web::Json<Value> {
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let of_org = notes.get(org.org_id.as_str()).cloned().unwrap_or_default();
    web::Json(json!({ "role": org.user_role, "notes": of_org }))
}

/// `POST /api/orgs/{org_id}/notes`
async fn add(org: OrgMemberInfo, notes: Notes, text: String) -> HttpResponse {
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let of_org = notes.entry(org.org_id.to_string()).or_default();
    of_org.push(text);
    HttpResponse::NoContent().finish()
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let auth = PropelAuth::from_env().await?;
    let verifier = WebhookVerifier::from_env()?;
    let notes = Notes::default();
    let port: u16 = env::var("PORT").unwrap_or_default().parse().unwrap_or(8080);

    #[allow(clippy::print_stdout)] // for the person who started it
    {
        println!("the API is on http://localhost:{port}");
    }
    HttpServer::new(move || {
        let notes_of_org = web::resource("/orgs/{org_id}/notes")
            .route(web::get().to(list).wrap(InOrg::new(org_id::path("org_id"))))
            .route(
                web::post()
                    .to(add)
                    .wrap(InOrgWithMinimumRole::new("Admin", org_id::path("org_id"))),
            );
        // The frontend is on another port, which is another origin.
        let cors = Cors::default()
            .allowed_origin_fn(|origin, _| origin.as_bytes().starts_with(b"http://localhost:"))
            .allowed_methods(["GET", "POST"])
            .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE]);
        App::new()
            .app_data(notes.clone())
            .service(auth.webhooks(verifier.clone()))
            .service(
                web::scope("/api")
                    .route("/me", web::get().to(me))
                    .service(notes_of_org)
                    .wrap(auth.require_user())
                    .wrap(cors),
            )
    })
    .workers(1)
    .bind(("localhost", port))?
    .run()
    .await?;
    Ok(())
}
