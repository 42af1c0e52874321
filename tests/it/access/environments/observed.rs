//! Which environment answered: for the operator, and not for the caller.

use actix_web::{
    http::header::{AUTHORIZATION, HOST},
    test::TestRequest,
};
use actix_web_propelauth::{Environments, testing::propel_auth_builder};
use tracing::{Instrument as _, Span, field::Empty};

use super::{EU, US, app, ask, eu, token, us};
use crate::fixtures::{self, Logs, spans::Spans};

fn environments() -> Environments {
    Environments::by_host([("eu.example", eu()), ("us.example", us())]).unwrap()
}

#[actix_web::test]
async fn the_log_line_of_a_denial_names_the_environment_and_the_response_does_not() {
    for (host, issuer) in [("eu.example", EU), ("us.example", US)] {
        let logs = Logs::capture();
        let answer = ask(environments().require_user(), host, "/", None).await;
        let text = logs.text();
        assert!(text.contains(&format!("issuer={issuer}")), "{text}");
        assert!(text.contains("code=no_credentials"), "{text}");
        let sent = format!("{:?} {}", answer.headers, answer.body);
        assert!(!sent.contains("auth."), "{sent}");
    }
}

#[actix_web::test]
async fn the_log_line_of_a_request_for_no_environment_says_what_to_do() {
    for (environments, host, path, code, remedy) in [
        (
            environments(),
            "x\".example",
            "/",
            "malformed_host",
            "name alone",
        ),
        (
            environments(),
            "192.0.2.1:80",
            "/",
            "unknown_host",
            "Environments::by_host",
        ),
        (
            by_path(),
            "x",
            "/asia",
            "unknown_path",
            "Environments::by_path",
        ),
        (by_path(), "x", "/eu//x", "ambiguous_path", "NormalizePath"),
    ] {
        let logs = Logs::capture();
        ask(environments.allow_anonymous(), host, path, Some(EU)).await;
        let text = logs.text();
        assert!(text.contains(&format!("code={code}")), "{text}");
        assert!(text.contains(remedy), "{text}");
        assert!(!text.contains(" WARN "), "any caller can cause it: {text}");
    }
    let logs = Logs::capture();
    let long = format!("{}.example", "x".repeat(5_000));
    ask(environments().require_user(), &long, "/", None).await;
    assert!(logs.text().len() < 1_500, "{}", logs.text());
}

fn by_path() -> Environments {
    Environments::by_path([("/eu", eu()), ("/us", us())]).unwrap()
}

#[actix_web::test]
async fn in_debug_mode_the_reason_is_in_the_response() {
    let debug = propel_auth_builder()
        .issuer(EU)
        .debug_mode(true)
        .build()
        .unwrap();
    let environments = Environments::by_host([("eu.example", debug)]).unwrap();
    let answer = ask(environments.require_user(), "other.example", "/", None).await;
    assert!(
        answer
            .body
            .contains(r#"no environment is for the host \"other.example\""#),
        "{answer:?}"
    );
}

#[actix_web::test]
async fn a_span_of_the_application_has_the_issuer_if_it_declares_it() {
    let app = app(environments().require_user()).await;
    for (host, issuer) in [("eu.example", EU), ("us.example", US)] {
        let spans = Spans::capture();
        let root = tracing::info_span!("root", "propelauth.issuer" = Empty);
        let request = TestRequest::get()
            .insert_header((HOST, host))
            .insert_header((AUTHORIZATION, format!("Bearer {}", token(issuer))));
        let answer = root.in_scope(|| fixtures::send(&app, request.to_request()));
        assert_eq!(answer.instrument(root).await.status.as_u16(), 200);
        assert_eq!(spans.one("root").field("propelauth.issuer"), issuer);
        drop(spans);
    }
    // One handle is not one of several.
    let spans = Spans::capture();
    let root: Span = tracing::info_span!("root", "propelauth.issuer" = Empty);
    let answer = root.in_scope(|| ask(eu().require_user(), "x", "/", Some(EU)));
    answer.instrument(root).await;
    assert_eq!(spans.one("root").field("propelauth.issuer"), "");
}
