//! Guards in `.guard(…)`: they choose between handlers, and when no handler is left because of
//! them, the answer is theirs.

use actix_web::{
    App, HttpResponse,
    dev::Service as _,
    http::{
        StatusCode,
        header::{AUTHORIZATION, HeaderValue},
    },
    test::{TestRequest, init_service},
    web::{self, ServiceConfig},
};
use actix_web_propelauth::{
    Authentication, InOrg, InOrgWithRole, org_id,
    testing::{HasAccessToken as _, TestOrg, TestRequestExt as _, TestUser, propel_auth},
};

use crate::fixtures::{Answer, Logs, alice, send, whoami};

async fn admin() -> &'static str {
    "as Admin"
}

async fn anyone() -> &'static str {
    "as anyone"
}

fn is_admin() -> InOrgWithRole {
    InOrgWithRole::new("Admin", org_id::query("org"))
}

struct Cast {
    org: TestOrg,
    admin: TestUser,
    member: TestUser,
}

fn cast() -> Cast {
    let org = TestOrg::new("Acme Inc");
    Cast {
        admin: alice().in_org(&org, "Admin"),
        member: alice().in_org(&org, "Member"),
        org,
    }
}

impl Cast {
    fn request(&self, path: &str) -> TestRequest {
        TestRequest::with_uri(&format!("{path}?org={}", self.org.org_id()))
    }
}

async fn ask(
    authentication: Authentication,
    configure: impl FnOnce(&mut ServiceConfig),
    request: TestRequest,
) -> Answer {
    let app = App::new().configure(configure).wrap(authentication);
    send(&init_service(app).await, request.to_request()).await
}

/// Where a guard can stand: a name, the path of the handler, and what is registered.
type Place = (&'static str, &'static str, fn(&mut ServiceConfig));

const PLACES: &[Place] = &[
    ("App::route", "/x", |app| {
        app.route("/x", web::get().guard(is_admin()).to(admin));
    }),
    ("the root of the app", "/", |app| {
        app.route("/", web::get().guard(is_admin()).to(admin));
    }),
    ("a resource", "/x", |app| {
        let resource = web::resource("/x").guard(is_admin());
        app.service(resource.route(web::get().to(admin)));
    }),
    ("a scope", "/s/x", |app| {
        let scope = web::scope("/s").guard(is_admin());
        app.service(scope.route("/x", web::get().to(admin)));
    }),
    ("the root of a guarded scope", "/s", |app| {
        let scope = web::scope("/s").guard(is_admin());
        app.service(scope.route("", web::get().to(admin)));
    }),
    ("a scope without a prefix", "/x", |app| {
        let scope = web::scope("").guard(is_admin());
        app.service(scope.route("/x", web::get().to(admin)));
    }),
    ("a scope in a scope", "/s/t/x", |app| {
        let scope = web::scope("/t").guard(is_admin());
        app.service(web::scope("/s").service(scope.route("/x", web::get().to(admin))));
    }),
    ("a route in a resource", "/x", |app| {
        let route = web::get().guard(is_admin()).to(admin);
        app.service(web::resource("/x").route(route));
    }),
    ("a route in a scope", "/s/x", |app| {
        let route = web::get().guard(is_admin()).to(admin);
        app.service(web::scope("/s").route("/x", route));
    }),
    (
        "a route in a resource at the root of a scope",
        "/s",
        |app| {
            let route = web::get().guard(is_admin()).to(admin);
            app.service(web::scope("/s").service(web::resource("").route(route)));
        },
    ),
    ("a tail", "/f/a/b", |app| {
        app.route("/f/{tail:.*}", web::get().guard(is_admin()).to(admin));
    }),
];

#[actix_web::test]
async fn without_a_handler_the_guard_answers_wherever_it_stands() {
    let (auth, cast) = (propel_auth(), cast());
    for (place, path, configure) in PLACES {
        let request = || cast.request(path);
        let require = || auth.require_user();
        let answer = ask(require(), configure, request().as_user(&cast.admin)).await;
        answer.is_ok("as Admin", place);
        let answer = ask(require(), configure, request().as_user(&cast.member)).await;
        answer.is_403(place);
        let answer = ask(require(), configure, request().as_user(&alice())).await;
        answer.is_403(place);
        let no_org = TestRequest::with_uri(path).as_user(&cast.admin);
        ask(require(), configure, no_org).await.is_403(place);
        ask(require(), configure, request()).await.is_401("", place);

        // The middleware lets these two pass, and the guard does not.
        let answer = ask(auth.optional_user(), configure, request()).await;
        answer.is_401("", place);
        let bad = request().insert_header((AUTHORIZATION, "Bearer x"));
        let answer = ask(auth.allow_anonymous(), configure, bad).await;
        answer.is_401("invalid_token", place);
    }
}

#[actix_web::test]
async fn one_verification_is_made_however_many_guards_choose() {
    let (auth, cast) = (propel_auth(), cast());
    let configure = |app: &mut ServiceConfig| {
        app.service(
            web::resource("/x")
                .guard(InOrg::new(org_id::query("org")))
                .route(web::get().guard(is_admin()).guard(is_admin()).to(admin))
                .route(web::get().guard(is_admin()).to(admin))
                .route(web::get().to(anyone)),
        );
    };
    let request = cast.request("/x").as_user(&cast.member);
    let answer = ask(auth.require_user(), configure, request).await;
    answer.is_ok("as anyone", "the third route");
    assert_eq!(auth.verification_count(), 1);
}

#[actix_web::test]
async fn two_handlers_on_one_path_are_chosen_by_role() {
    let (auth, cast) = (propel_auth(), cast());
    let in_resource = |app: &mut ServiceConfig| {
        app.service(
            web::resource("/x")
                .route(web::get().guard(is_admin()).to(admin))
                .route(web::get().to(anyone)),
        );
    };
    let on_app = |app: &mut ServiceConfig| {
        app.route("/x", web::get().guard(is_admin()).to(admin));
        app.route("/x", web::get().to(anyone));
    };
    for configure in [in_resource as fn(&mut ServiceConfig), on_app] {
        for (user, expected) in [(&cast.admin, "as Admin"), (&cast.member, "as anyone")] {
            let request = cast.request("/x").as_user(user);
            let answer = ask(auth.require_user(), configure, request).await;
            answer.is_ok(expected, expected);
        }
        let other_method = cast.request("/x").method(actix_web::http::Method::POST);
        let answer = ask(
            auth.require_user(),
            configure,
            other_method.as_user(&cast.member),
        )
        .await;
        assert!(answer.status == 404 || answer.status == 405, "{answer:?}");
    }
}

/// A handler: its name, and the status and body of its answer.
type Sibling = (&'static str, u16, &'static str, fn() -> HttpResponse);

#[actix_web::test]
async fn a_sibling_that_took_the_request_keeps_its_answer() {
    let (auth, cast) = (propel_auth(), cast());
    let siblings: &[Sibling] = &[
        ("its own empty 404", 404, "", || {
            HttpResponse::NotFound().finish()
        }),
        ("its own 404", 404, "no such thing", || {
            HttpResponse::NotFound().body("no such thing")
        }),
        ("its own 405", 405, "not so", || {
            HttpResponse::MethodNotAllowed().body("not so")
        }),
        ("its own 403", 403, "", || {
            HttpResponse::Forbidden().finish()
        }),
    ];
    for (case, status, body, sibling) in siblings {
        let handler = || {
            let sibling = *sibling;
            web::get().to(move || async move { sibling() })
        };
        let guarded = || web::get().guard(is_admin()).to(admin);
        let in_resource = |app: &mut ServiceConfig| {
            app.service(web::resource("/x").route(guarded()).route(handler()));
        };
        let on_app = |app: &mut ServiceConfig| {
            app.route("/x", guarded());
            app.route("/x", handler());
        };
        let in_scope = |app: &mut ServiceConfig| {
            app.service(web::scope("/x").route("", guarded()).route("", handler()));
        };
        let request = || cast.request("/x").as_user(&cast.member);
        for answer in [
            ask(auth.require_user(), in_resource, request()).await,
            ask(auth.require_user(), on_app, request()).await,
            ask(auth.require_user(), in_scope, request()).await,
        ] {
            assert_eq!(
                (answer.status.as_u16(), &*answer.body),
                (*status, *body),
                "{case}"
            );
        }
    }
}

#[actix_web::test]
async fn what_cannot_be_told_apart_stays_closed() {
    let (auth, cast) = (propel_auth(), cast());
    // Actix's own empty 404 at the root of a scope looks like one of a handler there: it stays.
    let at_root = |app: &mut ServiceConfig| {
        let route = web::get().guard(is_admin()).to(admin);
        app.service(web::scope("/s").route("", route));
    };
    let request = || cast.request("/s").as_user(&cast.member);
    let answer = ask(auth.require_user(), at_root, request()).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::NOT_FOUND, ""));
    // A default service's empty 404 looks like actix's own: it becomes the guard's answer.
    let with_default = |app: &mut ServiceConfig| {
        app.route("/s", web::get().guard(is_admin()).to(admin));
        app.default_service(web::to(|| async { HttpResponse::NotFound().finish() }));
    };
    let answer = ask(auth.require_user(), with_default, request()).await;
    answer.is_403("an empty 404 of a default service");
    let with_default = |app: &mut ServiceConfig| {
        app.route("/s", web::get().guard(is_admin()).to(admin));
        app.default_service(web::to(|| async { HttpResponse::NotFound().body("lost?") }));
    };
    let answer = ask(auth.require_user(), with_default, request()).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::NOT_FOUND, "lost?")
    );
}

#[actix_web::test]
async fn an_unknown_path_is_404_and_no_business_of_a_guard() {
    let (auth, cast) = (propel_auth(), cast());
    let configure = |app: &mut ServiceConfig| {
        app.route("/x", web::get().guard(is_admin()).to(admin));
    };
    let request = cast.request("/y").as_user(&cast.member);
    let answer = ask(auth.require_user(), configure, request).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::NOT_FOUND, ""));
}

#[actix_web::test]
async fn a_path_parameter_needs_the_pattern_and_the_log_says_so() {
    let (auth, cast) = (propel_auth(), cast());
    let org_id = cast.org.org_id().as_str();
    let by_path = || InOrgWithRole::new("Admin", org_id::path("org"));
    let request = |user| TestRequest::with_uri(&format!("/orgs/{org_id}/x")).as_user(user);

    let with_pattern = |app: &mut ServiceConfig| {
        let route = web::get()
            .guard(by_path().path_pattern("/orgs/{org}/x"))
            .to(admin);
        app.route("/orgs/{org}/x", route);
    };
    let answer = ask(auth.require_user(), with_pattern, request(&cast.admin)).await;
    answer.is_ok("as Admin", "with the pattern");
    let answer = ask(auth.require_user(), with_pattern, request(&cast.member)).await;
    answer.is_403("with the pattern");

    let logs = Logs::capture();
    let without = |app: &mut ServiceConfig| {
        app.route("/orgs/{org}/x", web::get().guard(by_path()).to(admin));
    };
    let answer = ask(auth.require_user(), without, request(&cast.admin)).await;
    answer.is_403("without the pattern");
    assert!(logs.text().contains(".path_pattern("), "{}", logs.text());
}

#[actix_web::test]
async fn a_guard_without_middleware_never_lets_a_stranger_choose() {
    let (auth, cast) = (propel_auth(), cast());
    let guarded = || web::get().guard(is_admin()).to(admin);
    // With the handle in the app data it verifies by itself; with neither it matches nothing.
    let app = App::new().app_data(auth.clone()).route("/x", guarded());
    let app = init_service(app).await;
    let ask = |user| cast.request("/x").as_user(user).to_request();
    send(&app, ask(&cast.admin))
        .await
        .is_ok("as Admin", "app data");
    let answer = send(&app, ask(&cast.member)).await;
    assert_eq!(
        answer.status,
        StatusCode::NOT_FOUND,
        "nobody turns it into a 403"
    );

    let logs = Logs::capture();
    let app = App::new().route("/x", guarded());
    let answer = send(&init_service(app).await, ask(&cast.admin)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "closed");
    assert!(
        logs.text().contains("auth.require_user()"),
        "{}",
        logs.text()
    );
}

#[actix_web::test]
async fn what_a_guard_found_is_not_taken_for_another_token() {
    let (auth, cast) = (propel_auth(), cast());
    let bearer = |user: &TestUser| {
        HeaderValue::from_str(&format!("Bearer {}", user.access_token())).unwrap()
    };
    let mallory = TestUser::new("mallory@example.com");
    let as_admin = Some(bearer(&cast.admin));
    let as_mallory = Some(bearer(&mallory));
    // What a layer between the guard and the middleware leaves of the header: one that keeps a list
    // of tokens that were taken back removes it, one for sessions replaces it.
    for (left, due) in [
        (None, None),
        (as_mallory, Some("mallory@example.com")),
        (as_admin, Some("alice@example.com")),
    ] {
        let case = format!("{due:?}");
        let layer = left.clone();
        let scope = web::scope("/x")
            .guard(is_admin())
            .route("/y", web::get().to(whoami))
            .wrap(auth.require_user())
            .wrap_fn(move |mut request, service| {
                request.headers_mut().remove(AUTHORIZATION);
                if let Some(header) = layer.clone() {
                    request.headers_mut().insert(AUTHORIZATION, header);
                }
                service.call(request)
            });
        let app = App::new().app_data(auth.clone()).service(scope);
        let request = cast.request("/x/y").as_user(&cast.admin).to_request();
        let answer = send(&init_service(app).await, request).await;
        match due {
            Some(email) => answer.is_ok(email, &case),
            None => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{case}"),
        }
    }
}
