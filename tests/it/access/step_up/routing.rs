//! Where nothing can wait for PropelAuth, a requirement with a grant is not met.

use actix_web::{
    App,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    ApiKeys, Denied, InOrg, InOrgWithRole, Misconfigured, Requirement, User,
    api::CreateApiKey,
    org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser},
};

use super::{ACTION, World, answer, asks_for_grant};

fn owners_with_grant() -> InOrgWithRole {
    let path = "/orgs/{org_id}";
    InOrgWithRole::new("Owner", org_id::path("org_id"))
        .and(Requirement::step_up(ACTION))
        .path_pattern(path)
}

#[actix_web::test]
async fn guard_route_selects_by_the_role_and_asks_for_the_grant_then() {
    let world = World::new().await;
    let resource = web::resource("/orgs/{org_id}")
        .route(owners_with_grant().guard_route(web::delete().to(async || "deleted")))
        .route(web::delete().to(async || "asked an owner"));
    let app = init_service(App::new().service(resource).wrap(world.auth.require_user())).await;
    answer!(app, world.request(&world.mia, None)).is_ok("asked an owner", "a member");
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.olga, None)
    )));
    assert_eq!(world.asked(), 0);
    let grant = world.once(&world.olga).await;
    answer!(app, world.request(&world.olga, Some(&grant))).is_ok("deleted", "an owner");
    assert_eq!(world.asked(), 1);
}

#[actix_web::test]
async fn a_guard_with_a_grant_that_only_selects_is_a_mistake() {
    let world = World::new().await;
    let resource = web::resource("/orgs/{org_id}").route(
        web::delete()
            .guard(owners_with_grant())
            .to(async || "deleted"),
    );
    let app = init_service(App::new().service(resource).wrap(world.auth.require_user())).await;
    let grant = world.once(&world.olga).await;
    for grant in [None, Some(grant.as_str())] {
        let answer = answer!(app, world.request(&world.olga, grant));
        assert_eq!(answer.status, 500);
    }
    assert_eq!(world.asked(), 0);
}

/// A mistake of the program is shown to the first caller who would be allowed, also if the grant does not decide.
#[test]
fn authorize_denies_every_requirement_with_a_grant() {
    let acme = TestOrg::new("Acme");
    let in_role = |role| TestUser::new("a@example.com").in_org(&acme, role).user();
    let (owner, member) = (in_role("Owner"), in_role("Member"));
    let step_up = || Requirement::step_up(ACTION);
    let authorize = |user: &User, requirement: &Requirement| {
        user.authorize(acme.org_id(), requirement)
            .map(drop)
            .unwrap_err()
    };
    let mistake = Denied::Misconfigured(Misconfigured::StepUpNotAwaited);
    for requirement in [
        step_up(),
        step_up().or(Requirement::role("Owner")),
        Requirement::role("Owner").or(step_up()),
        Requirement::role("Owner").and(step_up()),
    ] {
        assert_eq!(authorize(&owner, &requirement), mistake, "{requirement}");
        let org = owner.org(acme.org_id()).unwrap();
        let role_is_enough = matches!(requirement, Requirement::Any(_));
        assert_eq!(requirement.is_met_by(org), role_is_enough, "{requirement}");
    }
    let owner_with_grant = Requirement::role("Owner").and(step_up());
    assert!(authorize(&member, &owner_with_grant).is_forbidden());
    // Without the employee, a grant would be enough.
    let by_employee = TestUser::new("a@example.com").in_org(&acme, "Member");
    let by_employee = by_employee.impersonated_by("employee-1").user();
    let own = Requirement::not_impersonated().and(step_up());
    assert_eq!(authorize(&by_employee, &own).code(), "impersonated");
    let stranger = TestUser::new("b@example.com").user();
    assert!(authorize(&stranger, &step_up()).is_forbidden());
    // Only a grant is missing, so that it is known what is not met.
    for both in [
        Requirement::role("Admin").and(step_up()),
        step_up().and(Requirement::role("Admin")),
    ] {
        let denied = authorize(&member, &both);
        assert_eq!(denied.code(), "missing_role");
        assert!(
            denied.to_string().contains("the user's roles are"),
            "{denied}"
        );
    }
}

#[test]
fn a_requirement_with_a_grant_says_so() {
    let requirement = Requirement::role("Owner").and(Requirement::step_up(ACTION));
    assert_eq!(
        requirement.to_string(),
        r#"the role "Owner" and a step-up grant for "DELETE_ORG""#
    );
    let _ = InOrg::new(org_id::path("org_id")).and(requirement);
}

/// A key never has a grant, so that the route with one is not for it, and another one may be.
#[actix_web::test]
async fn guard_route_does_not_select_a_route_with_a_grant_for_a_caller_by_key() {
    let world = World::new().await;
    let create = |request| {
        world
            .emulator
            .create_api_key(request)
            .unwrap()
            .api_key_token
    };
    let of_olga = create(CreateApiKey::new().user_id(&world.olga));
    let of_acme = create(CreateApiKey::new().org_id(&world.acme));
    let with_grant = InOrg::new(org_id::path("org_id"))
        .and(Requirement::step_up(ACTION))
        .path_pattern("/orgs/{org_id}");
    let resource = web::resource("/orgs/{org_id}")
        .route(with_grant.guard_route(web::delete().to(async || "deleted")))
        .route(web::delete().to(async || "asked a person"));
    let keys = world.auth.require_user().accept_api_keys(ApiKeys::new());
    let app = init_service(App::new().service(resource).wrap(keys)).await;
    for key in [of_olga, of_acme] {
        let request = TestRequest::delete()
            .uri(&world.path)
            .as_user(&key.expose());
        answer!(app, request).is_ok("asked a person", "a key");
    }
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.olga, None)
    )));
}
