//! Tokens in other places than the `Authorization` header.

mod headers;
mod log;
mod of_handle;

use std::sync::LazyLock;

use actix_web::{
    App,
    http::{
        Method, StatusCode,
        header::{
            AUTHORIZATION, COOKIE, HOST, HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
        },
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    ApiKeys, Authentication, Denied, Forbidden, TokenSource,
    testing::{HasAccessToken as _, TestUser, propel_auth, propel_auth_builder},
};

use crate::fixtures::{self, Answer, Logs, send, whoami, whoami_if_any};

const SITE: &str = "sec-fetch-site";
const OK: StatusCode = StatusCode::OK;
const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;

/// Sends a request to an app whose middleware reads these sources.
async fn ask(middleware: Authentication, request: TestRequest) -> Answer {
    let app = App::new()
        .route("/", web::route().to(whoami))
        .route("/maybe", web::route().to(whoami_if_any))
        .wrap(middleware);
    send(&init_service(app).await, request.to_request()).await
}

fn from(source: TokenSource) -> Authentication {
    propel_auth().require_user().token_from(source)
}

fn cookie() -> TokenSource {
    TokenSource::cookie("__Host-access_token")
}

fn with_cookie(method: Method) -> TestRequest {
    let value = format!("theme=dark; __Host-access_token={}", token());
    TestRequest::default()
        .method(method)
        .insert_header((HOST, "app.example.com"))
        .insert_header((COOKIE, value))
}

/// The token of Alice, which is the same each time.
fn token() -> String {
    static TOKEN: LazyLock<String> = LazyLock::new(fixtures::token);
    TOKEN.clone()
}

/// A token of another user.
fn other() -> String {
    let header = TestUser::new("bob@example.com").authorization_header();
    header.replace("Bearer ", "")
}

#[actix_web::test]
async fn each_source_authenticates_only_where_it_is_configured() {
    let offered = format!("chat, access_token.{}", token());
    let requests = || {
        [
            with_cookie(Method::GET),
            TestRequest::with_uri(&format!("/?a=b&access_token={}", token())),
            TestRequest::get().insert_header((SEC_WEBSOCKET_PROTOCOL, offered.clone())),
            TestRequest::get().insert_header(("x-proxy-token", token())),
        ]
    };
    let sources = [
        cookie(),
        TokenSource::query("access_token"),
        TokenSource::websocket_protocol("access_token."),
        TokenSource::from_fn(|request| {
            let value = request.headers().get("x-proxy-token")?;
            Some(value.to_str().ok()?.to_owned())
        }),
    ];
    for (i, source) in sources.into_iter().enumerate() {
        for (j, request) in requests().into_iter().enumerate() {
            let answer = ask(from(source.clone()), request).await;
            if i == j {
                answer.is_ok("alice@example.com", &source.to_string());
            } else {
                answer.is_401("", &format!("{source}, {j}"));
            }
        }
        // The header is always read, and needs no origin.
        let header =
            TestRequest::post().insert_header((AUTHORIZATION, format!("Bearer {}", token())));
        let answer = ask(from(source.clone()), header).await;
        answer.is_ok("alice@example.com", &source.to_string());
    }
    for request in requests() {
        ask(propel_auth().require_user(), request)
            .await
            .is_401("", "no source");
    }
}

#[actix_web::test]
async fn a_cookie_is_denied_if_another_site_may_have_made_the_browser_send_it() {
    let same = "https://app.example.com";
    let evil = "https://evil.example";
    let cases: [(&[(&str, &str)], StatusCode); 37] = [
        (&[], FORBIDDEN),
        (&[(SITE, "same-origin")], OK),
        (&[(SITE, "none")], OK),
        (&[(SITE, "same-site")], FORBIDDEN),
        (&[(SITE, "cross-site")], FORBIDDEN),
        (&[(SITE, "Same-Origin")], FORBIDDEN),
        (&[(SITE, "")], FORBIDDEN),
        (&[(SITE, "same-origin"), (SITE, "cross-site")], FORBIDDEN),
        (&[(SITE, "cross-site"), ("origin", same)], FORBIDDEN),
        (
            &[(SITE, "cross-site"), (SITE, "cross-site"), ("origin", same)],
            FORBIDDEN,
        ),
        (
            &[
                (SITE, "same-origin"),
                (SITE, "same-origin"),
                ("origin", "https://allowed.example"),
            ],
            FORBIDDEN,
        ),
        (
            &[(SITE, "same-origin"), ("origin", same), ("origin", same)],
            FORBIDDEN,
        ),
        (&[("origin", "http://app.example.com:80")], OK),
        (&[("origin", "http://app.example.com:443")], FORBIDDEN),
        (&[("origin", "https://APP.example.com")], OK),
        // No port that can be read.
        (&[("origin", "https://app.example.com:x")], FORBIDDEN),
        (&[("origin", "https://app.example.com:")], FORBIDDEN),
        (&[("origin", "https://app.example.com:65979")], FORBIDDEN),
        (&[("origin", "https://app.example.com:+443")], FORBIDDEN),
        // More than browsers write.
        (&[("origin", "https://app.example.com/")], FORBIDDEN),
        (&[("origin", "https://user@app.example.com")], FORBIDDEN),
        (&[("origin", "https://app.example.com?")], FORBIDDEN),
        (
            &[("origin", "https://allowed.example.evil.example")],
            FORBIDDEN,
        ),
        (&[("origin", same)], OK),
        (&[("origin", "https://app.example.com:443")], OK),
        (&[("origin", "https://app.example.com:8443")], FORBIDDEN),
        (
            &[("origin", "https://app.example.com.evil.example")],
            FORBIDDEN,
        ),
        (
            &[("origin", "https://app.example.com@evil.example")],
            FORBIDDEN,
        ),
        (&[("origin", evil)], FORBIDDEN),
        (&[("origin", "null")], FORBIDDEN),
        (&[("origin", "")], FORBIDDEN),
        (&[("origin", "app.example.com")], FORBIDDEN),
        (&[("origin", "file://app.example.com")], FORBIDDEN),
        (&[("origin", same), ("origin", evil)], FORBIDDEN),
        // A proxy's header, which a caller can send as well.
        (
            &[("origin", evil), ("x-forwarded-host", "evil.example")],
            FORBIDDEN,
        ),
        (&[("origin", "https://allowed.example")], OK),
        (
            &[(SITE, "cross-site"), ("origin", "https://allowed.example")],
            OK,
        ),
    ];
    let source = cookie().allow_origin("https://allowed.example");
    for (headers, expected) in cases {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = headers
                .iter()
                .fold(with_cookie(method), |it, pair| it.append_header(*pair));
            let answer = ask(from(source.clone()), request).await;
            assert_eq!(answer.status, expected, "{headers:?}");
            assert_eq!(answer.challenge(), None, "{headers:?}");
        }
        // Another site can send it and cannot read the response.
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let request = headers
                .iter()
                .fold(with_cookie(method), |it, pair| it.append_header(*pair));
            let answer = ask(from(source.clone()), request).await;
            assert_eq!(answer.status, OK, "{headers:?}");
        }
        // Another site can open a WebSocket, and can read its messages.
        let request = headers
            .iter()
            .fold(with_cookie(Method::GET), |it, pair| it.append_header(*pair));
        let request = request.insert_header((UPGRADE, "websocket"));
        assert_eq!(
            ask(from(source.clone()), request).await.status,
            expected,
            "{headers:?}"
        );
    }
    // No policy passes such a request on, and the defense can be turned off.
    for middleware in [
        propel_auth().optional_user().token_from(cookie()),
        propel_auth().allow_anonymous().token_from(cookie()),
    ] {
        let answer = ask(middleware, with_cookie(Method::POST).uri("/maybe")).await;
        assert_eq!(answer.status, FORBIDDEN);
    }
    let any = from(cookie().allow_any_origin());
    assert_eq!(ask(any, with_cookie(Method::POST)).await.status, OK);
    // What a function finds may be a cookie.
    let function = || TokenSource::from_fn(|_| Some(token()));
    assert_eq!(
        ask(from(function()), TestRequest::post()).await.status,
        FORBIDDEN
    );
    let any = from(function().allow_any_origin());
    assert_eq!(ask(any, TestRequest::post()).await.status, OK);
}

#[actix_web::test]
async fn a_header_of_a_browser_that_is_not_text_does_not_count_as_missing() {
    for name in [SITE, "origin"] {
        let odd = HeaderValue::from_bytes(b"\xff").unwrap();
        let same = ("origin", "https://app.example.com");
        let request = with_cookie(Method::POST).append_header((name, odd));
        let request = if name == SITE {
            request.append_header(same)
        } else {
            request.append_header((SITE, "same-origin"))
        };
        assert_eq!(
            ask(from(cookie()), request).await.status,
            FORBIDDEN,
            "{name}"
        );
    }
}

#[actix_web::test]
async fn a_middleware_inside_that_finds_another_token_does_not_use_the_user_of_the_first() {
    let auth = propel_auth();
    let app = App::new()
        .service(
            web::scope("/inside")
                .route("", web::get().to(whoami))
                .wrap(auth.require_user().token_from(TokenSource::query("t"))),
        )
        .wrap(auth.require_user().token_from(cookie()));
    let app = init_service(app).await;
    let ask = async |token: &str| {
        let request = with_cookie(Method::GET).uri(&format!("/inside?t={token}"));
        send(&app, request.to_request()).await
    };
    ask(&other()).await.is_ok("bob@example.com", "another user");
    ask(&token())
        .await
        .is_ok("alice@example.com", "the same token");
    ask("x.y.z").await.is_401("invalid_token", "an invalid one");
}

#[actix_web::test]
async fn the_host_of_a_request_is_that_of_its_target() {
    let request = with_cookie(Method::POST)
        .uri("https://app.example.com:8443/")
        .insert_header((ORIGIN, "https://app.example.com:8443"));
    assert_eq!(ask(from(cookie()), request).await.status, OK);
    let request = with_cookie(Method::POST)
        .uri("https://other.example.com/")
        .insert_header((ORIGIN, "https://app.example.com"));
    assert_eq!(ask(from(cookie()), request).await.status, FORBIDDEN);
}

#[actix_web::test]
async fn a_request_has_one_token_or_is_denied() {
    let both = || {
        propel_auth()
            .require_user()
            .token_from(cookie())
            .token_from(TokenSource::query("t"))
    };
    let bearer = |token: String| (AUTHORIZATION, format!("Bearer {token}"));
    let get = || with_cookie(Method::GET);
    // The same token in two places is one, and another one is a second.
    ask(both(), get().insert_header(bearer(token())))
        .await
        .is_ok("alice@example.com", "same");
    ask(both(), get().uri(&format!("/?t={}", token())))
        .await
        .is_ok("alice@example.com", "same");
    let error = "invalid_request";
    ask(both(), get().insert_header(bearer(other())))
        .await
        .is_401(error, "header and cookie");
    ask(both(), get().insert_header(bearer("x".into())))
        .await
        .is_401(error, "header and cookie");
    ask(both(), get().uri(&format!("/?t={}", other())))
        .await
        .is_401(error, "query and cookie");
    // A malformed header is not skipped, and one with the password of a proxy is.
    ask(both(), get().insert_header((AUTHORIZATION, "Bearer a b")))
        .await
        .is_401(error, "malformed");
    let twice = get()
        .append_header(bearer(token()))
        .append_header(bearer(token()));
    ask(both(), twice).await.is_401(error, "two headers");
    ask(both(), get().insert_header((AUTHORIZATION, "Basic dTpw")))
        .await
        .is_ok("alice@example.com", "Basic");

    let pair = format!("__Host-access_token={}", token());
    for cookies in [
        format!("{pair}; {pair}"),
        format!("{pair};__Host-access_token="),
    ] {
        let request = TestRequest::get().insert_header((COOKIE, cookies));
        ask(both(), request).await.is_401(error, "two cookies");
    }
    let request = TestRequest::get()
        .append_header((COOKIE, pair.clone()))
        .append_header((COOKIE, pair));
    ask(both(), request)
        .await
        .is_401(error, "two headers of cookies");
    let query = format!("/?t={0}&%74={0}", token());
    ask(both(), TestRequest::with_uri(&query))
        .await
        .is_401(error, "two parameters");
    let offered = format!("b.{0}, b.{0}", token());
    let request = TestRequest::get().insert_header((SEC_WEBSOCKET_PROTOCOL, offered));
    let protocol = from(TokenSource::websocket_protocol("b."));
    ask(protocol, request).await.is_401(error, "two protocols");

    // A key and a token are two credentials.
    let keys = ApiKeys::new().header("x-api-key");
    let request = get().insert_header(("x-api-key", "00ff"));
    ask(both().accept_api_keys(keys), request)
        .await
        .is_401(error, "key and cookie");
}

#[actix_web::test]
async fn a_source_is_as_strict_as_the_header() {
    let read = |text: &str| {
        from(TokenSource::from_fn({
            let text = text.to_owned();
            move |_| Some(text.clone())
        }))
    };
    for text in [" x", "x ", "a b", "a,b", "é", "a\tb", "a\nb", "a\0"] {
        ask(read(text), TestRequest::get())
            .await
            .is_401("invalid_request", text);
    }
    let forged = format!("{}x", token());
    for text in ["", "undefined", "Bearer", &forged] {
        ask(read(text), TestRequest::get())
            .await
            .is_401("invalid_token", text);
    }
    ask(read(&"x".repeat(20_000)), TestRequest::get())
        .await
        .is_431("long");
    // A query is decoded once, and a space is no sign of a token.
    for (query, error) in [
        ("%2E", "invalid_token"),
        ("a+b", "invalid_request"),
        ("%C3", "invalid_request"),
    ] {
        let request = TestRequest::with_uri(&format!("/?t={query}"));
        ask(from(TokenSource::query("t")), request)
            .await
            .is_401(error, query);
    }
    let encoded = token().replace('.', "%2e");
    let request = TestRequest::with_uri(&format!("/?t={encoded}"));
    ask(from(TokenSource::query("t")), request)
        .await
        .is_ok("alice@example.com", "encoded");
    // Names of cookies are exact, and other cookies may be anything.
    for name in [
        "__host-access_token",
        "__Host-access_token2",
        "x__Host-access_token",
    ] {
        let request = TestRequest::get().insert_header((COOKIE, format!("{name}={}", token())));
        ask(from(cookie()), request).await.is_401("", name);
    }
    // So are those of parameters and prefixes.
    let query = from(TokenSource::query("t"));
    let request = TestRequest::with_uri(&format!("/?T={0}&tt={0}", token()));
    ask(query, request).await.is_401("", "another parameter");
    let protocol = from(TokenSource::websocket_protocol("b."));
    let offered = format!("B.{0}, b{0}, xb.{0}", token());
    let request = TestRequest::get().insert_header((SEC_WEBSOCKET_PROTOCOL, offered));
    ask(protocol, request).await.is_401("", "another prefix");
    let cookies = [
        b"a=\xff; b; =; __Host-access_token=".as_slice(),
        token().as_bytes(),
    ]
    .concat();
    let value = HeaderValue::from_bytes(&cookies).unwrap();
    let request = TestRequest::get().insert_header((COOKIE, value));
    ask(from(cookie()), request)
        .await
        .is_ok("alice@example.com", "odd cookies");
}

#[actix_web::test]
async fn a_middleware_inside_reads_its_sources_although_the_one_outside_found_nobody() {
    let auth = propel_auth();
    let app = App::new()
        .service(
            web::scope("/pages")
                .route("/whoami", web::route().to(whoami))
                .wrap(auth.require_user().token_from(cookie())),
        )
        .route("/whoami", web::route().to(whoami_if_any))
        .wrap(auth.optional_user());
    let app = init_service(app).await;
    let ask = async |method, path| send(&app, with_cookie(method).uri(path).to_request()).await;
    ask(Method::GET, "/pages/whoami")
        .await
        .is_ok("alice@example.com", "inside");
    assert_eq!(ask(Method::POST, "/pages/whoami").await.status, FORBIDDEN);
    ask(Method::GET, "/whoami").await.is_ok("nobody", "outside");

    // The defense inside holds although the middleware outside has none.
    let app = App::new()
        .service(
            web::scope("/pages")
                .route("/whoami", web::route().to(whoami))
                .wrap(auth.require_user().token_from(cookie())),
        )
        .wrap(auth.require_user().token_from(cookie().allow_any_origin()));
    let app = init_service(app).await;
    let request = with_cookie(Method::POST).uri("/pages/whoami");
    assert_eq!(send(&app, request.to_request()).await.status, FORBIDDEN);
}

#[actix_web::test]
async fn a_token_is_verified_once_whatever_its_place() {
    let auth = propel_auth();
    let middleware = auth
        .require_user()
        .token_from(cookie())
        .token_from(TokenSource::query("t"));
    let app = App::new()
        .route("/", web::route().to(whoami))
        .wrap(middleware);
    let app = init_service(app).await;
    for _ in 0..3 {
        let query = TestRequest::with_uri(&format!("/?t={}", token()));
        for request in [with_cookie(Method::GET), query] {
            assert_eq!(send(&app, request.to_request()).await.status, OK);
        }
    }
    assert_eq!(auth.token_cache_stats().tokens, 1);
}

#[actix_web::test]
async fn denials_name_the_place_and_never_the_token() {
    let logs = Logs::capture();
    let query = format!("/?t={0}&t={0}", token());
    let answer = ask(from(TokenSource::query("t")), TestRequest::with_uri(&query)).await;
    assert_eq!(answer.status, UNAUTHORIZED);
    let request = with_cookie(Method::POST).insert_header((ORIGIN, "https://evil.example"));
    ask(from(cookie()), request).await;
    let long = format!("https://{}.example", "a".repeat(200));
    ask(
        from(cookie()),
        with_cookie(Method::POST).insert_header((ORIGIN, long)),
    )
    .await;
    let text = logs.text();
    assert!(!text.contains(&"a".repeat(100)), "{text}");
    assert!(text.contains("repeated_credential"), "{text}");
    assert!(text.contains("the query parameter"), "{text}");
    assert!(
        text.contains("other_origin") && text.contains("https://evil.example"),
        "{text}"
    );
    assert!(!text.contains("eyJ"), "{text}");

    let auth = propel_auth_builder()
        .on_denied(|denied, _, response| {
            assert!(matches!(
                denied,
                Denied::Forbidden(Forbidden::OtherOrigin(_))
            ));
            response
        })
        .build()
        .unwrap();
    let middleware = auth.require_user().token_from(cookie());
    assert_eq!(
        ask(middleware, with_cookie(Method::POST)).await.status,
        FORBIDDEN
    );
}

#[test]
fn names_that_cannot_work_are_found_at_start() {
    let panics = |make: fn() -> TokenSource| std::panic::catch_unwind(make).is_err();
    assert!(panics(|| TokenSource::cookie("")));
    assert!(panics(|| TokenSource::cookie("a=b")));
    assert!(panics(|| TokenSource::query("")));
    assert!(panics(|| TokenSource::websocket_protocol("")));
    assert!(panics(|| TokenSource::websocket_protocol("bearer ")));
    assert!(panics(|| cookie().allow_origin("https://app.example.com/")));
    assert!(panics(|| cookie().allow_origin("app.example.com")));
    assert!(panics(
        || cookie().allow_origin("https://app.example.com:443")
    ));
    assert!(panics(|| cookie().allow_origin("null")));
    assert!(panics(|| cookie().allow_origin("*")));
}
