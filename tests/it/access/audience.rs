//! `aud`: not looked at, until a service says by which audience it goes (RFC 7519 §4.1.3).

use actix_web::{
    App,
    http::StatusCode,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InvalidToken, PropelAuth, Unauthorized,
    testing::{TestRequestExt as _, propel_auth, propel_auth_builder},
};

use crate::fixtures::{
    HEADER, accepts, alice, claims_and, claims_with, refuses, send, sign, whoami,
};

const US: &str = "https://api.example.com";

fn for_us() -> PropelAuth {
    propel_auth_builder().audience(US).build().unwrap()
}

fn with(aud: &str) -> String {
    sign(HEADER, claims_with("aud", aud))
}

/// Returns why a token is refused.
fn why(auth: &PropelAuth, token: &str) -> InvalidToken {
    let header = format!("Bearer {token}");
    match auth.validate_access_token_and_get_user(header.as_str()) {
        Err(Denied::Unauthorized(Unauthorized::InvalidToken(why))) => why,
        other => panic!("{other:?}"),
    }
}

const OURS: &[&str] = &[
    r#""https://api.example.com""#,
    r#""https:\/\/\u0061pi.example.com""#,
    r#"["https://api.example.com"]"#,
    r#"["other","https://api.example.com"]"#,
    r#"["https://api.example.com","https://api.example.com",""]"#,
];

/// None at all, others', and what is none though ours is in it.
const NOT_OURS: &[&str] = &[
    "",
    r#""""#,
    r#""other""#,
    r#""https://api.example.com/""#,
    r#""https://API.example.com""#,
    r#"" https://api.example.com""#,
    r#""https://api.example.com other""#,
    r#""https://api.example.com.evil.com""#,
    r#""https://api.example.com\u0000""#,
    "[]",
    r#"["other"]"#,
    r#"["https://api.example.com/","https://api.example.co"]"#,
    "null",
    "1",
    "true",
    "{}",
    r#"{"https://api.example.com":"https://api.example.com"}"#,
    r#"["https://api.example.com",1]"#,
    r#"[null,"https://api.example.com"]"#,
    r#"[["https://api.example.com"]]"#,
];

#[actix_web::test]
async fn by_default_aud_is_not_looked_at() {
    let auth = propel_auth();
    for aud in OURS.iter().chain(NOT_OURS) {
        accepts(&auth, &with(aud), aud).await;
    }
}

#[actix_web::test]
async fn a_token_must_name_the_audience_that_is_set() {
    let auth = for_us();
    for aud in OURS {
        accepts(&auth, &with(aud), aud).await;
    }
    for aud in NOT_OURS {
        refuses(&auth, &with(aud), aud).await;
    }
}

#[actix_web::test]
async fn aud_that_comes_twice_is_refused_whether_it_is_looked_at_or_not() {
    for more in [
        r#""aud":"https://api.example.com","aud":"https://api.example.com""#,
        r#""aud":"other","aud":"https://api.example.com""#,
        r#""aud":"https://api.example.com","\u0061ud":"other""#,
    ] {
        for auth in [propel_auth(), for_us()] {
            refuses(&auth, &sign(HEADER, claims_and(more)), more).await;
        }
    }
}

#[test]
fn the_log_is_told_the_audience_that_was_found() {
    let auth = for_us();
    for (aud, text) in [
        ("", "[]"),
        (r#""a\n""#, r#"["a\n"]"#),
        (r#"["a","b"]"#, r#"["a", "b"]"#),
    ] {
        let why = why(&auth, &with(aud));
        assert!(matches!(why, InvalidToken::Audience { .. }), "{why:?}");
        assert_eq!(
            why.to_string(),
            format!(r#"the audience is {text}, expected "https://api.example.com""#)
        );
    }
    let malformed = why(&auth, &with("1")).to_string();
    assert!(
        malformed.contains("aud is neither a string nor"),
        "{malformed}"
    );
    // Another issuer's audience does not matter.
    let other = sign(HEADER, claims_with("iss", r#""https://other.example.com""#));
    assert!(matches!(why(&auth, &other), InvalidToken::Issuer { .. }));
}

#[test]
fn a_token_that_one_audience_accepted_and_keeps_is_no_others() {
    let (ours, theirs) = (
        for_us(),
        propel_auth_builder().audience("other").build().unwrap(),
    );
    let token = with(OURS[0]);
    let header = format!("Bearer {token}");
    for _ in 0..3 {
        let user = ours.validate_access_token_and_get_user(header.as_str());
        assert!(user.is_ok(), "{user:?}");
        let why = why(&theirs, &token);
        assert!(matches!(why, InvalidToken::Audience { .. }), "{why:?}");
    }
    assert_eq!(ours.token_cache_stats().hits, 2);
    assert_eq!(theirs.token_cache_stats().tokens, 0);
}

#[actix_web::test]
async fn a_user_of_one_audience_is_none_of_another_in_the_same_request() {
    let other = propel_auth_builder().audience("other").build().unwrap();
    let inner = web::scope("/inner").route("", web::get().to(whoami));
    let app = App::new()
        .service(inner.wrap(other.require_user()))
        .route("/", web::get().to(whoami))
        .wrap(for_us().require_user());
    let app = init_service(app).await;
    let user = alice().claim("aud", US);
    for (path, status) in [("/", StatusCode::OK), ("/inner", StatusCode::UNAUTHORIZED)] {
        let request = TestRequest::with_uri(path).as_user(&user).to_request();
        assert_eq!(send(&app, request).await.status, status, "{path}");
    }
}

#[test]
fn the_last_audience_that_is_set_counts() {
    let auth = propel_auth_builder()
        .audience("first")
        .audience(US)
        .build()
        .unwrap();
    let why = why(&auth, &with(r#""first""#));
    assert!(matches!(why, InvalidToken::Audience { .. }), "{why:?}");
    let header = format!("Bearer {}", with(OURS[0]));
    let user = auth.validate_access_token_and_get_user(header.as_str());
    assert!(user.is_ok(), "{user:?}");
}
