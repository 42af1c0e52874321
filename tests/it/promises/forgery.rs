//! Tokens that somebody else signed, or signed otherwise. The bulk of them are the vectors.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpServer, rt,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    PropelAuth,
    testing::{DEV_PUBLIC_KEY_PEM, ISSUER, TestRequestExt as _, propel_auth},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use crate::a_canary::KEY;
use crate::fixtures::{
    HEADER, accepts, alice, claims, refuses, send, sign, sign_with, token, whoami,
};

const OTHER_PRIVATE: &[u8] = include_bytes!("../../keys/other_private.pem");
const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");

fn other_key() -> EncodingKey {
    EncodingKey::from_rsa_pem(OTHER_PRIVATE).unwrap()
}

fn dev_key() -> EncodingKey {
    EncodingKey::from_rsa_pem(include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/dev_keys/dev_private_key.pem"
    )))
    .unwrap()
}

#[actix_web::test]
async fn the_right_key_with_another_algorithm_is_refused() {
    let auth = propel_auth();
    for (name, algorithm) in [
        ("RS384", Algorithm::RS384),
        ("RS512", Algorithm::RS512),
        ("PS256", Algorithm::PS256),
    ] {
        let honest = format!(r#"{{"alg":"{name}"}}"#);
        refuses(
            &auth,
            &sign_with(&dev_key(), algorithm, honest, claims()),
            name,
        )
        .await;
        let lying = sign_with(&dev_key(), algorithm, HEADER, claims());
        refuses(&auth, &lying, &format!("F09 {name} that says RS256")).await;
    }
    refuses(
        &auth,
        &sign(r#"{"alg":"RS384"}"#, claims()),
        "F09 RS256 that says RS384",
    )
    .await;
    // The control: the same way of signing, as it should be.
    accepts(
        &auth,
        &sign_with(&dev_key(), Algorithm::RS256, HEADER, claims()),
        "F09",
    )
    .await;
}

#[actix_web::test]
async fn no_hmac_is_a_signature() {
    let auth = propel_auth();
    for secret in [
        DEV_PUBLIC_KEY_PEM,
        DEV_PUBLIC_KEY_PEM.trim(),
        "",
        "secret",
        "test",
    ] {
        let key = EncodingKey::from_secret(secret.as_bytes());
        for header in [r#"{"alg":"HS256"}"#, HEADER] {
            let token = sign_with(&key, Algorithm::HS256, header, claims());
            refuses(&auth, &token, &format!("F02 F03 F04 {secret:?} {header}")).await;
        }
    }
}

#[actix_web::test]
async fn without_a_signature_there_is_no_user() {
    let auth = propel_auth();
    for name in ["none", "None", "NONE", "nOnE"] {
        let signed = sign(format!(r#"{{"alg":"{name}"}}"#), claims());
        let (unsigned, _) = signed.rsplit_once('.').unwrap();
        refuses(&auth, &signed, "F01 with a signature").await;
        refuses(&auth, &format!("{unsigned}."), "F01 with an empty one").await;
        refuses(&auth, unsigned, "F01 without the dot").await;
    }
    let token = token();
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    refuses(&auth, &format!("{unsigned}."), "F05").await;
    refuses(&auth, &format!("{unsigned}.AA"), "F05 one byte").await;
}

#[actix_web::test]
async fn keys_in_or_named_by_the_header_are_neither_used_nor_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let addr = listener.local_addr().unwrap();
    let auth = propel_auth();
    for header in [
        json!({"alg": "RS256", "jku": format!("http://{addr}/jwks.json"), "kid": "a"}),
        json!({"alg": "RS256", "x5u": format!("http://{addr}/cert.pem")}),
        json!({"alg": "RS256", "kid": format!("http://{addr}/key")}),
        json!({"alg": "RS256", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}),
        json!({"alg": "RS256", "x5c": [include_str!("../../keys/certificate.pem")]}),
    ] {
        let header = header.to_string();
        let forged = sign_with(&other_key(), Algorithm::RS256, &header, claims());
        refuses(&auth, &forged, &format!("F06 F07 {header}")).await;
        accepts(
            &auth,
            &sign(&header, claims()),
            "F08 with the right key it is no concern",
        )
        .await;
    }
    assert!(listener.accept().is_err(), "F07 a connection was made");
}

/// Serves a verifier key that can be exchanged, and counts how often it is asked for.
async fn key_server() -> (String, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let (rotated, asked) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let (is_rotated, counter) = (Arc::clone(&rotated), Arc::clone(&asked));
    let serve = move || {
        let (is_rotated, counter) = (Arc::clone(&is_rotated), Arc::clone(&counter));
        App::new().default_service(web::to(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            let pem = if is_rotated.load(Ordering::Relaxed) {
                OTHER_PUBLIC
            } else {
                DEV_PUBLIC_KEY_PEM
            };
            async move { web::Json(json!({ "verifier_key_pem": pem })) }
        }))
    };
    let server = HttpServer::new(serve)
        .workers(1)
        .bind(("127.0.0.1", 0))
        .unwrap();
    let addr = server.addrs()[0];
    rt::spawn(server.disable_signals().run());
    (format!("http://{addr}"), rotated, asked)
}

#[actix_web::test]
async fn after_a_rotation_the_new_key_counts_and_the_old_one_does_not() {
    let (url, rotated, asked) = key_server().await;
    let auth = PropelAuth::builder(url, KEY)
        .issuer(ISSUER)
        .emulator()
        .key_refresh_interval(Duration::ZERO)
        .fetch_and_init()
        .await
        .unwrap();
    let app = App::new()
        .route("/", web::get().to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let bearer = |token: &str| {
        let value = format!("Bearer {token}");
        TestRequest::get()
            .insert_header(("authorization", value))
            .to_request()
    };
    let (old, new) = (
        token(),
        sign_with(&other_key(), Algorithm::RS256, HEADER, claims()),
    );

    send(&app, bearer(&old))
        .await
        .is_ok("alice@example.com", "F13 before");
    assert_eq!(
        asked.load(Ordering::Relaxed),
        1,
        "fetched once, at the start"
    );
    send(&app, bearer(&new))
        .await
        .is_401("invalid_token", "F13 not yet");
    assert_eq!(
        asked.load(Ordering::Relaxed),
        2,
        "a signature that fails asks again"
    );
    send(&app, bearer("garbage"))
        .await
        .is_401("invalid_token", "garbage");
    send(
        &app,
        TestRequest::get()
            .as_user(&alice().expires_in(-1))
            .to_request(),
    )
    .await;
    assert_eq!(asked.load(Ordering::Relaxed), 2, "nothing else asks again");

    rotated.store(true, Ordering::Relaxed);
    send(&app, bearer(&old))
        .await
        .is_ok("alice@example.com", "F13 until the new one is seen");
    send(&app, bearer(&new))
        .await
        .is_ok("alice@example.com", "F13 the new one");
    send(&app, bearer(&old))
        .await
        .is_401("invalid_token", "F13 the old one");
}

#[actix_web::test]
async fn signatures_that_fail_make_one_fetch_in_an_interval() {
    let (url, _, asked) = key_server().await;
    let auth = PropelAuth::builder(url, KEY)
        .issuer(ISSUER)
        .emulator()
        .fetch_and_init()
        .await
        .unwrap();
    let forged = sign_with(&other_key(), Algorithm::RS256, HEADER, claims());
    for _ in 0..20 {
        refuses(&auth, &forged, "F13").await;
    }
    assert_eq!(
        asked.load(Ordering::Relaxed),
        2,
        "one at the start, and one after the first that failed"
    );
}

// F15, both of jsonwebtoken's crypto features on, is about a build and not about a request: the
// crate and these fixtures name the provider, and no test here installs one for the process.
