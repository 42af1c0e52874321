//! Each mistake that an audit has to find, and what it says.

use actix_cors::Cors;
use actix_web::{
    App, HttpResponse, Responder,
    guard::{self, fn_guard},
    http::Method,
    test, web,
};
use actix_web_propelauth::{
    ApiKeys, Denied, InOrg, InOrgWithRole, OptionalUser, User,
    audit::{AuditReport, RouteAudit, RouteStatus},
    org_id,
};

use crate::testing::propel_auth;

async fn ok() -> impl Responder {
    HttpResponse::Ok()
}

async fn of_user(user: User) -> impl Responder {
    user.email.clone()
}

/// Audits an application of these services.
macro_rules! audit {
    ($app:expr) => {
        audit!($app, RouteAudit::new())
    };
    ($app:expr, $audit:expr) => {{
        let app = test::init_service($app).await;
        $audit.run(&app).await
    }};
}

/// Returns the only line of the table that is not protected.
fn only_open(report: &AuditReport) -> String {
    let open = |route: &&_| {
        let route: &&actix_web_propelauth::audit::AuditedRoute = route;
        route.status == RouteStatus::Open
    };
    let mut open = report.routes().iter().filter(open);
    let route = open.next().unwrap();
    assert_eq!(open.next(), None, "{report}");
    assert!(
        report.problems().iter().any(|problem| {
            problem.starts_with(&format!("{} {} needs no user", route.method, route.pattern))
        }),
        "{:?}",
        report.problems()
    );
    format!("{} {} {}", route.method, route.pattern, route.protection)
}

fn in_org() -> InOrg {
    InOrg::new(org_id::path("org_id"))
}

#[actix_web::test]
async fn a_route_with_only_a_routing_guard_is_open() {
    let path = "/orgs/{org_id}";
    let auth = propel_auth();
    let app = || App::new().app_data(auth.clone());
    let guarded = || web::get().guard(in_org().path_pattern(path)).to(ok);
    let shown = "GET /orgs/{org_id} OPEN, only: .guard(InOrg(path \"org_id\"))";
    let report = audit!(app().route(path, guarded()));
    assert_eq!(only_open(&report), shown);
    let report = audit!(app().route(path, guarded()).wrap(auth.optional_user()));
    assert!(only_open(&report).starts_with("GET /orgs/{org_id} OPEN, only: optional user"));
    let report = audit!(app().route(path, guarded()).wrap(auth.require_user()));
    report.assert();
    let both = in_org().path_pattern(path).guard_route(web::get().to(ok));
    audit!(app().route(path, both)).assert();
}

#[actix_web::test]
async fn a_method_that_the_protected_route_does_not_have_is_found() {
    let auth = propel_auth();
    let resource = web::resource("/things")
        .route(web::get().to(ok).wrap(auth.require_user()))
        .route(web::delete().to(ok));
    let report = audit!(App::new().service(resource));
    assert_eq!(only_open(&report), "DELETE /things OPEN");
    let resource = web::resource("/things")
        .route(web::get().to(ok).wrap(auth.require_user()))
        .route(web::route().to(ok));
    let report = audit!(App::new().service(resource));
    assert_eq!(only_open(&report), "ANY /things OPEN");
    let purge = web::method(Method::from_bytes(b"PURGE").unwrap()).to(ok);
    let report = audit!(App::new().route("/cache", purge));
    assert_eq!(only_open(&report), "PURGE /cache OPEN");
}

#[actix_web::test]
async fn a_route_on_the_wrong_scope_is_found() {
    let auth = propel_auth();
    let admin = web::scope("/admin")
        .wrap(auth.require_user())
        .route("/a", web::get().to(ok));
    let report = audit!(
        App::new()
            .service(admin)
            .route("/admins/b", web::get().to(ok))
    );
    assert_eq!(only_open(&report), "GET /admins/b OPEN");
}

#[actix_web::test]
async fn an_open_default_service_is_found() {
    let auth = propel_auth();
    let home = || web::resource("/").get(ok).wrap(auth.require_user());
    let report = audit!(App::new().service(home()).default_service(web::to(ok)));
    assert_eq!(only_open(&report), "ANY * OPEN");
    // Below a guard in `.guard(…)`, which is not evaluated there.
    let fallback = web::route().guard(in_org()).to(ok);
    let report = audit!(App::new().service(web::scope("/orgs").default_service(fallback)));
    assert_eq!(only_open(&report), "ANY /orgs/* OPEN");
    let fallback = web::to(async || "of the scope").wrap(auth.require_user());
    let scope = web::scope("/orgs").default_service(fallback);
    let report = audit!(
        App::new().service(scope).default_service(web::to(ok)),
        RouteAudit::new().public("*")
    );
    report.assert();
    assert!(
        report.to_string().contains("ANY     /orgs/*  user"),
        "{report}"
    );
    let fallback = web::scope("/orgs").route("/a", web::get().to(of_user));
    let app = App::new()
        .app_data(auth.clone())
        .service(fallback)
        .default_service(web::to(ok));
    let report = audit!(app, RouteAudit::new().public("*"));
    report.assert();
    assert!(
        !report.to_string().contains("/orgs/*"),
        "the one of the application: {report}"
    );
}

#[actix_web::test]
async fn a_preflight_that_reaches_a_handler_is_found() {
    let auth = propel_auth();
    let passing = || auth.require_user().pass_cors_preflight();
    let report = audit!(
        App::new()
            .route("/any", web::route().to(ok))
            .wrap(passing())
    );
    assert_eq!(
        only_open(&report),
        "PREFLIGHT /any OPEN: .pass_cors_preflight()"
    );
    // A CORS middleware answers it, or no route takes it.
    let with_cors = web::resource("/any")
        .route(web::route().to(ok))
        .wrap(Cors::permissive());
    audit!(App::new().service(with_cors).wrap(passing())).assert();
    audit!(App::new().route("/get", web::get().to(ok)).wrap(passing())).assert();
    audit!(
        App::new()
            .route("/any", web::route().to(ok))
            .wrap(auth.require_user())
    )
    .assert();
}

#[actix_web::test]
async fn a_handler_that_takes_a_user_without_middleware_is_found() {
    let report = audit!(App::new().route("/me", web::get().to(of_user)));
    let route = &report.routes()[0];
    assert_eq!(route.status, RouteStatus::Misconfigured);
    assert!(report.problems()[0].contains("did not pass through PropelAuth's middleware"));
}

#[actix_web::test]
async fn arguments_and_handlers_protect_only_if_they_deny() {
    let auth = propel_auth();
    let app = || App::new().app_data(auth.clone());
    async fn body_first(_: web::Json<String>, user: User) -> impl Responder {
        user.email.clone()
    }
    async fn of_nobody(_: Result<User, actix_web::Error>) -> impl Responder {
        HttpResponse::Ok()
    }
    async fn asks(user: OptionalUser) -> Result<String, Denied> {
        let user = user
            .into_inner()
            .ok_or(actix_web_propelauth::Unauthorized::NoCredentials)?;
        Ok(user.email.clone())
    }
    let report = audit!(app().route("/", web::get().to(of_user)));
    assert_eq!(report.routes()[0].protection, "user (argument)");
    let report = audit!(app().route("/", web::get().to(asks)));
    assert_eq!(report.routes()[0].protection, "user (handler)");
    let report = audit!(
        app()
            .route("/", web::get().to(asks))
            .wrap(auth.optional_user())
    );
    assert_eq!(
        report.routes()[0].protection,
        "optional user, user (handler)"
    );
    let keys = auth.require_user().accept_api_keys(ApiKeys::new());
    let report = audit!(app().route("/", web::get().to(ok)).wrap(keys));
    assert_eq!(report.routes()[0].protection, "user or API key");
    let report = audit!(app().route("/", web::get().to(of_nobody)));
    assert_eq!(only_open(&report), "GET / OPEN");
    // The response is that of the body, so the audit cannot know that the user is required.
    let report = audit!(app().route("/", web::post().to(body_first)));
    assert_eq!(only_open(&report), "POST / OPEN");
}

#[actix_web::test]
async fn an_entry_for_no_public_route_is_a_problem() {
    let auth = propel_auth();
    let account = web::scope("/account")
        .wrap(auth.require_user())
        .route("/a", web::get().to(ok));
    let audit = RouteAudit::new()
        .public("/account/a")
        .public("GET /helth")
        .public("/health");
    let report = audit!(
        App::new()
            .service(account)
            .route("/health", web::get().to(ok)),
        audit
    );
    assert_eq!(
        report.problems(),
        [
            "\"/account/a\" is listed as public, but needs a user; remove the entry, so that the \
             list stays true",
            "\"GET /helth\" is listed as public, but there is no such route; remove the entry",
        ]
    );
}

#[actix_web::test]
async fn a_guard_that_cannot_be_satisfied_is_a_problem_until_a_variant_does() {
    let beta = || fn_guard(|context| context.head().headers().contains_key("x-beta"));
    let app = || {
        App::new()
            .route("/beta", web::get().guard(beta()).to(ok))
            .wrap(propel_auth().require_user())
    };
    let report = audit!(app());
    assert!(
        report.problems()[0].starts_with("/beta: no request reached it"),
        "{:?}",
        report.problems()
    );
    let variant = RouteAudit::new().variant("/beta", "beta", |request| {
        request.insert_header(("x-beta", "1"))
    });
    let report = audit!(app(), variant);
    report.assert();
    assert_eq!(report.routes()[0].pattern, "/beta [beta]");
    // Beside another route, it could be overlooked.
    let both = web::resource("/beta")
        .route(web::get().guard(beta()).to(ok))
        .get(ok);
    let report = audit!(App::new().service(both).wrap(propel_auth().require_user()));
    assert!(
        report.problems()[0].contains("may hide a route"),
        "{:?}",
        report.problems()
    );
}

#[actix_web::test]
async fn a_route_behind_a_header_or_a_host_is_found() {
    let host = web::scope("")
        .guard(guard::Host("admin.example.com"))
        .route("/x", web::get().to(ok));
    let report = audit!(App::new().service(host));
    assert_eq!(only_open(&report), "GET /x [host: admin.example.com] OPEN");
}

#[actix_web::test]
async fn a_route_that_another_one_hides_is_a_problem() {
    let auth = propel_auth();
    let app = App::new()
        .route("/users/{id}", web::get().to(ok))
        .route("/users/me", web::get().to(ok))
        .wrap(auth.require_user());
    let report = audit!(app);
    assert!(
        report.problems()[0].starts_with("/users/me: no request reached it, because /users/{id}")
    );
    let app = App::new()
        .route("/users/1", web::get().to(ok))
        .route("/users/{id:\\d+}", web::get().to(ok))
        .wrap(auth.require_user());
    audit!(app).assert();
}

#[actix_web::test]
async fn a_handler_that_panics_or_hangs_or_an_error_of_middleware_is_no_protection() {
    async fn panics() -> HttpResponse {
        panic!("a handler that the audit reaches")
    }
    let report = audit!(App::new().route("/panics", web::get().to(panics)));
    assert_eq!(only_open(&report), "GET /panics OPEN");
    let failing = actix_web::middleware::from_fn(
        async |request, next: actix_web::middleware::Next<actix_web::body::BoxBody>| {
            let request: actix_web::dev::ServiceRequest = request;
            if !request.headers().contains_key("x-key") {
                return Err(actix_web::error::ErrorForbidden("no key"));
            }
            next.call(request).await
        },
    );
    let app = App::new().route("/a", web::get().to(ok)).wrap(failing);
    let app = test::init_service(app).await;
    let report = RouteAudit::new().run(&app).await;
    assert!(
        report.problems()[0].contains("`.each_request(…)`"),
        "{:?}",
        report.problems()
    );
    let audit = RouteAudit::new().each_request(|request| request.insert_header(("x-key", "1")));
    assert_eq!(only_open(&audit.run(&app).await), "GET /a OPEN");
}

#[actix_web::test]
async fn the_audit_works_with_the_emulator_also_after_a_rotation() {
    let (emulator, _) = crate::fixtures::world::start().await;
    emulator.rotate_signing_key();
    emulator.freeze_clock(1_700_000_000);
    let auth = emulator.propel_auth().await.unwrap();
    let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
    let app = App::new()
        .service(web::resource("/orgs/{org_id}").get(ok).wrap(admins))
        .wrap(auth.require_user());
    let report = audit!(app);
    report.assert();
    assert_eq!(
        report.routes()[0].protection,
        "user, InOrgWithRole(\"Admin\", path \"org_id\")"
    );
}

#[actix_web::test]
async fn a_key_of_another_origin_shows_the_first_layer_only() {
    let other = include_str!("../../keys/other_public.pem");
    let auth = actix_web_propelauth::PropelAuth::builder("https://auth.example.com", "key");
    let auth = auth.verifier_key(other).build().unwrap();
    let app = App::new()
        .service(web::resource("/orgs/{org_id}").get(ok).wrap(in_org()))
        .wrap(auth.require_user());
    let report = audit!(app);
    report.assert();
    assert_eq!(
        report.to_string().lines().nth(1),
        Some("GET     /orgs/{org_id}  user, …")
    );
    assert_eq!(report.routes().len(), 1);
}
