//! CORS: a preflight is a request without credentials, unless the middleware was told to pass it.

use actix_cors::Cors;
use actix_web::{
    App,
    http::{
        Method, StatusCode,
        header::{self, AUTHORIZATION},
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    ApiKeys, Authentication, Denied, InOrg, InOrgWithRole, OrgMemberInfo, TokenSource,
    Unauthorized, org_id,
    testing::{TestRequestExt as _, propel_auth, propel_auth_builder},
};

use crate::fixtures::{Logs, alice, send, token, whoami, whoami_if_any};

fn preflight() -> TestRequest {
    TestRequest::default()
        .method(Method::OPTIONS)
        .insert_header((header::ORIGIN, "https://app.example.com"))
        .insert_header((header::ACCESS_CONTROL_REQUEST_METHOD, "GET"))
        .insert_header((header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization"))
}

fn cors() -> Cors {
    Cors::default()
        .allowed_origin("https://app.example.com")
        .allowed_methods(["GET"])
        .allowed_header(AUTHORIZATION)
}

#[actix_web::test]
async fn a_cors_middleware_answers_preflights_inside_and_outside_of_ours() {
    let auth = propel_auth();
    let route = || web::get().to(whoami);
    let outside = App::new()
        .route("/", route())
        .wrap(auth.require_user())
        .wrap(cors());
    let inside = App::new()
        .route("/", route())
        .wrap(cors())
        .wrap(auth.require_user().pass_cors_preflight());
    let (outside, inside) = (init_service(outside).await, init_service(inside).await);
    let from_app = |request: TestRequest| {
        request
            .insert_header((header::ORIGIN, "https://app.example.com"))
            .to_request()
    };
    let allowed = Some("https://app.example.com");

    let answer = send(&outside, preflight().to_request()).await;
    assert_eq!(
        (
            answer.status,
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (StatusCode::OK, allowed)
    );
    let answer = send(&inside, preflight().to_request()).await;
    assert_eq!(
        (
            answer.status,
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (StatusCode::OK, allowed)
    );

    // Refusals can be read by a browser where CORS is outside, and cannot where it is inside.
    let answer = send(&outside, from_app(TestRequest::get())).await;
    answer.is_401("", "CORS outside");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed);
    let answer = send(&inside, from_app(TestRequest::get())).await;
    answer.is_401("", "CORS inside");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), None);
    let answer = send(&inside, from_app(TestRequest::get().as_user(&alice()))).await;
    answer.is_ok("alice@example.com", "CORS inside");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed);
}

/// The answer of a handler that asks for nobody: if it is seen, a stranger came through.
async fn wipe() -> &'static str {
    "wiped"
}

const WIPE: &str = "/orgs/{org_id}/wipe";

/// One guard for every way to look for an organization.
fn guards() -> [InOrgWithRole; 5] {
    let owner = "Owner";
    [
        InOrgWithRole::new(owner, org_id::path("org_id")).path_pattern(WIPE),
        InOrgWithRole::new(owner, org_id::query("org_id")),
        InOrgWithRole::new(owner, org_id::header("x-org-id")),
        InOrgWithRole::new(owner, org_id::active()),
        InOrgWithRole::new(owner, org_id::default()).path_pattern(WIPE),
    ]
}

/// Requests that look like a preflight, from a genuine one to a poor copy.
fn lookalikes() -> Vec<TestRequest> {
    let asking = |origin: &'static str, method: &'static str| {
        TestRequest::with_uri("/orgs/1/wipe?org_id=1")
            .method(Method::OPTIONS)
            .insert_header(("x-org-id", "1"))
            .insert_header((header::ORIGIN, origin))
            .insert_header((header::ACCESS_CONTROL_REQUEST_METHOD, method))
    };
    let origin = "https://app.example.com";
    vec![
        preflight().uri("/orgs/1/wipe?org_id=1"),
        asking(origin, "DELETE"),
        asking("null", "GET"),
        asking("", ""),
        asking("", "GET"),
        asking(origin, ""),
        asking(origin, "GET").append_header((header::ORIGIN, origin)),
    ]
}

#[actix_web::test]
async fn no_preflight_gets_past_a_guard_in_wrap_or_in_guard() {
    let auth = propel_auth();
    for guard in guards() {
        let wrapped = || web::resource(WIPE).wrap(guard.clone()).to(wipe);
        let routed = || web::resource(WIPE).route(web::route().guard(guard.clone()).to(wipe));
        for (index, _) in lookalikes().iter().enumerate() {
            let request = || lookalikes().swap_remove(index).to_request();
            let place = format!("{guard:?} and look-alike {index}");

            for outside in [
                auth.require_user(),
                auth.optional_user(),
                auth.allow_anonymous(),
            ] {
                let app = App::new().service(wrapped()).wrap(outside.clone());
                let answer = send(&init_service(app).await, request()).await;
                answer.is_401("", &format!(".wrap, {place}"));
                let app = App::new().service(routed()).wrap(outside);
                let answer = send(&init_service(app).await, request()).await;
                answer.is_401("", &format!(".guard, {place}"));
            }

            let app = App::new().app_data(auth.clone()).service(wrapped());
            let answer = send(&init_service(app).await, request()).await;
            answer.is_401("", &format!(".wrap with app data only, {place}"));
            let app = App::new().app_data(auth.clone()).service(routed());
            let answer = send(&init_service(app).await, request()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{place}");

            let app = App::new().service(wrapped());
            let answer = send(&init_service(app).await, request()).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{place}");
            let app = App::new().service(routed());
            let answer = send(&init_service(app).await, request()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{place}");
        }
    }
}

#[actix_web::test]
async fn no_preflight_gets_past_the_middleware() {
    let auth = propel_auth();
    let taken_back = auth
        .require_user()
        .pass_cors_preflight()
        .deny_cors_preflight();
    for middleware in [auth.require_user(), taken_back] {
        let app = App::new().route("/orgs/{org_id}/wipe", web::route().to(wipe));
        let app = init_service(app.wrap(middleware)).await;
        for request in lookalikes() {
            let answer = send(&app, request.to_request()).await;
            answer.is_401("", "require_user");
        }
    }
}

#[actix_web::test]
async fn a_passed_preflight_passes_guards_and_nothing_else_does() {
    let auth = propel_auth();
    let app = || {
        App::new()
            .route("/orgs/{org_id}/open", web::route().to(whoami_if_any))
            .route("/orgs/{org_id}/user", web::route().to(whoami))
            .service(
                web::resource("/orgs/{org_id}/org")
                    .wrap(InOrg::default())
                    .to(|org: OrgMemberInfo| async move { org.org_name.clone() }),
            )
            .service(web::resource(WIPE).wrap(InOrg::default()).to(wipe))
    };
    let passing = || auth.require_user().pass_cors_preflight();
    let service = init_service(app().wrap(passing())).await;
    let ask = |request: TestRequest, path: &str| request.uri(path).to_request();
    send(&service, ask(preflight(), "/orgs/1/open"))
        .await
        .is_ok("nobody", "a handler without a guard");
    send(&service, ask(preflight(), WIPE))
        .await
        .is_ok("wiped", "a handler behind a guard");
    send(&service, ask(preflight(), "/orgs/1/user"))
        .await
        .is_401("", "there is no user");
    let answer = send(&service, ask(preflight(), "/orgs/1/org")).await;
    assert_eq!(
        answer.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "and no organization"
    );

    // What is no preflight is asked for a token, as ever.
    let get = preflight().method(Method::GET);
    send(&service, ask(get, "/orgs/1/open"))
        .await
        .is_401("", "another method");
    for request in lookalikes().split_off(3) {
        let answer = send(&service, request.to_request()).await;
        answer.is_401("", "a poor copy");
    }
    let with_token = preflight().insert_header((AUTHORIZATION, format!("Bearer {}", token())));
    send(&service, ask(with_token, "/orgs/1/open"))
        .await
        .is_ok("alice@example.com", "credentials are looked at");
    let with_junk = preflight().insert_header((AUTHORIZATION, "Bearer x"));
    send(&service, ask(with_junk, "/orgs/1/open"))
        .await
        .is_401("invalid_token", "bad credentials");

    // A stricter middleware further in has the last word, also for the guards inside of it.
    let scope = || web::scope("").service(web::resource(WIPE).wrap(InOrg::default()).to(wipe));
    for inner in [
        auth.require_user(),
        auth.optional_user(),
        auth.allow_anonymous(),
    ] {
        let app = App::new().service(scope().wrap(inner)).wrap(passing());
        let answer = send(&init_service(app).await, ask(preflight(), WIPE)).await;
        answer.is_401("", "inside of another middleware");
    }
}

#[actix_web::test]
async fn the_log_says_once_where_cors_belongs() {
    let logs = Logs::capture();
    let auth = propel_auth();
    let app = App::new().route("/", web::get().to(whoami)).wrap(cors());
    let app = init_service(app.wrap(auth.require_user())).await;
    for _ in 0..3 {
        send(&app, preflight().to_request()).await.is_401("", "");
    }
    let text = logs.text();
    assert_eq!(
        text.matches("a CORS preflight was denied").count(),
        1,
        "{text}"
    );
    assert!(
        text.contains("App::new().wrap(auth.require_user()).wrap(cors)"),
        "{text}"
    );
    assert!(text.contains(".pass_cors_preflight()"), "{text}");
}

#[actix_web::test]
async fn a_passed_preflight_passes_a_guard_on_its_way_to_cors() {
    let resource = web::resource("/orgs/{org_id}")
        .wrap(cors())
        .wrap(InOrg::default())
        .route(web::get().to(whoami));
    let app = App::new()
        .service(resource)
        .wrap(propel_auth().require_user().pass_cors_preflight());
    let app = init_service(app).await;
    let answer = send(&app, preflight().uri("/orgs/1").to_request()).await;
    assert_eq!(
        (
            answer.status,
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (StatusCode::OK, Some("https://app.example.com"))
    );
    send(&app, TestRequest::with_uri("/orgs/1").to_request())
        .await
        .is_401("", "what follows it");
}

#[actix_web::test]
async fn a_preflight_that_reaches_a_handler_is_answered_in_the_words_of_its_project() {
    let auth = propel_auth_builder().realm("mine").build().unwrap();
    let app = App::new()
        .service(web::resource("/").wrap(InOrg::default()).to(whoami))
        .route(
            "/denied",
            web::route()
                .to(|| async { Err::<String, _>(Denied::from(Unauthorized::NoCredentials)) }),
        )
        .wrap(auth.require_user().pass_cors_preflight());
    let app = init_service(app).await;
    for path in ["/", "/denied"] {
        let answer = send(&app, preflight().uri(path).to_request()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.challenge(), Some(r#"Bearer realm="mine""#), "{path}");
    }
}

#[actix_web::test]
async fn what_no_preflight_has_is_looked_at_wherever_the_token_is_read() {
    let with_source = |source: TokenSource| {
        propel_auth()
            .require_user()
            .token_from(source)
            .pass_cors_preflight()
    };
    let ask = async |middleware: Authentication, request: TestRequest| {
        let app = App::new()
            .route("/", web::route().to(whoami_if_any))
            .wrap(middleware);
        send(&init_service(app).await, request.to_request()).await
    };
    let cookie = || with_source(TokenSource::cookie("a"));
    let pair = |value: &str| preflight().insert_header((header::COOKIE, format!("a={value}")));
    ask(cookie(), pair(&token()))
        .await
        .is_ok("alice@example.com", "cookie");
    ask(cookie(), pair("x"))
        .await
        .is_401("invalid_token", "bad cookie");
    ask(cookie(), pair("x; a=y"))
        .await
        .is_401("invalid_request", "two cookies");
    // Of another name, or not read.
    let other = preflight().insert_header((header::COOKIE, "b=x"));
    ask(cookie(), other).await.is_ok("nobody", "other cookie");
    ask(
        propel_auth().require_user().pass_cors_preflight(),
        pair("x"),
    )
    .await
    .is_ok("nobody", "not read");

    let protocol = || with_source(TokenSource::websocket_protocol("b."));
    let offered = |value: &str| preflight().insert_header((header::SEC_WEBSOCKET_PROTOCOL, value));
    ask(protocol(), offered(&format!("v1, b.{}", token())))
        .await
        .is_ok("alice@example.com", "protocol");
    ask(protocol(), offered("b.x"))
        .await
        .is_401("invalid_token", "bad protocol");
    ask(protocol(), offered("v1"))
        .await
        .is_ok("nobody", "other protocol");

    let keys = ApiKeys::new().header("x-api-key");
    let with_keys = propel_auth()
        .require_user()
        .accept_api_keys(keys)
        .pass_cors_preflight();
    let key = preflight().insert_header(("x-api-key", "x"));
    ask(with_keys, key).await.is_401("invalid_token", "key");

    // A preflight has the query of the request that it is for, and a function may read it.
    for uri in [format!("/?t={}", token()), "/?t=x".to_owned()] {
        let query = with_source(TokenSource::query("t"));
        ask(query, preflight().uri(&uri))
            .await
            .is_ok("nobody", &uri);
        let function = with_source(TokenSource::from_fn(|request| {
            Some(request.query_string().to_owned())
        }));
        ask(function, preflight().uri(&uri))
            .await
            .is_ok("nobody", &uri);
    }
}

/// The CORS middleware may be inside of what a routing guard selects.
#[actix_web::test]
async fn a_passed_preflight_selects_a_scope_by_a_guard_and_no_other_request_does() {
    let auth = propel_auth();
    let scope = || {
        web::scope("/in")
            .guard(InOrg::new(org_id::header("x-org")))
            .wrap(cors())
            .route("/x", web::get().to(whoami))
    };
    let passing = App::new()
        .service(scope())
        .wrap(auth.require_user().pass_cors_preflight());
    let denying = App::new().service(scope()).wrap(auth.optional_user());
    let (passing, denying) = (init_service(passing).await, init_service(denying).await);
    let request = || preflight().uri("/in/x").to_request();
    let allowed = Some("https://app.example.com");
    let answer = send(&passing, request()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed);
    let answer = send(&denying, request()).await;
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), None);
    let get = TestRequest::get().uri("/in/x").to_request();
    assert_eq!(send(&passing, get).await.status, StatusCode::UNAUTHORIZED);
}
