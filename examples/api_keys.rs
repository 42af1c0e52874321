//! API keys of your users: machines call without a login, with a key that PropelAuth validates.
//!
//! ```text
//! cargo run --example api_keys --features emulator
//! ```

use actix_web::{
    App, HttpMessage as _, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorUnauthorized,
    middleware::{Next, from_fn},
    web,
};
use actix_web_propelauth::{
    Error, PropelAuth,
    api::{ApiKeyOrg, CreateApiKey, ValidateOrgApiKeyRefusal},
    emulator::Emulator,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// Validates the key in `X-Api-Key`. Unlike a token, a key is validated by PropelAuth: one call for
/// each request, and a revoked key is useless at once.
async fn require_api_key(
    auth: web::Data<PropelAuth>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> actix_web::Result<ServiceResponse<impl MessageBody>> {
    let key = request
        .headers()
        .get("x-api-key")
        .and_then(|it| it.to_str().ok());
    let Some(key) = key.map(str::to_owned) else {
        return Err(ErrorUnauthorized("the header X-Api-Key is missing"));
    };
    match auth.api_key().validate_org_api_key(key).await {
        Ok(valid) => request.extensions_mut().insert(valid.org),
        // A key of another shape is a bad argument, one that does not exist is refused.
        Err(Error::BadRequest(_) | Error::Refused(ValidateOrgApiKeyRefusal::NotFound)) => {
            return Err(ErrorUnauthorized("no such key"));
        }
        Err(error) => return Err(error.into()),
    };
    next.call(request).await
}

async fn import(org: web::ReqData<ApiKeyOrg>) -> String {
    format!("imported for {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let key = emulator.create_api_key(CreateApiKey::new().org_id(&acme))?;

    let server = HttpServer::new(move || {
        let machines = web::scope("/machines")
            .route("/import", web::get().to(import))
            .wrap(from_fn(require_api_key));
        App::new()
            .service(machines)
            .app_data(web::Data::new(auth.clone()))
    })
    .bind(support::address())?;

    let requests = [
        get("/machines/import")
            .header("X-Api-Key", key.api_key_token.expose())
            .answers(200, "imported for Acme Inc"),
        get("/machines/import")
            .header("X-Api-Key", "guessed")
            .answers(401, "no such key"),
        get("/machines/import").answers(401, "the header X-Api-Key is missing"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
