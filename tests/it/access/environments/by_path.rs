//! The environment that the path of the request chooses.

use actix_web::{
    App,
    http::header::AUTHORIZATION,
    middleware::NormalizePath,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::Environments;

use super::{EU, US, ask, by_host::is_denied, eu, handle, token, us, whoami};
use crate::fixtures;

const BETA: &str = "https://auth.beta.example.com";

fn environments() -> Environments {
    Environments::by_path([("/eu", eu()), ("/us/", us()), ("/eu/beta", handle(BETA))]).unwrap()
}

#[actix_web::test]
async fn the_longest_prefix_of_whole_segments_chooses() {
    let in_beta = "alice@example.com in https://auth.beta.example.com";
    for (path, issuer, body) in [
        ("/eu", EU, "alice@example.com in eu"),
        ("/eu/", EU, "alice@example.com in eu"),
        ("/eu/x?a=/us", EU, "alice@example.com in eu"),
        ("/eu/betatest", EU, "alice@example.com in eu"),
        ("/us", US, "alice@example.com in us"),
        ("/us/eu", US, "alice@example.com in us"),
        ("/eu/beta", BETA, in_beta),
        ("/eu/beta/x", BETA, in_beta),
        // The same characters, percent-encoded.
        ("/%65u/x", EU, "alice@example.com in eu"),
        ("/eu/%62eta", BETA, in_beta),
    ] {
        let middleware = environments().require_user();
        ask(middleware, "x", path, Some(issuer))
            .await
            .is_ok(body, path);
    }
}

#[actix_web::test]
async fn a_token_of_another_path_is_invalid() {
    for (path, foreign) in [
        ("/eu/x", US),
        ("/us/x", EU),
        ("/eu/beta/x", EU),
        ("/eu/x", BETA),
    ] {
        for middleware in [
            environments().require_user(),
            environments().optional_user(),
        ] {
            let answer = ask(middleware, "x", path, Some(foreign)).await;
            answer.is_401("invalid_token", path);
        }
    }
}

#[actix_web::test]
async fn another_path_is_not_found_whatever_the_middleware_requires() {
    for path in [
        "/",
        "/europe",
        "/EU",
        "/x/eu",
        "/eu;a=b",
        "/eu%2Fx",
        "/eu%2fbeta",
        "/eu%20",
        "/eu%00",
        "/%ff/eu",
    ] {
        for middleware in [
            environments().require_user(),
            environments().optional_user(),
            environments().allow_anonymous(),
        ] {
            for issuer in [None, Some(EU)] {
                let answer = ask(middleware.clone(), "x", path, issuer).await;
                is_denied(&answer, 404, "Not Found", path);
            }
        }
    }
}

#[actix_web::test]
async fn a_path_that_can_be_read_in_two_ways_is_not_found() {
    let everything = Environments::by_path([("/", eu()), ("/us", us())]).unwrap();
    for path in [
        "//us/x",
        "/us//x",
        "/./us/x",
        "/us/./x",
        "/us/../x",
        "/x/../us",
        "/%2e/us",
        "/us/%2E%2e/x",
        "//",
        "/us//",
    ] {
        for environments in [environments(), everything.clone()] {
            let answer = ask(environments.allow_anonymous(), "x", path, Some(EU)).await;
            is_denied(&answer, 404, "Not Found", path);
        }
    }
    for (path, issuer, body) in [
        ("/", EU, "alice@example.com in eu"),
        ("/europe", EU, "alice@example.com in eu"),
        ("/us/x", US, "alice@example.com in us"),
        ("/x...", EU, "alice@example.com in eu"),
    ] {
        let answer = ask(everything.require_user(), "x", path, Some(issuer)).await;
        answer.is_ok(body, path);
    }
}

/// The routes below a prefix must never see a user of another prefix, however the path is spelled and wherever the
/// path is normalized.
#[actix_web::test]
async fn the_path_that_is_matched_is_the_one_that_chose() {
    let everything = Environments::by_path([("/", eu()), ("/us", us())]).unwrap();
    let paths = [
        "/us/x",
        "//us/x",
        "/us//x",
        "///us///x",
        "/us/x/",
        "/%75s/x",
        "/us%2Fx",
        "/./us/x",
        "/a/../us/x",
        "/us;/x",
    ];
    for is_inside in [true, false] {
        let scope = || web::scope("/us").route("/x", web::get().to(whoami));
        let normalize = NormalizePath::trim;
        for path in paths {
            let request = |issuer| {
                let header = format!("Bearer {}", token(issuer));
                let request = TestRequest::with_uri(path).insert_header((AUTHORIZATION, header));
                request.to_request()
            };
            let (of_eu, of_us) = if is_inside {
                let app = App::new()
                    .service(scope())
                    .wrap(normalize())
                    .wrap(everything.require_user());
                let app = init_service(app).await;
                (
                    fixtures::send(&app, request(EU)).await,
                    fixtures::send(&app, request(US)).await,
                )
            } else {
                let app = App::new()
                    .service(scope())
                    .wrap(everything.require_user())
                    .wrap(normalize());
                let app = init_service(app).await;
                (
                    fixtures::send(&app, request(EU)).await,
                    fixtures::send(&app, request(US)).await,
                )
            };
            assert_ne!(of_eu.status.as_u16(), 200, "{path}: {of_eu:?}");
            if of_us.status.as_u16() == 200 {
                of_us.is_ok("alice@example.com in us", path);
            }
            let is_accepted = of_us.status.as_u16() == 200;
            let is_plain = ["/us/x", "/%75s/x", "/us/x/"].contains(&path);
            let is_merged = !is_inside && ["//us/x", "/us//x", "///us///x"].contains(&path);
            assert_eq!(
                is_accepted,
                is_plain || is_merged,
                "{path}, inside: {is_inside}"
            );
        }
    }
}
