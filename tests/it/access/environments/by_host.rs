//! The environment that the host of the request chooses.

use actix_web::{
    http::header::{AUTHORIZATION, HOST},
    test::TestRequest,
};
use actix_web_propelauth::Environments;

use super::{EU, US, app, ask, eu, token, us};
use crate::fixtures::{self, Answer};

fn environments() -> Environments {
    let eu = eu();
    Environments::by_host([
        ("eu.example.com", eu.clone()),
        ("example.eu", eu),
        ("us.example.com", us()),
        ("[::1]", super::handle("https://auth.local.example.com")),
    ])
    .unwrap()
}

/// Asserts that the caller learns the status, and nothing more.
#[track_caller]
pub(super) fn is_denied(answer: &Answer, status: u16, title: &str, case: &str) {
    assert_eq!(answer.status.as_u16(), status, "{case}: {answer:?}");
    assert_eq!(
        answer.body,
        format!(r#"{{"title":"{title}","status":{status}}}"#),
        "{case}"
    );
    assert_eq!(answer.challenge(), None, "{case}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{case}");
}

#[actix_web::test]
async fn the_host_chooses_without_case_port_and_trailing_dot() {
    for (host, issuer, body) in [
        ("eu.example.com", EU, "alice@example.com in eu"),
        ("EU.Example.Com:8080", EU, "alice@example.com in eu"),
        ("eu.example.com.", EU, "alice@example.com in eu"),
        ("example.eu", EU, "alice@example.com in eu"),
        ("us.example.com", US, "alice@example.com in us"),
        ("us.example.com.:443", US, "alice@example.com in us"),
        (
            "[::1]:80",
            "https://auth.local.example.com",
            "alice@example.com in https://auth.local.example.com",
        ),
    ] {
        let middleware = environments().require_user();
        ask(middleware, host, "/", Some(issuer))
            .await
            .is_ok(body, host);
    }
}

#[actix_web::test]
async fn a_token_of_another_host_is_invalid() {
    for (host, foreign) in [("eu.example.com", US), ("us.example.com", EU)] {
        for middleware in [
            environments().require_user(),
            environments().optional_user(),
        ] {
            let answer = ask(middleware, host, "/", Some(foreign)).await;
            answer.is_401("invalid_token", host);
        }
    }
}

#[actix_web::test]
async fn another_host_is_misdirected_whatever_the_middleware_requires() {
    for host in [
        "other.example.com",
        "eu.example.com.evil.example",
        "xeu.example.com",
        "eu.example.com..",
        "127.0.0.1",
        "::ffff:127.0.0.1",
    ] {
        for middleware in [
            environments().require_user(),
            environments().optional_user(),
            environments().allow_anonymous(),
            environments().require_user().pass_cors_preflight(),
        ] {
            for issuer in [None, Some(EU)] {
                let answer = ask(middleware.clone(), host, "/", issuer).await;
                if host.starts_with(':') {
                    is_denied(&answer, 400, "Bad Request", host);
                } else {
                    is_denied(&answer, 421, "Misdirected Request", host);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_request_must_name_exactly_one_host() {
    let eu = format!("Bearer {}", token(EU));
    let get = |target: &str, hosts: &[&str]| {
        let mut request = TestRequest::with_uri(target).insert_header((AUTHORIZATION, eu.clone()));
        for host in hosts {
            request = request.append_header((HOST, *host));
        }
        request.to_request()
    };
    let app = app(environments().require_user()).await;
    for (target, hosts) in [
        ("/", [].as_slice()),
        ("/", &["eu.example.com", "eu.example.com"]),
        ("/", &["eu.example.com", "us.example.com"]),
        ("/", &["eu.example.com,us.example.com"]),
        ("/", &["eu.example.com us.example.com"]),
        ("/", &["user@eu.example.com"]),
        ("/", &["eu.example.com/"]),
        ("/", &["eu.example.com:x"]),
        ("/", &["eu%2eexample.com"]),
        ("/", &[""]),
        ("http://us.example.com/", &["eu.example.com"]),
        ("http://user@eu.example.com/", &["eu.example.com"]),
    ] {
        let answer = fixtures::send(&app, get(target, hosts)).await;
        is_denied(&answer, 400, "Bad Request", &format!("{target} {hosts:?}"));
    }
    // As HTTP/2 and proxies send it.
    for hosts in [[].as_slice(), &["EU.example.com"]] {
        let answer = fixtures::send(&app, get("https://eu.example.com/", hosts)).await;
        answer.is_ok("alice@example.com in eu", "the target has the host");
    }
}

#[actix_web::test]
async fn forwarded_hosts_are_not_read() {
    let app = app(environments().require_user()).await;
    for (name, value) in [
        ("x-forwarded-host", "us.example.com"),
        ("x-host", "us.example.com"),
        ("x-original-host", "us.example.com"),
        ("forwarded", "host=us.example.com"),
    ] {
        for (issuer, is_ok) in [(EU, true), (US, false)] {
            let request = TestRequest::get()
                .insert_header((HOST, "eu.example.com"))
                .insert_header((name, value))
                .insert_header((AUTHORIZATION, format!("Bearer {}", token(issuer))));
            let answer = fixtures::send(&app, request.to_request()).await;
            if is_ok {
                answer.is_ok("alice@example.com in eu", name);
            } else {
                answer.is_401("invalid_token", name);
            }
        }
    }
}

#[actix_web::test]
async fn a_preflight_is_for_an_environment_as_well() {
    let preflight = |host: &'static str| {
        TestRequest::default()
            .method(actix_web::http::Method::OPTIONS)
            .insert_header((HOST, host))
            .insert_header(("origin", "https://app.example.com"))
            .insert_header(("access-control-request-method", "GET"))
            .to_request()
    };
    let passing = app(environments().require_user().pass_cors_preflight()).await;
    let answer = fixtures::send(&passing, preflight("us.example.com")).await;
    answer.is_ok("nobody in us", "passed on");
    let answer = fixtures::send(&passing, preflight("other.example.com")).await;
    is_denied(&answer, 421, "Misdirected Request", "of no environment");
    let denying = app(environments().require_user()).await;
    fixtures::send(&denying, preflight("us.example.com"))
        .await
        .is_401("", "not passed on");
}
