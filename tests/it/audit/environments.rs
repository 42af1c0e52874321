//! Several environments: each is audited at its host or path.

use actix_web::{App, http::header::HOST, test::init_service, web};
use actix_web_propelauth::{
    Environments, InOrgWithRole, OrgMemberInfo, PropelAuth, User, audit::RouteAudit, org_id,
    testing::propel_auth_builder,
};

fn handle(issuer: &str) -> PropelAuth {
    propel_auth_builder().issuer(issuer).build().unwrap()
}

fn environments(by: &str) -> Environments {
    let (eu, us) = (
        handle("https://auth.eu.example.com"),
        handle("https://auth.us.example.com"),
    );
    let environments = match by {
        "issuer" => Environments::by_issuer([eu, us]),
        "host" => Environments::by_host([("eu.example", eu), ("us.example", us)]),
        _ => Environments::by_path([("/eu", eu), ("/us", us)]),
    };
    environments.unwrap()
}

async fn whoami(user: User) -> String {
    user.email.clone()
}

async fn billing(org: OrgMemberInfo) -> String {
    org.org_name.clone()
}

fn routes(app: &mut web::ServiceConfig, prefix: &str) {
    let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
    app.service(
        web::scope(prefix)
            .route("/whoami", web::get().to(whoami))
            .service(web::resource("/orgs/{org_id}").get(billing).wrap(admins)),
    );
}

#[actix_web::test]
async fn an_audit_finds_the_protection_of_each_environment() {
    for by in ["issuer", "host", "path"] {
        for host in ["eu.example", "us.example"] {
            let app = App::new()
                .configure(|app| routes(app, "/eu"))
                .configure(|app| routes(app, "/us"))
                .wrap(environments(by).require_user());
            let audit =
                RouteAudit::new().each_request(move |request| request.insert_header((HOST, host)));
            let report = audit.run(&init_service(app).await).await;
            assert!(
                report.problems().is_empty(),
                "{by} {host}: {:?}",
                report.problems()
            );
            let text = report.to_string();
            assert_eq!(text.matches("Admin").count(), 2, "{by} {host}: {text}");
        }
    }
}

#[actix_web::test]
async fn an_audit_finds_a_route_that_is_forgotten() {
    let app = App::new()
        .service(
            web::scope("/eu")
                .configure(|app| routes(app, ""))
                .wrap(environments("path").require_user()),
        )
        .route("/us/whoami", web::get().to(async || "forgotten"));
    let report = RouteAudit::new().run(&init_service(app).await).await;
    assert_eq!(report.problems().len(), 1, "{:?}", report.problems());
    assert!(report.problems()[0].starts_with("GET /us/whoami needs no user"));
}
