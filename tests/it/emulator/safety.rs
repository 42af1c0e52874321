//! What keeps an emulator from being of use to anyone but who runs it, or in production.

use std::net::TcpStream;

use actix_web_propelauth::{InitError, PropelAuth, emulator::Emulator};

use crate::a_canary::{KEY, find, watch};

/// Sends a request and returns the reply, whatever it is.
async fn ask(emulator: &Emulator, method: &str, path: &str, key: &str) -> (u16, String) {
    watch();
    let request = awc::Client::new()
        .request(
            method.parse().unwrap(),
            format!("{}{path}", emulator.auth_url()),
        )
        .insert_header(("origin", "https://evil.example"))
        .bearer_auth(key);
    let mut reply = request.send().await.unwrap();
    let mut headers = reply.headers().keys();
    let is_cors = headers.any(|name| name.as_str().starts_with("access-control-"));
    assert!(!is_cors, "E05 no page elsewhere may read {path}");
    let body = reply.body().await.unwrap();
    (
        reply.status().as_u16(),
        String::from_utf8_lossy(&body).into_owned(),
    )
}

#[actix_web::test]
async fn it_listens_on_one_address_of_loopback() {
    let emulator = Emulator::start().await.unwrap();
    let port = emulator
        .auth_url()
        .strip_prefix("http://127.0.0.1:")
        .unwrap();
    let port: u16 = port.parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    // Whoever listens on all addresses of the machine answers here as well.
    for elsewhere in ["127.0.0.2", "::1"] {
        assert!(
            TcpStream::connect((elsewhere, port)).is_err(),
            "E01 {elsewhere}"
        );
    }
}

#[test]
fn no_default_feature_brings_it_along() {
    let manifest = include_str!("../../../Cargo.toml");
    let (_, features) = manifest.split_once("\n[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    for line in features.lines().filter(|line| line.contains("emulator")) {
        let of = line.split(" = ").next().unwrap().trim();
        assert!(
            line.starts_with("##") || ["emulator", "pages", "cli", "\"emulator\","].contains(&of),
            "E02 {line}"
        );
    }
    assert!(
        features.contains("default = [\"rustls\"]\n"),
        "E02 {features}"
    );
    assert!(
        features
            .contains("\nrustls = [\"dep:rustls\", \"dep:tokio-rustls\", \"dep:webpki-roots\"]\n"),
        "E02"
    );
}

/// A key for each run would mean that a service must be restarted with the emulator, and that
/// production could not tell it from a real one. So the keys are fixed, published, and refused.
#[actix_web::test]
async fn its_keys_are_the_same_everywhere_and_production_refuses_them() {
    let emulators = [
        Emulator::start().await.unwrap(),
        Emulator::start().await.unwrap(),
    ];
    for _ in 0..4 {
        let keys = emulators.each_ref().map(Emulator::verifier_key);
        assert_eq!(keys[0], keys[1], "E06");
        let production = PropelAuth::builder("https://auth.example.com", KEY);
        let error = production.verifier_key(keys[0]).build().unwrap_err();
        assert!(matches!(error, InitError::DevelopmentKey), "E06 {error:?}");
        for emulator in &emulators {
            emulator.rotate_signing_key();
        }
    }
}

/// Keys have no form by which a real one could be told and refused, so it is kept as it would be
/// in production: not shown, and not repeated.
#[actix_web::test]
async fn a_key_that_may_be_real_is_not_shown() {
    let real = KEY.repeat(5);
    let builder = Emulator::builder().api_key(real.as_str());
    assert_eq!(find(&format!("{builder:?}")), None, "E07");
    let emulator = builder.start().await.unwrap();
    assert_eq!(
        find(&format!("{emulator:?} {}", emulator.snapshot())),
        None,
        "E07"
    );

    let other = Emulator::start().await.unwrap();
    for path in [
        "/api/v1/token_verification_metadata",
        "/api/backend/v1/user/query",
    ] {
        let (status, body) = ask(&other, "GET", path, &real).await;
        assert_eq!((status, find(&body)), (401, None), "E07 {path}");
    }
}

/// What makes the emulator fail on purpose or changes how it works is under `/propelauth-dev/` only.
#[actix_web::test]
async fn no_request_elsewhere_makes_it_fail_or_changes_how_it_works() {
    let emulator = Emulator::start().await.unwrap();
    emulator.create_user("alice@example.com").unwrap();
    let before = (emulator.snapshot(), emulator.verifier_key());
    for path in [
        "/propelauth-development/reset",
        "/fault",
        "/reset",
        "/shutdown",
        "/api/backend/v1/fault",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let (status, _) = ask(&emulator, method, path, emulator.api_key()).await;
            assert_eq!(status, 501, "E09 {method} {path}");
        }
    }
    assert!(
        before == (emulator.snapshot(), emulator.verifier_key()),
        "E09"
    );
}
