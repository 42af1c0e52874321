//! Places of tokens that a handle has, for middleware, guards and extractors.

use actix_web::{
    App, HttpResponse,
    http::{
        Method, StatusCode,
        header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL},
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    ActiveOrg, ApiKeys, Authentication, Environments, InOrg, OptionalUser, OrgMemberInfo,
    PropelAuth, TokenSource, User, org_id,
    testing::{HasAccessToken as _, TestOrg, TestRequestExt as _, TestUser, propel_auth_builder},
};

use super::{FORBIDDEN, UNAUTHORIZED, cookie, other, token, with_cookie};
use crate::fixtures::{Answer, send, whoami, whoami_if_any};

fn with(source: TokenSource) -> PropelAuth {
    propel_auth_builder().token_from(source).build().unwrap()
}

/// Sends a request to an app with this middleware around two routes.
async fn ask(middleware: Authentication, request: TestRequest) -> Answer {
    let app = App::new()
        .route("/", web::route().to(whoami))
        .route("/maybe", web::route().to(whoami_if_any))
        .wrap(middleware);
    send(&init_service(app).await, request.to_request()).await
}

/// A user of one organization, and a request with the user's token in a cookie.
fn member() -> (TestOrg, TestRequest) {
    let org = TestOrg::new("Acme");
    let alice = TestUser::new("alice@example.com")
        .in_org(&org, "Admin")
        .active_org(&org);
    let cookie = format!("__Host-access_token={}", alice.access_token());
    let request = TestRequest::with_uri(&format!("/orgs/{}", org.org_id()));
    (org, request.insert_header((COOKIE, cookie)))
}

#[actix_web::test]
async fn every_middleware_of_the_handle_reads_the_place() {
    let auth = with(cookie());
    for middleware in [
        auth.require_user(),
        auth.optional_user(),
        auth.allow_anonymous(),
    ] {
        ask(middleware.clone(), with_cookie(Method::GET))
            .await
            .is_ok("alice@example.com", "cookie");
        let answer = ask(middleware, with_cookie(Method::POST)).await;
        assert_eq!(answer.status, FORBIDDEN);
    }
    let header = TestRequest::post().insert_header((AUTHORIZATION, format!("Bearer {}", token())));
    ask(auth.require_user(), header)
        .await
        .is_ok("alice@example.com", "the header is read as ever");
    // A handle with two places reads both, in one request as well.
    let auth = propel_auth_builder()
        .token_from(cookie())
        .token_from(TokenSource::query("t"))
        .build()
        .unwrap();
    let query = || TestRequest::with_uri(&format!("/?t={}", token()));
    ask(auth.require_user(), query())
        .await
        .is_ok("alice@example.com", "query");
    ask(auth.require_user(), with_cookie(Method::GET))
        .await
        .is_ok("alice@example.com", "cookie");
    let two = query().insert_header((COOKIE, format!("__Host-access_token={}", other())));
    ask(auth.require_user(), two)
        .await
        .is_401("invalid_request", "two tokens");
}

#[actix_web::test]
async fn a_middleware_adds_a_place_or_reads_the_header_only() {
    let auth = with(cookie());
    let query = || TestRequest::with_uri(&format!("/?t={}", token()));
    let added = || auth.require_user().token_from(TokenSource::query("t"));
    ask(added(), query())
        .await
        .is_ok("alice@example.com", "added");
    ask(added(), with_cookie(Method::GET))
        .await
        .is_ok("alice@example.com", "of the handle");
    ask(auth.require_user(), query())
        .await
        .is_401("", "of another middleware");

    let header_only = || auth.require_user().token_from_header_only();
    ask(header_only(), with_cookie(Method::GET))
        .await
        .is_401("", "header only");
    ask(header_only(), with_cookie(Method::POST))
        .await
        .is_401("", "no cookie, no other origin");
    let header = || (AUTHORIZATION, format!("Bearer {}", token()));
    // A cookie that is not read does not matter.
    let both = TestRequest::get()
        .insert_header(header())
        .insert_header((COOKIE, format!("__Host-access_token={}", other())));
    ask(header_only(), both)
        .await
        .is_ok("alice@example.com", "header");
    let undone = header_only().token_from(TokenSource::query("t"));
    ask(undone.clone(), query())
        .await
        .is_ok("alice@example.com", "the last call decides");
    ask(undone, with_cookie(Method::GET))
        .await
        .is_401("", "dropped");
    let again = added().token_from_header_only();
    ask(again, query()).await.is_401("", "dropped, too");
}

#[actix_web::test]
async fn a_place_of_the_handle_and_of_a_middleware_is_as_strict_as_both() {
    let origin = "https://partner.example";
    let (lax, laxest) = (
        || cookie().allow_origin(origin),
        || cookie().allow_any_origin(),
    );
    for (of_handle, of_middleware, expected) in [
        (lax(), cookie(), FORBIDDEN),
        (laxest(), cookie(), FORBIDDEN),
        (laxest(), lax(), StatusCode::OK),
        (cookie(), lax(), FORBIDDEN),
        (lax(), lax(), StatusCode::OK),
        (lax(), TokenSource::cookie("another"), StatusCode::OK),
    ] {
        let middleware = with(of_handle.clone()).require_user();
        let middleware = middleware.token_from(of_middleware.clone());
        let request = with_cookie(Method::POST)
            .insert_header(("sec-fetch-site", "cross-site"))
            .insert_header(("origin", origin));
        let answer = ask(middleware, request).await;
        assert_eq!(answer.status, expected, "{of_handle:?} {of_middleware:?}");
    }
}

#[actix_web::test]
async fn a_middleware_for_the_header_only_does_not_accept_what_another_one_found_elsewhere() {
    let auth = with(cookie());
    for outside in [
        auth.require_user(),
        auth.optional_user(),
        auth.allow_anonymous(),
    ] {
        let inside = |middleware: Authentication, path| {
            web::scope(path)
                .route("/", web::route().to(whoami_if_any))
                .wrap(middleware.token_from_header_only())
        };
        let app = App::new()
            .service(inside(auth.require_user(), "/required"))
            .service(inside(auth.optional_user(), "/optional"))
            .service(
                // It reads more than the header again.
                web::scope("/query").route("/", web::get().to(whoami)).wrap(
                    auth.require_user()
                        .token_from_header_only()
                        .token_from(TokenSource::query("t")),
                ),
            )
            .service(
                web::scope("/loose")
                    .route("/", web::get().to(whoami))
                    .wrap(auth.require_user()),
            )
            .wrap(outside);
        let app = init_service(app).await;
        let ask =
            async |request: TestRequest, path| send(&app, request.uri(path).to_request()).await;
        let get = || with_cookie(Method::GET);
        ask(get(), "/required/").await.is_401("", "required");
        ask(get(), "/optional/").await.is_ok("nobody", "optional");
        ask(get(), "/query/")
            .await
            .is_ok("alice@example.com", "no longer the header only");
        ask(get(), "/loose/")
            .await
            .is_ok("alice@example.com", "any other");
        let header =
            || TestRequest::get().insert_header((AUTHORIZATION, format!("Bearer {}", token())));
        ask(header(), "/required/")
            .await
            .is_ok("alice@example.com", "header");
        ask(header(), "/optional/")
            .await
            .is_ok("alice@example.com", "header");
    }
}

#[actix_web::test]
async fn what_is_inside_of_a_middleware_does_not_look_at_other_places_again() {
    let auth = with(cookie());
    let app = App::new()
        .service(
            web::resource("/")
                .wrap(auth.require_step_up("PAY"))
                .to(whoami),
        )
        .wrap(auth.require_user().token_from_header_only());
    let app = init_service(app).await;
    let request = TestRequest::get()
        .insert_header((AUTHORIZATION, format!("Bearer {}", token())))
        .insert_header((COOKIE, format!("__Host-access_token={}", other())));
    // The user is known, and lacks the grant. Another cookie, which the middleware does not read, changes nothing.
    send(&app, request.to_request())
        .await
        .is_401("insufficient_user_authentication", "step-up");
}

#[actix_web::test]
async fn extractors_without_middleware_read_the_place_with_the_same_defense() {
    async fn maybe(user: OptionalUser) -> String {
        user.as_ref()
            .map_or("nobody".to_owned(), |user| user.email.clone())
    }
    async fn active(org: ActiveOrg) -> String {
        org.org_name.clone()
    }
    let app = App::new()
        .app_data(with(cookie()))
        .route("/", web::route().to(whoami))
        .route("/maybe", web::route().to(maybe))
        .route("/orgs/{org}", web::route().to(active));
    let app = init_service(app).await;
    let ask = async |request: TestRequest| send(&app, request.to_request()).await;
    ask(with_cookie(Method::GET))
        .await
        .is_ok("alice@example.com", "user");
    ask(with_cookie(Method::GET).uri("/maybe"))
        .await
        .is_ok("alice@example.com", "if any");
    ask(member().1).await.is_ok("Acme", "active organization");
    ask(TestRequest::get()).await.is_401("", "no cookie");
    ask(TestRequest::get().uri("/maybe"))
        .await
        .is_ok("nobody", "no cookie");
    for path in ["/", "/maybe", "/orgs/x"] {
        let answer = ask(with_cookie(Method::POST).uri(path)).await;
        assert_eq!(answer.status, FORBIDDEN, "{path}");
    }
    let two =
        with_cookie(Method::GET).insert_header((AUTHORIZATION, format!("Bearer {}", other())));
    ask(two).await.is_401("invalid_request", "two tokens");

    // Without the setting, the header is the only place.
    let app = App::new()
        .app_data(propel_auth_builder().build().unwrap())
        .route("/", web::get().to(whoami));
    let app = init_service(app).await;
    let answer = send(&app, with_cookie(Method::GET).to_request()).await;
    assert_eq!(answer.status, UNAUTHORIZED);
}

#[actix_web::test]
async fn guards_without_middleware_read_the_place_in_wrap_and_in_guard() {
    async fn name(org: OrgMemberInfo) -> String {
        org.org_name.clone()
    }
    async fn two(user: User, org: OrgMemberInfo) -> String {
        format!("{} in {}", user.email, org.org_name)
    }
    let auth = with(cookie());
    let guard = || InOrg::new(org_id::path("org"));
    let selected = guard().path_pattern("/selected/{org}");
    let app = App::new()
        .app_data(auth.clone())
        .service(web::resource("/orgs/{org}").wrap(guard()).to(name))
        .service(
            web::resource("/selected/{org}").route(selected.guard_route(web::route().to(two))),
        );
    let app = init_service(app).await;
    let (org, _) = member();
    for (path, body) in [("orgs", "Acme"), ("selected", "alice@example.com in Acme")] {
        let alice = TestUser::new("alice@example.com").in_org(&org, "Admin");
        let pair = format!("__Host-access_token={}", alice.access_token());
        let request = |method: Method| {
            TestRequest::with_uri(&format!("/{path}/{}", org.org_id()))
                .method(method)
                .insert_header((COOKIE, pair.clone()))
        };
        let before = auth.verification_count();
        send(&app, request(Method::GET).to_request())
            .await
            .is_ok(body, path);
        assert_eq!(
            auth.verification_count() - before,
            1,
            "{path}: verified once"
        );
        let answer = send(&app, request(Method::POST).to_request()).await;
        let denied = if path == "orgs" {
            FORBIDDEN
        } else {
            StatusCode::METHOD_NOT_ALLOWED
        };
        assert_eq!(answer.status, denied, "{path}");
        let by_header = TestRequest::with_uri(&format!("/{path}/{}", org.org_id())).as_user(&alice);
        send(&app, by_header.to_request()).await.is_ok(body, path);
        let nobody = TestRequest::with_uri(&format!("/{path}/{}", org.org_id()));
        assert_ne!(send(&app, nobody.to_request()).await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn what_a_guard_found_while_routing_is_for_that_token_only() {
    let org = TestOrg::new("Acme");
    let pair = |email: &str| {
        let user = TestUser::new(email).in_org(&org, "Admin");
        format!("__Host-access_token={}", user.access_token())
    };
    let alices = pair("alice@example.com");
    let bobs = pair("bob@example.com");
    let guard = InOrg::new(org_id::query("org"));
    // A middleware of the application replaces the cookie after the route was selected.
    let route = web::get()
        .guard(guard)
        .to(whoami)
        .wrap(actix_web::middleware::from_fn(
            move |mut request: actix_web::dev::ServiceRequest,
                  next: actix_web::middleware::Next<_>| {
                let value = bobs.parse().unwrap();
                request.headers_mut().insert(COOKIE, value);
                next.call(request)
            },
        ));
    let app = App::new().app_data(with(cookie())).route("/", route);
    let app = init_service(app).await;
    let request = TestRequest::with_uri(&format!("/?org={}", org.org_id()));
    let answer = send(&app, request.insert_header((COOKIE, alices)).to_request()).await;
    answer.is_ok("bob@example.com", "the cookie of now");
}

#[actix_web::test]
async fn a_function_is_not_called_while_a_route_is_selected() {
    let org = TestOrg::new("Acme");
    let alice = TestUser::new("alice@example.com").in_org(&org, "Admin");
    let token = alice.access_token();
    let source = TokenSource::from_fn(move |_| Some(token.clone())).allow_any_origin();
    let auth = with(source);
    let guard = || InOrg::new(org_id::query("org"));
    let app = App::new()
        .service(
            web::resource("/outside")
                .app_data(auth.clone())
                .route(web::get().guard(guard()).to(whoami)),
        )
        .service(
            web::scope("/inside")
                .service(web::resource("").route(web::get().guard(guard()).to(whoami)))
                .wrap(auth.require_user()),
        );
    let app = init_service(app).await;
    let ask = async |path: &str, header: Option<String>| {
        let mut request = TestRequest::with_uri(&format!("{path}?org={}", org.org_id()));
        if let Some(header) = header {
            request = request.insert_header((AUTHORIZATION, header));
        }
        send(&app, request.to_request()).await
    };
    assert_eq!(
        ask("/outside", None).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    ask("/inside", None)
        .await
        .is_ok("alice@example.com", "inside of a middleware");
    // The guard selects by the header, and the argument then finds the second token.
    let bob = TestUser::new("bob@example.com").in_org(&org, "Admin");
    let header = format!("Bearer {}", bob.access_token());
    ask("/outside", Some(header))
        .await
        .is_401("invalid_request", "two tokens");
}

#[actix_web::test]
async fn nested_middlewares_verify_a_token_once_also_without_a_cache() {
    let auth = propel_auth_builder()
        .token_from(cookie())
        .token_cache_bytes(0)
        .build()
        .unwrap();
    let scope = web::scope("/a")
        .service(
            web::resource("/{org}")
                .wrap(InOrg::new(org_id::path("org")))
                .to(HttpResponse::Ok),
        )
        .wrap(auth.require_user());
    let app = App::new().service(scope).wrap(auth.optional_user());
    let app = init_service(app).await;
    let (org, request) = member();
    let request = request.uri(&format!("/a/{}", org.org_id()));
    assert_eq!(
        send(&app, request.to_request()).await.status,
        StatusCode::OK
    );
    assert_eq!(auth.verification_count(), 1);
}

#[actix_web::test]
async fn a_socket_and_a_key_are_told_apart() {
    let auth = with(TokenSource::websocket_protocol("access_token."));
    let keys = || ApiKeys::new().header("x-api-key");
    let offered = || {
        TestRequest::get().insert_header((
            SEC_WEBSOCKET_PROTOCOL,
            format!("v1, access_token.{}", token()),
        ))
    };
    ask(auth.require_user().accept_api_keys(keys()), offered())
        .await
        .is_ok("alice@example.com", "token");
    let both = offered().insert_header(("x-api-key", "00ff"));
    ask(auth.require_user().accept_api_keys(keys()), both)
        .await
        .is_401("invalid_request", "both");
}

#[actix_web::test]
async fn each_of_several_environments_has_its_own_places() {
    const EU: &str = "https://auth.eu.example.com";
    const US: &str = "https://auth.us.example.com";
    let handle = |issuer: &str, name: &str| {
        propel_auth_builder()
            .issuer(issuer)
            .token_from(TokenSource::cookie(name))
            .build()
            .unwrap()
    };
    let environments =
        Environments::by_issuer([handle(EU, "eu_token"), handle(US, "us_token")]).unwrap();
    let pair = |name: &str, issuer: &str| {
        let token = TestUser::new("alice@example.com")
            .issuer(issuer)
            .access_token();
        format!("{name}={token}")
    };
    let with = |cookies: String| TestRequest::get().insert_header((COOKIE, cookies));
    for (name, issuer) in [("eu_token", EU), ("us_token", US)] {
        let request = || with(pair(name, issuer));
        let auth = environments
            .for_request(&request().to_http_request())
            .unwrap()
            .issuer()
            .to_owned();
        assert_eq!(auth, issuer);
        ask(environments.require_user(), request())
            .await
            .is_ok("alice@example.com", name);
        ask(
            environments.require_user().token_from_header_only(),
            request(),
        )
        .await
        .is_401("", name);
    }
    // The cookie of one environment is not a place of another.
    ask(environments.require_user(), with(pair("eu_token", US)))
        .await
        .is_401("", "in the cookie of the other environment");
    let both = with(format!(
        "{}; {}",
        pair("us_token", US),
        pair("eu_token", EU)
    ));
    ask(environments.require_user(), both)
        .await
        .is_ok("alice@example.com", "the first environment");
    let post = with(pair("us_token", US)).method(Method::POST);
    assert_eq!(
        ask(environments.require_user(), post).await.status,
        FORBIDDEN
    );
}
