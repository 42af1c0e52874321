//! Readiness: whether there is a verifier key, and why not.

use std::{net::TcpListener, time::Duration};

use actix_web::{
    App, HttpResponse,
    test::{TestRequest, init_service},
    web::{self, ThinData},
};
use actix_web_propelauth::{PropelAuth, testing::propel_auth};

use crate::{
    a_canary::KEY,
    fixtures::{send, world},
};

#[actix_web::test]
async fn a_handle_with_a_key_is_ready_and_knows_its_age() {
    let auth = propel_auth();
    assert!(auth.is_ready());
    let readiness = auth.readiness();
    assert!(readiness.key_age.unwrap() < Duration::from_secs(60));
    assert_eq!(readiness.last_fetch_error, None);
    assert!(!readiness.is_fetching);
    let line = readiness.to_string();
    assert!(
        line.starts_with("ready: a verifier key is in use"),
        "{line}"
    );
}

#[actix_web::test]
async fn without_a_key_the_last_error_and_the_next_attempt_are_known() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let builder = PropelAuth::builder(url, KEY).emulator().max_retries(0);
    let auth = builder.build_lazy().unwrap();
    let readiness = auth.readiness();
    assert_eq!((readiness.is_ready, readiness.key_age), (false, None));
    assert_eq!(readiness.last_fetch_error, None);
    let line = readiness.to_string();
    assert!(line.contains("`refresh_verifier_key`"), "{line}");

    assert!(!auth.refresh_verifier_key().await);
    let readiness = auth.readiness();
    let error = readiness.last_fetch_error.clone().unwrap();
    assert!(error.reason.to_lowercase().contains("refused"), "{error:?}");
    assert!(error.ago < Duration::from_secs(60));
    assert!(readiness.next_fetch_in.unwrap() <= Duration::from_secs(1));
    let line = readiness.to_string();
    assert!(line.starts_with("not ready: there is no verifier key; the last fetch failed"));
}

async fn readyz(auth: ThinData<PropelAuth>) -> HttpResponse {
    if !auth.is_ready() {
        auth.refresh_verifier_key().await;
    }
    if auth.is_ready() {
        HttpResponse::Ok().body("ready")
    } else {
        HttpResponse::ServiceUnavailable().body("not ready")
    }
}

#[actix_web::test]
async fn a_probe_makes_a_lazy_handle_ready_before_the_first_token() {
    let (emulator, _) = world::start().await;
    let auth = emulator.propel_auth_builder().build_lazy().unwrap();
    assert!(!auth.is_ready());
    let app = App::new()
        .app_data(ThinData(auth.clone()))
        .route("/readyz", web::get().to(readyz));
    let request = TestRequest::with_uri("/readyz").to_request();
    send(&init_service(app).await, request)
        .await
        .is_ok("ready", "");
    assert!(auth.is_ready());
}

#[actix_web::test]
async fn a_failed_fetch_does_not_make_a_handle_with_a_key_unready() {
    let (emulator, _) = world::start().await;
    let builder = emulator.propel_auth_builder().max_retries(0);
    let auth = builder.fetch_and_init().await.unwrap();
    drop(emulator);
    auth.refresh_verifier_key().await;
    let readiness = auth.readiness();
    assert!(readiness.is_ready && readiness.last_fetch_error.is_some());
    assert!(readiness.key_age.is_some());
}
