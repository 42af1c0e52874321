//! Several environments in one application: a token of one never speaks in another.

mod by_host;
mod by_issuer;
mod by_path;
mod construction;
mod emulators;
mod isolation;
mod observed;
mod step_up;

use actix_web::{
    App, Error, HttpRequest,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::header::{AUTHORIZATION, HOST},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Authentication, PropelAuth, PropelAuthExt as _, User,
    testing::{HasAccessToken as _, TestUser, propel_auth_builder},
};

use crate::{
    a_canary,
    fixtures::{self, Answer},
};

const EU: &str = "https://auth.eu.example.com";
const US: &str = "https://auth.us.example.com";

/// Returns the handle of an environment. The key is that of all others, so that only the issuer tells them apart.
fn handle(issuer: &str) -> PropelAuth {
    a_canary::watch();
    propel_auth_builder().issuer(issuer).build().unwrap()
}

fn eu() -> PropelAuth {
    handle(EU)
}

fn us() -> PropelAuth {
    handle(US)
}

/// Returns a token of Alice, who has the same id in each environment.
fn token(issuer: &str) -> String {
    let alice = TestUser::new("alice@example.com").issuer(issuer);
    alice.claim("user_id", "a").claim("sub", "a").access_token()
}

/// Answers with the user and with the environment that the handler sees.
async fn whoami(user: Option<User>, auth: PropelAuth, request: HttpRequest) -> String {
    let by_request = request.propelauth_user();
    assert_eq!(user, by_request);
    let user = user.map_or_else(|| "nobody".to_owned(), |user| user.email.clone());
    let issuer = auth.issuer();
    let region = [(EU, "eu"), (US, "us")]
        .iter()
        .find(|(it, _)| *it == issuer);
    format!("{user} in {}", region.map_or(issuer, |(_, region)| region))
}

/// Returns an app with the handler on every path.
async fn app(
    middleware: Authentication,
) -> impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = Error>
{
    init_service(
        App::new()
            .default_service(web::route().to(whoami))
            .wrap(middleware),
    )
    .await
}

/// Sends a request with a host, a path and the token of an issuer.
async fn ask(middleware: Authentication, host: &str, path: &str, issuer: Option<&str>) -> Answer {
    let mut request = TestRequest::with_uri(path).insert_header((HOST, host));
    if let Some(issuer) = issuer {
        request = request.insert_header((AUTHORIZATION, format!("Bearer {}", token(issuer))));
    }
    fixtures::send(&app(middleware).await, request.to_request()).await
}
