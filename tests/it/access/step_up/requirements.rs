//! A grant as a part of a requirement: PropelAuth is asked last, and only if the grant decides.

use actix_web::{
    App,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, OrgMemberInfo, Requirement,
    api::StepUpGrantType,
    org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth},
};

use super::{ACTION, HEADER, World, answer, asks_for_grant};

async fn delete(org: OrgMemberInfo) -> String {
    format!("{} by {}", org.org_name, org.user_role)
}

/// An application with one route, behind this guard.
macro_rules! app {
    ($world:expr, $guard:expr) => {{
        let resource = web::resource("/orgs/{org_id}").wrap($guard).delete(delete);
        init_service(
            App::new()
                .service(resource)
                .wrap($world.auth.require_user()),
        )
        .await
    }};
}

fn in_org(requirement: Requirement) -> InOrg {
    InOrg::new(org_id::path("org_id")).and(requirement)
}

#[actix_web::test]
async fn an_and_asks_about_the_grant_once_all_else_is_met() {
    let world = World::new().await;
    let by_guard = InOrgWithRole::new("Owner", org_id::path("org_id"))
        .and(Requirement::step_up(ACTION))
        .and(Requirement::not_impersonated());
    let app = app!(world, by_guard);
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.olga, None)
    )));
    let grant = world.once(&world.mia).await;
    answer!(app, world.request(&world.mia, Some(&grant))).is_403("a member");
    assert_eq!(world.asked(), 0);
    assert!(world.is_good(&world.mia, ACTION, &grant).await);

    let grant = world.once(&world.olga).await;
    let asked = world.asked();
    let answer = answer!(app, world.request(&world.olga, Some(&grant)));
    answer.is_ok("Acme by Owner", "an owner with a grant");
    assert_eq!(world.asked(), asked + 1);
    let again = answer!(app, world.request(&world.olga, Some(&grant)));
    assert!(asks_for_grant(&again), "it was used up");
}

#[actix_web::test]
async fn an_or_asks_about_the_grant_only_if_the_alternative_is_not_met() {
    let world = World::new().await;
    for (case, requirement) in [
        (
            "or",
            Requirement::role("Owner").or(Requirement::step_up(ACTION)),
        ),
        (
            "or, the other way around",
            Requirement::step_up(ACTION).or(Requirement::role("Owner")),
        ),
        (
            "any",
            Requirement::any([Requirement::role("Owner"), Requirement::step_up(ACTION)]),
        ),
    ] {
        let app = app!(world, in_org(requirement));
        let grant = world.once(&world.olga).await;
        let asked = world.asked();
        let answer = answer!(app, world.request(&world.olga, Some(&grant)));
        answer.is_ok("Acme by Owner", case);
        assert_eq!(world.asked(), asked, "{case}");
        assert!(world.is_good(&world.olga, ACTION, &grant).await, "{case}");

        assert!(
            asks_for_grant(&answer!(app, world.request(&world.mia, None))),
            "{case}"
        );
        let grant = world.once(&world.mia).await;
        let answer = answer!(app, world.request(&world.mia, Some(&grant)));
        answer.is_ok("Acme by Member", case);
    }
}

#[actix_web::test]
async fn a_grant_in_an_alternative_that_is_not_met_is_not_asked_about() {
    let world = World::new().await;
    let admin_with_grant = Requirement::role("Admin").and(Requirement::step_up(ACTION));
    let app = app!(
        world,
        in_org(Requirement::role("Owner").or(admin_with_grant))
    );
    let grant = world.once(&world.mia).await;
    answer!(app, world.request(&world.mia, Some(&grant))).is_403("a member");
    answer!(app, world.request(&world.olga, None)).is_ok("Acme by Owner", "an owner");
    assert_eq!(world.asked(), 0);
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.adam, None)
    )));
    let grant = world.once(&world.adam).await;
    answer!(app, world.request(&world.adam, Some(&grant))).is_ok("Acme by Admin", "an admin");
}

/// It is asked about one after the other, and a grant for the second is none that is not known.
#[actix_web::test]
async fn a_grant_for_any_of_several_actions_is_enough() {
    let world = World::new().await;
    let either = Requirement::step_up("SIGN").or(Requirement::step_up(ACTION));
    let app = app!(world, in_org(either));
    let time_based = StepUpGrantType::TimeBased;
    let grant = world.grant(&world.mia, ACTION, time_based).await;
    for _ in 0..15 {
        answer!(app, world.request(&world.mia, Some(&grant))).is_ok("Acme by Member", "a grant");
    }
    // The first action is asked about once, and then known not to be what the grant is for.
    assert_eq!(world.asked(), 16);
    let other = world
        .grant(&world.mia, "PAY", StepUpGrantType::OneTimeUse)
        .await;
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.mia, Some(&other))
    )));
}

/// This handle can ask nobody, so that a response which is not 503 was decided without a call.
#[actix_web::test]
async fn an_impersonator_is_denied_before_the_grant_is_asked_about() {
    let auth = propel_auth();
    let acme = TestOrg::new("Acme");
    let own = Requirement::not_impersonated().and(Requirement::step_up(ACTION));
    let resource = web::resource("/orgs/{org_id}")
        .wrap(in_org(own))
        .delete(delete);
    let app = init_service(App::new().service(resource).wrap(auth.require_user())).await;
    let mia = TestUser::new("mia@example.com").in_org(&acme, "Member");
    let request = |user: &TestUser| {
        let request = TestRequest::delete().uri(&format!("/orgs/{}", acme.org_id()));
        request.as_user(user).insert_header((HEADER, "grant"))
    };
    assert_eq!(answer!(app, request(&mia)).status, 503);
    let by_employee = mia.impersonated_by("employee-1");
    answer!(app, request(&by_employee)).is_403("an impersonator");
}

/// The guard of a scope is decided before actix-web has matched the rest of the path, which it must be able to
/// write into the request afterwards.
#[actix_web::test]
async fn a_guard_around_a_scope_leaves_the_rest_of_the_path_to_be_matched() {
    let world = World::new().await;
    let scope = web::scope("/orgs/{org_id}")
        .service(web::resource("/items/{item}").delete(
            async |path: web::Path<(String, u32)>, org: OrgMemberInfo| {
                format!("{} of {}", path.1, org.org_name)
            },
        ))
        .wrap(in_org(Requirement::step_up(ACTION)));
    let app = init_service(App::new().service(scope).wrap(world.auth.require_user())).await;
    let grant = world.once(&world.mia).await;
    let request = world.request(&world.mia, Some(&grant));
    let request = request.uri(&format!("{}/items/7", world.path));
    answer!(app, request).is_ok("7 of Acme", "in the scope");
}

#[actix_web::test]
async fn the_header_is_a_setting() {
    let world = World::new().await;
    let builder = world.emulator.propel_auth_builder();
    let auth = builder
        .verifier_key(world.emulator.verifier_key())
        .step_up_header("X-Second-Factor")
        .build()
        .unwrap();
    let guarded = web::resource("/orgs/{org_id}")
        .wrap(in_org(Requirement::step_up(ACTION)))
        .delete(delete);
    let wrapped = web::resource("/wrapped")
        .wrap(auth.require_step_up(ACTION))
        .delete(async || "");
    let app = App::new()
        .service(guarded)
        .service(wrapped)
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let time_based = StepUpGrantType::TimeBased;
    let grant = world.grant(&world.mia, ACTION, time_based).await;
    for path in [world.path.as_str(), "/wrapped"] {
        let default = world.request(&world.mia, Some(&grant)).uri(path);
        assert!(asks_for_grant(&answer!(app, default)), "{path}");
        let named = world.request(&world.mia, None).uri(path);
        let named = named.insert_header(("x-second-factor", grant.as_str()));
        assert_eq!(answer!(app, named).status, 200, "{path}");
    }
    let builder = world
        .emulator
        .propel_auth_builder()
        .verifier_key(world.emulator.verifier_key());
    let error = builder.step_up_header("no header").build().unwrap_err();
    assert!(error.to_string().contains("step_up_header"), "{error}");
}

fn panic_of(make: impl FnOnce() -> InOrg + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(make).expect_err("it was built");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_guard_that_no_request_can_pass_is_not_built() {
    let both = || Requirement::step_up("PAY").and(Requirement::step_up("SIGN"));
    for text in [
        panic_of(|| in_org(both())),
        panic_of(|| in_org(Requirement::step_up("PAY")).and(Requirement::step_up("SIGN"))),
        panic_of(|| in_org(both().or(both()))),
    ] {
        assert!(text.contains("step-up grants for two actions"), "{text}");
    }
    for text in ["", " "] {
        let text = panic_of(|| in_org(Requirement::step_up(text)));
        assert!(text.contains("empty type of action"), "{text}");
    }
    // One of them is enough, or one caller needs one and another one the other.
    for requirement in [
        Requirement::step_up("PAY").and(Requirement::step_up("PAY")),
        Requirement::step_up("PAY").or(Requirement::step_up("SIGN")),
        both().or(Requirement::role("Owner")),
        both().or(Requirement::step_up("PAY")),
    ] {
        let _ = in_org(requirement);
    }
}
