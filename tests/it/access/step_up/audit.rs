//! What a route audit and a denial matrix say of a route that requires a grant.

use actix_web::{App, test::init_service, web};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, Requirement,
    audit::{DenialMatrix, RouteAudit},
    org_id,
    testing::{TestOrg, propel_auth},
};

macro_rules! app {
    () => {{
        let auth = propel_auth();
        let by_path = || org_id::path("org_id");
        let step_up = || Requirement::step_up("PAY");
        let or_grant = InOrg::new(by_path()).and(step_up().or(Requirement::role("Admin")));
        let and_grant = InOrgWithRole::new("Owner", by_path()).and(step_up());
        let ok = || async { "" };
        init_service(
            App::new()
                .service(web::resource("/orgs/{org_id}/or").get(ok).wrap(or_grant))
                .service(web::resource("/orgs/{org_id}/and").get(ok).wrap(and_grant))
                .service(
                    web::resource("/orgs/{org_id}/pay")
                        .get(ok)
                        .wrap(auth.require_step_up("PAY"))
                        .wrap(InOrg::new(by_path())),
                )
                .wrap(auth.require_user()),
        )
        .await
    }};
}

#[actix_web::test]
async fn callers_who_are_asked_for_a_grant_are_told_from_those_who_are_denied() {
    let app = app!();
    let acme = TestOrg::new("Acme");
    let matrix = DenialMatrix::for_org(&acme).run(&app).await.to_string();
    let rows: Vec<_> = matrix.lines().collect();
    assert_eq!(
        rows,
        [
            "METHOD  ROUTE               anonymous  expired  other org  Owner    Admin    Member   PROTECTION",
            "GET     /orgs/{org_id}/and  401        401      403        step-up  403      403      user, InOrgWithRole(the role \"Owner\" and a step-up grant for \"PAY\", path \"org_id\"), …",
            "GET     /orgs/{org_id}/or   401        401      403        step-up  ok       step-up  user, InOrg(a step-up grant for \"PAY\" or the role \"Admin\", path \"org_id\")",
            "GET     /orgs/{org_id}/pay  401        401      403        step-up  step-up  step-up  user, InOrg(path \"org_id\"), step-up grant for \"PAY\", …",
        ]
    );
}

#[actix_web::test]
async fn a_route_that_requires_a_grant_needs_a_user() {
    let app = app!();
    let report = RouteAudit::new().run(&app).await;
    report.assert();
}
