//! Check in a handler: the organization is known only after the record was loaded.
//!
//! ```text
//! cargo run --example check_in_handler --features emulator
//! ```

use std::collections::BTreeMap;

use actix_web::{App, HttpServer, error::ErrorNotFound, web};
use actix_web_propelauth::{OrgId, Requirement, User, emulator::Emulator};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// A document of an organization.
#[derive(Clone)]
struct Document {
    org_id: OrgId,
    text: &'static str,
}

type Documents = web::Data<BTreeMap<u32, Document>>;

async fn read(user: User, id: web::Path<u32>, all: Documents) -> actix_web::Result<String> {
    let document = all
        .get(&id)
        .ok_or_else(|| ErrorNotFound("no such document"))?;
    // `?` responds with 403, worded and logged like the denials of the guards.
    let org = user.authorize(
        &document.org_id,
        &Requirement::permission("documents::read"),
    )?;
    Ok(format!("{}: {}", org.org_name, document.text))
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::builder().permission("Member", "documents::read");
    let emulator = emulator.start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Member")?;

    let document = |org_id: &OrgId, text| Document {
        org_id: org_id.clone(),
        text,
    };
    let documents = web::Data::new(BTreeMap::<u32, _>::from([
        (1, document(&acme, "how to build a rocket")),
        (2, document(&initech, "cover sheets")),
    ]));
    let server = HttpServer::new(move || {
        App::new()
            .route("/documents/{id}", web::get().to(read))
            .app_data(documents.clone())
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let requests = [
        get("/documents/1")
            .as_user(&alice)
            .answers(200, "Acme Inc: how to build a rocket"),
        get("/documents/2").as_user(&alice).denied(403),
        get("/documents/3")
            .as_user(&alice)
            .answers(404, "no such document"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
