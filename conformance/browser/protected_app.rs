//! The actix application in the journeys of the browser judges: pages, and an API that this crate protects.
//!
//! `conformance/browser/run` starts it with the environment that `propelauth-dev` prints. It prints its URL.

#![allow(clippy::print_stdout)] // its URL is for the script that starts it

use std::{env, error::Error, fs, path::PathBuf};

use actix_files::Files;
use actix_web::{App, HttpResponse, HttpServer, http::header, web};
use actix_web_propelauth::{
    InOrgWithMinimumRole, OrgMemberInfo, PropelAuth, User, org_id, webhook::WebhookVerifier,
};

/// Answers with what the token says, as text that a judge compares.
async fn whoami(user: User) -> String {
    user.email.clone()
}

async fn settings(user: User, org: OrgMemberInfo) -> String {
    format!("settings of {} for {}", org.org_name, user.email)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let auth = PropelAuth::from_env().await?;
    let verifier = WebhookVerifier::from_env()?;
    let pages = PathBuf::from(env::args().nth(1).ok_or("usage: protected_app PAGES")?);
    // A mistyped folder would be a 404 in every judge.
    fs::read_dir(&pages)?;
    let config = format!(
        "window.config = {{ authUrl: {:?} }};",
        env::var("PROPELAUTH_AUTH_URL")?
    );

    let server = HttpServer::new(move || {
        let settings = web::resource("/orgs/{org_id}/settings")
            .wrap(InOrgWithMinimumRole::new("Admin", org_id::path("org_id")))
            .wrap(auth.require_user())
            .get(settings);
        let whoami = web::resource("/whoami")
            .wrap(auth.require_user())
            .get(whoami);
        let config = config.clone();
        let config = web::get().to(move || {
            let script = HttpResponse::Ok()
                .insert_header((header::CONTENT_TYPE, "text/javascript"))
                .body(config.clone());
            async { script }
        });
        App::new()
            .service(auth.webhooks(verifier.clone()))
            .service(settings)
            .service(whoami)
            .route("/config.js", config)
            .service(Files::new("/", &pages).index_file("javascript.html"))
    })
    .workers(1)
    .bind("127.0.0.1:0")?;
    let address = server.addrs().first().copied();
    println!("http://{}", address.ok_or("the server has no address")?);
    server.run().await?;
    Ok(())
}
