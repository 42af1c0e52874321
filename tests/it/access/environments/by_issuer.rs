//! The environment that the issuer of the token chooses.

use actix_web::{http::header::AUTHORIZATION, test::TestRequest};
use actix_web_propelauth::{
    Denied, Environments, InvalidToken, PropelAuth, TokenSource, Unauthorized,
    testing::{DEV_PUBLIC_KEY_PEM, HasAccessToken as _, TestUser, propel_auth_builder},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{EU, US, app, ask, eu, token, us};
use crate::{
    a_canary::KEY,
    fixtures::{self, HEADER, claims_with, sign},
};

fn environments() -> Environments {
    Environments::by_issuer([eu(), us()]).unwrap()
}

#[actix_web::test]
async fn the_token_names_the_environment_that_verifies_it() {
    let environments = environments();
    for (issuer, body) in [
        (EU, "alice@example.com in eu"),
        (US, "alice@example.com in us"),
    ] {
        for middleware in [
            environments.require_user(),
            environments.optional_user(),
            environments.allow_anonymous(),
        ] {
            let answer = ask(middleware, "any.example", "/any", Some(issuer)).await;
            answer.is_ok(body, issuer);
        }
    }
}

#[actix_web::test]
async fn a_token_of_no_environment_is_denied_by_the_first() {
    let environments = environments();
    let other = Some("https://auth.other.example.com");
    for middleware in [environments.require_user(), environments.optional_user()] {
        let answer = ask(middleware, "x", "/", other).await;
        answer.is_401("invalid_token", "an issuer that is none of the list");
    }
    let answer = ask(environments.allow_anonymous(), "x", "/", other).await;
    answer.is_ok("nobody in eu", "an invalid token is like none");
    let answer = ask(environments.require_user(), "x", "/", None).await;
    answer.is_401("", "no token");
    let answer = ask(environments.optional_user(), "x", "/", None).await;
    answer.is_ok("nobody in eu", "no token");
}

/// The same tokens, and whether they are valid, at one handle and at several environments: the choice changes nothing.
#[actix_web::test]
async fn a_strange_issuer_is_denied_as_by_one_handle() {
    let app = app(environments().require_user()).await;
    let long = "x".repeat(10_000);
    for iss in [
        "",
        r#""""#,
        "null",
        "1",
        "[]",
        r#"["https://auth.us.example.com"]"#,
        r#"{"iss":"https://auth.us.example.com"}"#,
        r#""https://auth.us.example.com/""#,
        r#""HTTPS://auth.us.example.com""#,
        r#""https://auth.us.example.com","iss":"https://auth.us.example.com""#,
        r#""https://auth.us.example.com","iss":"https://auth.eu.example.com""#,
        r#""https://auth.eu.example.com","iss":"https://auth.us.example.com""#,
        r#""https://auth.us.example.com","\u0069ss":"https://auth.us.example.com""#,
        &format!("\"{long}\""),
    ] {
        let token = sign(HEADER, claims_with("iss", iss));
        let request = TestRequest::get().insert_header((AUTHORIZATION, format!("Bearer {token}")));
        let answer = fixtures::send(&app, request.to_request()).await;
        answer.is_401("invalid_token", iss);
    }
    // Escapes are another spelling of the same text.
    let escaped = r#""https:\/\/auth.us.example.c\u006fm""#;
    let token = sign(HEADER, claims_with("iss", escaped));
    let request = TestRequest::get().insert_header((AUTHORIZATION, format!("Bearer {token}")));
    let answer = fixtures::send(&app, request.to_request()).await;
    answer.is_ok("alice@example.com in us", escaped);
}

#[actix_web::test]
async fn a_payload_that_cannot_be_read_panics_nowhere() {
    let app = app(environments().require_user()).await;
    let deep = format!("{{\"a\":{}", "[".repeat(2_000));
    for payload in [
        b"".as_slice(),
        b"{",
        b"[]",
        b"{\"iss\":\"\xff\xfe\"}",
        b"\xff",
        b"{\"iss\":\"https://auth.us.example.com\"",
        deep.as_bytes(),
    ] {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        for token in [
            format!("e30.{payload}.c2ln"),
            format!("e30.{payload}"),
            format!("{payload}.{payload}.{payload}.{payload}.{payload}"),
            format!("e30.{payload}!.c2ln"),
        ] {
            let header = format!("Bearer {token}");
            let request = TestRequest::get().insert_header((AUTHORIZATION, header));
            let answer = fixtures::send(&app, request.to_request()).await;
            answer.is_401("invalid_token", token.get(..40).unwrap_or(&token));
        }
    }
}

#[actix_web::test]
async fn the_signature_is_verified_by_the_environment_that_the_token_names() {
    let middleware = environments().require_user();
    let forged = TestUser::new("alice@example.com").issuer(US).forged();
    let request = TestRequest::get().insert_header((AUTHORIZATION, forged.authorization_header()));
    let answer = fixtures::send(&app(middleware).await, request.to_request()).await;
    answer.is_401("invalid_token", "forged");
}

#[actix_web::test]
async fn the_token_chooses_in_each_place_where_it_may_be() {
    let middleware = || {
        environments()
            .require_user()
            .token_from(TokenSource::cookie("token"))
            .token_from(TokenSource::query("token"))
            .token_from(TokenSource::websocket_protocol("token."))
            .token_from(TokenSource::from_fn(|request| {
                let value = request.headers().get("x-token")?;
                value.to_str().ok().map(str::to_owned)
            }))
    };
    for (issuer, body) in [
        (EU, "alice@example.com in eu"),
        (US, "alice@example.com in us"),
    ] {
        let token = token(issuer);
        let requests = [
            (
                "cookie",
                TestRequest::get().insert_header(("cookie", format!("token={token}"))),
            ),
            ("query", TestRequest::with_uri(&format!("/?token={token}"))),
            (
                "protocol",
                TestRequest::get()
                    .insert_header(("sec-websocket-protocol", format!("token.{token}"))),
            ),
            (
                "function",
                TestRequest::get().insert_header(("x-token", token.clone())),
            ),
            (
                "function, beside the header of a proxy in front",
                TestRequest::get()
                    .insert_header((AUTHORIZATION, "Basic eA=="))
                    .insert_header(("x-token", token.clone())),
            ),
        ];
        for (case, request) in requests {
            let answer = fixtures::send(&app(middleware()).await, request.to_request()).await;
            answer.is_ok(body, case);
        }
        // Tokens of two environments are different tokens.
        let other = super::token(if issuer == EU { US } else { EU });
        let request = TestRequest::with_uri(&format!("/?token={other}"))
            .insert_header((AUTHORIZATION, format!("Bearer {token}")));
        let answer = fixtures::send(&app(middleware()).await, request.to_request()).await;
        answer.is_401("invalid_request", issuer);
    }
}

#[actix_web::test]
async fn another_loopback_name_of_an_emulator_chooses_it_as_well() {
    let local = PropelAuth::builder("http://localhost:9100", KEY).verifier_key(DEV_PUBLIC_KEY_PEM);
    let local = local.emulator().build().unwrap();
    let environments = Environments::by_issuer([eu(), local]).unwrap();
    for (name, is_ok) in [
        ("localhost:9100", true),
        ("127.0.0.1:9100", true),
        ("127.0.0.1:9101", false),
    ] {
        let issuer = format!("http://{name}");
        let answer = ask(environments.require_user(), "x", "/", Some(&issuer)).await;
        if is_ok {
            answer.is_ok("alice@example.com in http://localhost:9100", name);
        } else {
            answer.is_401("invalid_token", name);
        }
    }
}

#[actix_web::test]
async fn each_environment_has_its_own_limit_of_the_length() {
    let short = propel_auth_builder()
        .issuer(EU)
        .max_token_len(1_000)
        .build()
        .unwrap();
    let environments = Environments::by_issuer([short, us()]).unwrap();
    let long = |issuer| {
        let alice = TestUser::new("alice@example.com").issuer(issuer);
        alice.claim("properties", serde_json::json!({"a": "x".repeat(2_000)}))
    };
    let app = app(environments.require_user()).await;
    for (issuer, status) in [(EU, 431), (US, 200)] {
        let header = long(issuer).authorization_header();
        let request = TestRequest::get().insert_header((AUTHORIZATION, header));
        let answer = fixtures::send(&app, request.to_request()).await;
        assert_eq!(answer.status.as_u16(), status, "{issuer}");
    }
    let header = format!("Bearer e30.{}.c2ln", "A".repeat(17_000));
    let request = TestRequest::get().insert_header((AUTHORIZATION, header));
    fixtures::send(&app, request.to_request())
        .await
        .is_431("for each of them");
}

#[actix_web::test]
async fn a_token_without_a_request_is_judged_by_its_environment() {
    let environments = environments();
    for issuer in [EU, US] {
        let token = token(issuer);
        let user = environments.authenticate(&token).await.unwrap();
        assert_eq!(user.email, "alice@example.com");
        assert_eq!(environments.for_token(&token).issuer(), issuer);
        assert_eq!(environments.get(issuer).unwrap().issuer(), issuer);
    }
    let foreign = token("https://auth.other.example.com");
    let denied = environments.authenticate(&foreign).await.unwrap_err();
    let Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Issuer { expected, .. })) =
        denied
    else {
        panic!("{denied:?}");
    };
    assert_eq!(expected, EU);
    for text in ["", "x", "a b"] {
        assert!(
            environments
                .authenticate(text)
                .await
                .unwrap_err()
                .is_unauthorized(),
            "{text:?}"
        );
    }
    assert!(environments.get("https://auth.other.example.com").is_none());
    let issuers: Vec<_> = environments.iter().map(|auth| auth.issuer()).collect();
    assert_eq!(issuers, [EU, US]);
}

#[actix_web::test]
async fn each_request_is_verified_at_most_once() {
    let (eu, us) = (eu(), us());
    let environments = Environments::by_issuer([eu.clone(), us.clone()]).unwrap();
    let token = token(US);
    for _ in 0..3 {
        let header = format!("Bearer {token}");
        let request = TestRequest::get().insert_header((AUTHORIZATION, header));
        let app = app(environments.require_user()).await;
        fixtures::send(&app, request.to_request())
            .await
            .is_ok("alice@example.com in us", "");
    }
    assert_eq!((eu.verification_count(), us.verification_count()), (0, 1));
}
