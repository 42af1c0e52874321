//! The same handler behind each way to authenticate.

use std::{collections::BTreeMap, net::TcpListener};

use actix_web::{App, HttpMessage as _, HttpResponse, HttpServer, dev::ServiceRequest, web};
use actix_web_httpauth::{extractors::bearer::BearerAuth, middleware::HttpAuthentication};
use actix_web_propelauth::{
    InOrgWithRole, User, org_id,
    testing::{self, HasAccessToken as _, ISSUER},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use propelauth::{
    models::AuthTokenVerificationMetadata,
    propelauth::auth::PropelAuth as Official,
    propelauth::{options::AuthOptionsWithTokenVerification, token_models::User as OfficialUser},
};
use serde::Deserialize;

use crate::{
    Effort,
    freshness::{keep_changing, mark_others},
    load::{SERVER_CORE, Server, wrk},
    turns,
};

pub const PEERS: [&str; 5] = ["bare", "ours", "ours_guarded", "httpauth", "official"];

/// The claims that a hand-made check would read.
#[derive(Clone, Deserialize)]
pub struct Claims {
    #[allow(dead_code)]
    pub user_id: String,
    #[allow(dead_code)]
    pub org_id_to_org_member_info: serde_json::Value,
}

pub fn official() -> Official {
    let public_key_pem = testing::DEV_PUBLIC_KEY_PEM.to_owned();
    Official::init(AuthOptionsWithTokenVerification {
        auth_url: ISSUER.to_owned(),
        api_key: "test".to_owned(),
        manual_token_verification_metadata: AuthTokenVerificationMetadata { public_key_pem },
    })
    .unwrap_or_else(|_| panic!("the official crate did not start"))
}

pub fn by_hand() -> (DecodingKey, Validation) {
    let key = DecodingKey::from_rsa_pem(testing::DEV_PUBLIC_KEY_PEM.as_bytes()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[ISSUER]);
    (key, validation)
}

async fn bare() -> HttpResponse {
    HttpResponse::Ok().body("hello")
}

async fn ours(user: User) -> HttpResponse {
    drop(user);
    HttpResponse::Ok().body("hello")
}

async fn theirs(user: OfficialUser) -> HttpResponse {
    drop(user);
    HttpResponse::Ok().body("hello")
}

async fn check_by_hand(
    request: ServiceRequest,
    bearer: BearerAuth,
) -> Result<ServiceRequest, (actix_web::Error, ServiceRequest)> {
    let checker = request
        .app_data::<web::Data<(DecodingKey, Validation)>>()
        .unwrap();
    match jsonwebtoken::decode::<Claims>(bearer.token(), &checker.0, &checker.1) {
        Ok(token) => {
            request.extensions_mut().insert(token.claims);
            Ok(request)
        }
        Err(_) => Err((actix_web::error::ErrorUnauthorized("Unauthorized"), request)),
    }
}

async fn by_hand_handler(claims: web::ReqData<Claims>) -> HttpResponse {
    drop(claims);
    HttpResponse::Ok().body("hello")
}

/// Returns the requests a second of each peer in each round, on one worker.
pub fn measure(effort: Effort) -> BTreeMap<&'static str, Vec<f64>> {
    let (user, org) = crate::user();
    let token = [user.access_token()];
    println!(
        "a token of {} bytes, 1 worker, 32 connections",
        token[0].len()
    );
    let servers = PEERS.map(|peer| (peer, Server::start(&[peer, "1"], SERVER_CORE)));
    let mut rates: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for round in 0..=effort.rounds {
        for turn in turns(round, servers.len()) {
            let (peer, server) = &servers[turn];
            let rate = wrk(
                &format!("{}/{}", server.said[0], org.org_id()),
                &token,
                effort.seconds,
            );
            // The first round warms up.
            if round > 0 {
                rates.entry(*peer).or_default().push(rate);
            }
        }
    }
    rates
}

/// Serves one application on one listener until the process is killed.
macro_rules! serve {
    ($listener:ident, $workers:ident, $app:expr) => {
        HttpServer::new(move || $app)
            .workers($workers)
            .listen($listener)?
            .run()
            .await
    };
}

/// Serves one peer with this many workers until the process is killed.
pub async fn serve(peer: &str, listener: TcpListener, workers: usize) -> std::io::Result<()> {
    // Room for all tokens of a measurement, or for so few that most are new each time.
    let cache = if peer == "ours_small" { 1 } else { 64 };
    let auth = testing::propel_auth_builder()
        .token_cache_bytes(cache << 20)
        .build()
        .unwrap();
    let official = web::Data::new(official());
    let hand = web::Data::new(by_hand());
    if matches!(peer, "ours_marked" | "ours_changing") {
        mark_others(&auth);
    }
    if peer == "ours_changing" {
        keep_changing(auth.clone());
    }
    match peer {
        "bare" => serve!(
            listener,
            workers,
            App::new().route("/{org_id}", web::get().to(bare))
        ),
        "ours" | "ours_small" => serve!(
            listener,
            workers,
            App::new()
                .wrap(auth.require_user())
                .route("/{org_id}", web::get().to(ours))
        ),
        "ours_guarded" | "ours_marked" | "ours_changing" => serve!(
            listener,
            workers,
            App::new().wrap(auth.require_user()).service(
                web::resource("/{org_id}")
                    .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
                    .route(web::get().to(ours)),
            )
        ),
        "httpauth" => serve!(
            listener,
            workers,
            App::new()
                .app_data(hand.clone())
                .wrap(HttpAuthentication::bearer(check_by_hand))
                .route("/{org_id}", web::get().to(by_hand_handler))
        ),
        _ => serve!(
            listener,
            workers,
            App::new()
                .app_data(official.clone())
                .route("/{org_id}", web::get().to(theirs))
        ),
    }
}
