//! Several PropelAuth environments in one service: one for each region, chosen by host, by path and by the token.
//!
//! ```text
//! cargo run --example environments --features emulator
//! ```

use actix_web::{App, HttpServer, guard, web};
use actix_web_propelauth::{
    Environments, InOrg, OptionalUser, OrgMemberInfo, PropelAuth, User, emulator::Emulator, org_id,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// Serves users of every environment. The handle is that of the environment which the request chose.
async fn orders(user: User, auth: PropelAuth) -> String {
    // Ids of users are unique in their environment, so that data belongs to both.
    format!("orders of {} in {}", user.email, auth.issuer())
}

async fn front(user: OptionalUser, auth: PropelAuth) -> String {
    match user.as_ref() {
        Some(user) => format!("welcome back, {}", user.email),
        None => format!("log in at {}", auth.issuer()),
    }
}

async fn team(org: OrgMemberInfo) -> String {
    format!("the team of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    // With accounts, `builder(url, key)` takes the auth URL and the API key of each environment.
    let eu_emulator = Emulator::builder()
        .issuer("https://auth.eu.example.com")
        .start()
        .await?;
    let us_emulator = Emulator::builder()
        .issuer("https://auth.us.example.com")
        .start()
        .await?;
    let (eu, us) = (
        eu_emulator.propel_auth().await?,
        us_emulator.propel_auth().await?,
    );

    let emma = eu_emulator.create_user("emma@example.eu")?;
    let acme = eu_emulator.create_org("Acme Europe")?;
    eu_emulator.add_user_to_org(&emma, &acme, "Member")?;
    let uma = us_emulator.create_user("uma@example.us")?;

    let by_host = Environments::by_host([
        ("eu.example.com", eu.clone()),
        ("us.example.com", us.clone()),
    ])?;
    let by_path = Environments::by_path([("/eu", eu.clone()), ("/us", us.clone())])?;
    let by_issuer = Environments::by_issuer([eu, us])?;

    let server = HttpServer::new(move || {
        let team = web::resource("/teams/{org_id}")
            .get(team)
            .wrap(InOrg::new(org_id::path("org_id")));
        // A token that chooses its environment is for an API without regions in its URLs.
        let api = web::scope("/api")
            .guard(guard::Host("api.example.com"))
            .route("/orders", web::get().to(orders))
            .wrap(by_issuer.require_user());
        let regions = web::scope("/{region:eu|us}")
            .guard(guard::Host("www.example.com"))
            .route("/", web::get().to(front))
            .route("/orders", web::get().to(orders))
            .wrap(by_path.optional_user());
        let hosts = web::scope("")
            .route("/orders", web::get().to(orders))
            .service(team)
            .wrap(by_host.require_user());
        App::new().service(api).service(regions).service(hosts)
    })
    .bind(support::address())?;

    let at = |host: &str, path: &str| get(path).header("Host", host);
    let emmas = "orders of emma@example.eu in https://auth.eu.example.com";
    let umas = "orders of uma@example.us in https://auth.us.example.com";
    let team = format!("/teams/{acme}");
    let requests = [
        // The host chooses.
        at("eu.example.com", "/orders")
            .as_user(&emma)
            .answers(200, emmas),
        at("us.example.com", "/orders")
            .as_user(&uma)
            .answers(200, umas),
        at("us.example.com", "/orders").as_user(&emma).denied(401),
        at("eu.example.com", &team)
            .as_user(&emma)
            .answers(200, "the team of Acme Europe"),
        at("us.example.com", &team).as_user(&uma).denied(403),
        at("asia.example.com", "/orders")
            .as_user(&emma)
            .answers(421, r#"{"title":"Misdirected Request","status":421}"#),
        at("asia.example.com", "/orders")
            .header("X-Forwarded-Host", "eu.example.com")
            .as_user(&emma)
            .answers(421, r#"{"title":"Misdirected Request","status":421}"#),
        // The path chooses.
        at("www.example.com", "/eu/orders")
            .as_user(&emma)
            .answers(200, emmas),
        at("www.example.com", "/us/orders")
            .as_user(&emma)
            .denied(401),
        at("www.example.com", "/us/").answers(200, "log in at https://auth.us.example.com"),
        // The token chooses.
        at("api.example.com", "/api/orders")
            .as_user(&emma)
            .answers(200, emmas),
        at("api.example.com", "/api/orders")
            .as_user(&uma)
            .answers(200, umas),
        at("api.example.com", "/api/orders").denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
