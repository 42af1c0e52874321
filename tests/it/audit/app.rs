//! An application whose guards can be left out, one by one.

use actix_files::Files;
use actix_http::Request;
use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    middleware::Condition,
    test, web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole,
    PropelAuth, User,
    audit::{DenialMatrix, RouteAudit},
    org_id,
    testing::TestOrg,
};

/// The number of guards and middlewares in the application.
pub(super) const GUARDS: usize = 14;

async fn ok() -> HttpResponse {
    HttpResponse::Ok().finish()
}

async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().finish()
}

async fn of_user(user: User) -> String {
    user.email.clone()
}

/// Returns the application without one of its guards, or with all of them.
pub(super) async fn app(
    auth: PropelAuth,
    left_out: Option<usize>,
) -> impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error> {
    let has = |guard: usize| left_out != Some(guard);
    let by_path = || org_id::path("org_id");
    let salaries = "/orgs/{org_id}/salaries";
    let admins = InOrgWithRole::new("Admin", by_path()).path_pattern(salaries);
    let for_admins = web::get().to(ok);
    let for_admins = if has(7) {
        admins.guard_route(for_admins)
    } else {
        for_admins
    };
    let org = web::scope("/orgs/{org_id}")
        .service(
            web::resource("/billing")
                .route(web::get().to(ok))
                .route(web::post().to(ok))
                .wrap(Condition::new(
                    has(2),
                    InOrgWithRole::new("Admin", by_path()),
                )),
        )
        .service(
            web::resource("/members")
                .route(web::get().to(not_found))
                .route(web::delete().to(ok).wrap(Condition::new(
                    has(3),
                    InOrgWithMinimumRole::new("Admin", by_path()),
                ))),
        )
        .service(web::resource("/salaries").route(for_admins).get(ok))
        .service(
            web::scope("/owners")
                .wrap(Condition::new(
                    has(12),
                    InOrgWithRole::new("Owner", by_path()),
                ))
                .route("/{id:\\d+}", web::patch().to(ok))
                .default_service(web::to(ok)),
        )
        .wrap(Condition::new(has(1), InOrg::new(by_path())));
    let settings = web::resource("/settings")
        .route(web::put().to(ok))
        .wrap(Condition::new(
            has(6),
            InOrgWithRole::new("Admin", org_id::active()),
        ));
    let reports = web::resource("/reports").get(ok).wrap(Condition::new(
        has(4),
        InOrgWithPermission::new("read_reports", org_id::header("x-org-id")),
    ));
    let exports = web::resource("/exports").post(ok).wrap(Condition::new(
        has(5),
        InOrgWithAllPermissions::new(["read_reports", "export"], org_id::query("org")),
    ));
    let account = web::scope("/account")
        .route("", web::get().to(ok))
        .route("/events", web::route().to(ok))
        .wrap(Condition::new(has(0), auth.require_user()));
    let fallback = web::to(ok).wrap(Condition::new(has(8), auth.require_user()));
    let files = web::scope("/files")
        .service(Files::new("", "examples"))
        .wrap(Condition::new(has(9), auth.require_user()));
    test::init_service(
        App::new()
            .app_data(auth.clone())
            .route("/health", web::get().to(ok))
            .route("/me", web::get().to(of_user))
            .service(account)
            .service(org)
            .service(settings)
            .service(reports)
            .service(exports)
            .service(files)
            .service(web::scope("/old").default_service(fallback))
            .service(
                web::scope("/v2")
                    .guard(actix_web::guard::Header("x-version", "2"))
                    .service(
                        web::resource("/me")
                            .get(ok)
                            .wrap(Condition::new(has(10), auth.require_user())),
                    ),
            )
            .service(
                web::resource(["/feed", "/news/{day:\\d{4}-\\d{2}-\\d{2}}"])
                    .get(ok)
                    .wrap(Condition::new(has(11), auth.require_user())),
            )
            .service(
                web::resource("/teams/{org_id}")
                    .get(ok)
                    .wrap(Condition::new(has(13), InOrg::default()))
                    .wrap(auth.optional_user()),
            ),
    )
    .await
}

/// Returns an audit with the public routes of the application.
pub(super) fn audit() -> RouteAudit {
    RouteAudit::new().public("GET /health")
}

/// Returns the matrix for the application.
pub(super) fn matrix() -> DenialMatrix {
    let acme = TestOrg::new("Acme Inc")
        .permission("Admin", "read_reports")
        .permission("Owner", "read_reports")
        .permission("Owner", "export");
    DenialMatrix::for_org(&acme).audit(audit())
}
