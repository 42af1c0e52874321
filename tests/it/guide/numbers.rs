//! The numbers of the page about operations, measured.

use std::time::{Duration, Instant};

use actix_web::{App, http::StatusCode, test, web};
use actix_web_propelauth::{
    Error, PropelAuth, User,
    emulator::{Emulator, Fault, TokenOptions},
};

use super::{settings::number_in, snapshot::read};
use crate::fixtures::world::start;

fn page(what: &str) -> u64 {
    number_in(&read("src/guide/operations.md"), what)
}

/// Returns how often an operation was asked for.
fn asked(emulator: &Emulator, operation: &str) -> u64 {
    let requests = emulator.requests();
    let count = requests
        .iter()
        .filter(|it| it.operation.as_deref() == Some(operation))
        .count();
    count.try_into().unwrap()
}

/// Sends requests with these tokens at the same time, and returns the statuses.
async fn send(auth: &PropelAuth, tokens: &[String]) -> Vec<StatusCode> {
    let whoami = web::get().to(async |user: User| user.email.clone());
    let app = App::new().route("/", whoami).wrap(auth.require_user());
    let app = test::init_service(app).await;
    let requests = tokens.iter().map(|token| {
        let request = test::TestRequest::get().uri("/");
        let request = request.insert_header(("authorization", format!("Bearer {token}")));
        test::call_service(&app, request.to_request())
    });
    let responses = futures_util::future::join_all(requests).await;
    responses.iter().map(|response| response.status()).collect()
}

const FETCH_KEY: &str = "fetch_token_verification_metadata";

#[actix_web::test]
async fn a_verified_token_costs_no_request() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let tokens: Vec<_> = (0..10).map(|_| alice.log_in().unwrap()).collect();
    emulator.inject_fault(Fault::on("*").status(503)).unwrap();
    assert_eq!(send(&auth, &tokens).await, vec![StatusCode::OK; 10]);
    let requests = emulator.requests().len() as u64;
    assert_eq!(
        requests,
        page("requests to PropelAuth for a verified token")
    );
}

#[actix_web::test]
async fn all_requests_share_the_fetch_after_a_rotation() {
    let emulator = Emulator::start().await.unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.rotate_signing_key();
    emulator.clear_requests();
    let tokens: Vec<_> = (0..10).map(|_| alice.log_in().unwrap()).collect();
    assert_eq!(send(&auth, &tokens).await, vec![StatusCode::OK; 10]);
    assert_eq!(asked(&emulator, FETCH_KEY), page("fetches for a rotation"));

    // Forged tokens cause one more, and then none for the interval.
    emulator.clear_requests();
    for _ in 0..5 {
        let forged = emulator
            .create_token(&TokenOptions::new("alice@example.com").forged())
            .unwrap();
        send(&auth, &[forged.access_token]).await;
    }
    assert!(asked(&emulator, FETCH_KEY) <= 1);
}

#[actix_web::test]
async fn a_call_that_fails_is_retried_as_often() {
    let (emulator, auth) = start().await;
    emulator
        .inject_fault(Fault::on("fetch_orgs_by_query").status(503))
        .unwrap();
    auth.org().fetch_orgs_by_query().await.unwrap_err();
    assert_eq!(asked(&emulator, "fetch_orgs_by_query"), 1 + page("retries"));
}

#[actix_web::test]
async fn the_circuit_opens_after_as_many_failures() {
    let (emulator, _) = start().await;
    let auth = emulator
        .propel_auth_builder()
        .verifier_key(emulator.verifier_key());
    let auth = auth.max_retries(0).build().unwrap();
    emulator
        .inject_fault(Fault::on("create_org").status(503))
        .unwrap();
    let failures = page("failures that open the circuit");
    for _ in 0..failures + 3 {
        auth.org().create_org("Acme Inc").await.unwrap_err();
    }
    assert_eq!(asked(&emulator, "create_org"), failures);
    let error = auth.org().create_org("Acme Inc").await.unwrap_err();
    let open = Duration::from_secs(page("open circuit in seconds"));
    let wait = error.retry_after().unwrap();
    assert!(
        wait <= open && wait > open - Duration::from_secs(2),
        "{wait:?}"
    );
}

#[actix_web::test]
async fn a_call_without_a_response_ends_after_its_timeouts() {
    let (emulator, auth) = start().await;
    let slow = Fault::on("fetch_orgs_by_query").delay(Duration::from_secs(60));
    emulator.inject_fault(slow).unwrap();
    let begun = Instant::now();
    let error = auth.org().fetch_orgs_by_query().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    let total = page("request timeout in seconds");
    let took = begun.elapsed();
    assert!(
        took > Duration::from_secs(total - 1) && took < Duration::from_secs(total + 5),
        "{took:?}"
    );
    // An attempt that another may follow ends earlier.
    let attempts = total.div_ceil(page("attempt timeout in seconds"));
    assert_eq!(asked(&emulator, "fetch_orgs_by_query"), attempts);
}

#[actix_web::test]
async fn a_token_may_be_as_long() {
    let (_, auth) = start().await;
    let longest = usize::try_from(page("longest token in bytes")).unwrap();
    let tokens = [longest, longest + 1].map(|length| {
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{}.c2ln", "A".repeat(length));
        token[token.len() - length..].to_owned()
    });
    let statuses = send(&auth, &tokens).await;
    assert_eq!(statuses[1].as_u16(), 431);
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
}
