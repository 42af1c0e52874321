//! The log of a denial whose token was elsewhere: the same hints as for the header, the name of the place, and
//! never the token.

use std::time::Duration;

use actix_web::{
    App,
    http::{
        Method,
        header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth, TokenSource, org_id,
    testing::{
        HasAccessToken as _, TestClock, TestOrg, TestUser, propel_auth, propel_auth_builder,
    },
};

use super::cookie;
use crate::{
    a_canary::KEY,
    fixtures::{Answer, HEADER, Logs, alice, claims_with, send, sign, token, whoami},
};

const OTHER_PUBLIC: &str = include_str!("../../../keys/other_public.pem");

/// Sends a request to a handle that reads the places, and returns what is logged.
async fn log_of(auth: &PropelAuth, request: TestRequest) -> (Answer, String) {
    let app = App::new()
        .route("/", web::route().to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let logs = Logs::capture();
    let answer = send(&app, request.to_request()).await;
    let text = logs.text();
    // Every line of a denial, and no part of a token.
    assert!(!text.contains("eyJ") && !text.contains("?t="), "{text}");
    (answer, text)
}

/// Creates a request with a text in a place.
type Ask = fn(&str) -> TestRequest;

/// The places, with a request that has a text there.
fn places() -> [(TokenSource, Ask, &'static str); 4] {
    [
        (
            cookie(),
            |text| {
                let pair = format!("__Host-access_token={text}");
                TestRequest::get().insert_header((COOKIE, pair))
            },
            r#"token_from=the cookie "__Host-access_token""#,
        ),
        (
            TokenSource::query("t"),
            |text| TestRequest::with_uri(&format!("/?t={}", text.replace(' ', "+"))),
            r#"token_from=the query parameter "t""#,
        ),
        (
            TokenSource::websocket_protocol("b."),
            |text| {
                let offered = format!("v1, b.{text}");
                TestRequest::get().insert_header((SEC_WEBSOCKET_PROTOCOL, offered))
            },
            r#"token_from=the WebSocket protocol "b.""#,
        ),
        (
            TokenSource::from_fn(|request| {
                let value = request.headers().get("x-token")?;
                Some(value.to_str().ok()?.to_owned())
            }),
            |text| TestRequest::get().insert_header(("x-token", text)),
            "token_from=the application's token source",
        ),
    ]
}

#[actix_web::test]
async fn the_hints_of_the_header_hold_for_every_place() {
    let clock = TestClock::new();
    let expired = TestUser::new("alice@example.com")
        .clock(&clock)
        .access_token();
    clock.advance(Duration::from_secs(31 * 60));
    let other_environment = sign(
        HEADER,
        claims_with("iss", r#""https://a.propelauthtest.com""#),
    );
    let forged = TestUser::new("alice@example.com")
        .clock(&clock)
        .forged()
        .access_token();
    let cases: [(&str, &[&str]); 9] = [
        (&expired, &["expired_for_s=", "token_expired", "user_id="]),
        (
            &other_environment,
            &["issuer", "https://a.propelauthtest.com"],
        ),
        (
            &forged,
            &["the signature was not made", "hint=key_is_fixed"],
        ),
        ("undefined", &["placeholder"]),
        (r#""eyJhbGciOiJSUzI1NiJ9.e30.x""#, &["quotes"]),
        ("eyJhbGciOiJub25lIn0.e30.", &["invalid access token"]),
        ("eyJhbGciOiJIUzI1NiJ9.e30.x", &["symmetric_token"]),
        (
            "0123456789abcdef0123456789abcdef",
            &["looks like an API key"],
        ),
        ("eyJhbGciOiJSUzI1NiJ9.e30.x%3D", &["encoded_token"]),
    ];
    for (source, request, place) in places() {
        let auth = propel_auth_builder()
            .token_from(source.clone())
            .clock(clock.to_fn())
            .build()
            .unwrap();
        for (text, expected) in cases {
            // A query is decoded once.
            let sent = match request("").to_request().uri().query() {
                Some(_) => text.replace('%', "%25").replace('"', "%22"),
                None => text.to_owned(),
            };
            let (answer, log) = log_of(&auth, request(&sent)).await;
            answer.is_401("invalid_token", &format!("{source} {text}"));
            for part in expected {
                assert!(log.contains(part), "{source}: {part} is not in {log}");
            }
            assert!(log.contains(place), "{place} is not in {log}");
        }
    }
}

#[actix_web::test]
async fn what_is_not_one_word_is_recognized_in_every_place() {
    for (source, request, place) in places() {
        let auth = propel_auth_builder()
            .token_from(source.clone())
            .build()
            .unwrap();
        for (text, hint) in [
            ("Bearer x.y.z", "scheme_in_token"),
            ("[object Object]", "token_is_object"),
            ("your token", "token_is_placeholder"),
        ] {
            let (answer, log) = log_of(&auth, request(text)).await;
            answer.is_401("invalid_request", &format!("{source} {text}"));
            assert!(log.contains(hint), "{source}: {hint} is not in {log}");
            assert!(log.contains(place), "{place} is not in {log}");
        }
    }
}

#[actix_web::test]
async fn every_denial_names_the_place_and_those_by_the_header_name_none() {
    let org = TestOrg::new("Acme");
    let bob = TestUser::new("bob@example.com").in_org(&org, "Member");
    let auth = propel_auth_builder().token_from(cookie()).build().unwrap();
    let guard = InOrgWithRole::new("Owner", org_id::query("org"));
    let app = App::new()
        .service(web::resource("/").wrap(guard).to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let uri = format!("/?org={}", org.org_id());
    let pair = format!("__Host-access_token={}", bob.access_token());
    for (method, code) in [
        (Method::GET, "missing_role"),
        (Method::POST, "other_origin"),
    ] {
        let logs = Logs::capture();
        let request = TestRequest::with_uri(&uri)
            .method(method)
            .insert_header((COOKIE, pair.clone()));
        send(&app, request.to_request()).await;
        let text = logs.text();
        assert!(
            text.contains(code) && text.contains("token_from="),
            "{text}"
        );
        assert!(!text.contains("?org"), "{text}");
    }
    let logs = Logs::capture();
    let bearer = format!("Bearer {}", bob.access_token());
    let request = TestRequest::with_uri(&uri).insert_header((AUTHORIZATION, bearer));
    send(&app, request.to_request()).await;
    assert!(!logs.text().contains("token_from"), "{}", logs.text());
}

#[actix_web::test]
async fn a_layer_that_reads_the_header_logs_nothing_of_the_token_elsewhere() {
    let auth = propel_auth_builder().token_from(cookie()).build().unwrap();
    let other = PropelAuth::builder("https://other.example.com", KEY)
        .verifier_key(OTHER_PUBLIC)
        .build()
        .unwrap();
    let pair = format!("__Host-access_token={}", alice().access_token());
    for inside in [
        auth.require_user().token_from_header_only(),
        other.require_user(),
    ] {
        let app = App::new()
            .service(
                web::scope("/a")
                    .route("/", web::get().to(whoami))
                    .wrap(inside),
            )
            .wrap(auth.optional_user());
        let app = init_service(app).await;
        let logs = Logs::capture();
        let request = TestRequest::with_uri("/a/").insert_header((COOKIE, pair.clone()));
        send(&app, request.to_request()).await.is_401("", "inside");
        let text = logs.text();
        assert!(
            text.contains("no_credentials") && text.contains("token_in_cookie"),
            "{text}"
        );
        assert!(!text.contains("token_from="), "{text}");
    }
}

#[actix_web::test]
async fn a_token_among_the_protocols_that_is_not_read_is_pointed_at() {
    for offered in [
        format!("bearer, {}", token()),
        format!("v1, access_token.{}", token()),
    ] {
        let request = TestRequest::get()
            .insert_header((UPGRADE, "websocket"))
            .insert_header((SEC_WEBSOCKET_PROTOCOL, offered.clone()));
        let (answer, log) = log_of(&propel_auth(), request).await;
        answer.is_401("", &offered);
        assert!(log.contains("token_in_websocket_protocol"), "{log}");
    }
    let request = TestRequest::get()
        .insert_header((UPGRADE, "websocket"))
        .insert_header((SEC_WEBSOCKET_PROTOCOL, "v1.eyJ, a.b.c d"));
    let (_, log) = log_of(&propel_auth(), request).await;
    assert!(log.contains("websocket_without_token"), "{log}");
}

#[actix_web::test]
async fn a_client_that_offers_nothing_but_the_token_is_told_why_browsers_close_the_connection() {
    let middleware = propel_auth()
        .require_user()
        .token_from(TokenSource::websocket_protocol("b."));
    let app = App::new()
        .route(
            "/",
            web::get().to(actix_web::HttpResponse::SwitchingProtocols),
        )
        .wrap(middleware);
    let app = init_service(app).await;
    let logs = Logs::capture();
    let request =
        TestRequest::get().insert_header((SEC_WEBSOCKET_PROTOCOL, format!("b.{}", token())));
    send(&app, request.to_request()).await;
    let text = logs.text();
    assert!(
        text.contains("as its only WebSocket protocol") && !text.contains("eyJ"),
        "{text}"
    );
}
