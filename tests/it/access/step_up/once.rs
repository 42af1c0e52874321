//! A grant is verified once for each request, and holds for nothing else.

use actix_web::{
    App, HttpRequest,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InOrg, Requirement, User, org_id, testing::HasAccessToken as _,
};

use super::{ACTION, HEADER, World, answer, asks_for_grant};
use crate::fixtures::world::connect;

fn guard(action: &str) -> InOrg {
    InOrg::new(org_id::path("org_id")).and(Requirement::step_up(action))
}

#[actix_web::test]
async fn a_one_time_grant_passes_a_scope_a_route_a_middleware_and_a_handler() {
    let world = World::new().await;
    let handler = async |user: User, request: HttpRequest| -> Result<&'static str, Denied> {
        user.verify_step_up(ACTION, &request).await?;
        user.verify_step_up(ACTION, &request).await?;
        Ok("deleted")
    };
    let scope = web::scope("/orgs/{org_id}")
        .service(
            web::resource("")
                .wrap(world.auth.require_step_up(ACTION))
                .wrap(guard(ACTION))
                .delete(handler),
        )
        .wrap(guard(ACTION));
    let app = init_service(App::new().service(scope).wrap(world.auth.require_user())).await;
    let grant = world.once(&world.mia).await;
    answer!(app, world.request(&world.mia, Some(&grant))).is_ok("deleted", "the first request");
    assert_eq!(world.asked(), 1);
    // What was verified is known of that request only.
    let again = answer!(app, world.request(&world.mia, Some(&grant)));
    assert!(asks_for_grant(&again));
    assert_eq!(world.asked(), 2);
}

#[actix_web::test]
async fn a_grant_for_one_action_is_none_for_another_one_inside() {
    let world = World::new().await;
    let scope = web::scope("/orgs/{org_id}")
        .service(web::resource("").wrap(guard("PAY")).delete(async || ""))
        .wrap(guard(ACTION));
    let app = init_service(App::new().service(scope).wrap(world.auth.require_user())).await;
    let grant = world.once(&world.mia).await;
    let answer = answer!(app, world.request(&world.mia, Some(&grant)));
    assert!(asks_for_grant(&answer));
    assert_eq!(world.asked(), 2);
}

/// Both headers have a grant, so that each middleware inside of the other can find its own.
#[actix_web::test]
async fn two_grants_in_two_headers_meet_a_requirement_of_both_actions() {
    let world = World::new().await;
    let handler = async |user: User, request: HttpRequest| -> Result<&'static str, Denied> {
        let org_id = request.match_info().query("org_id").to_owned();
        let both = Requirement::step_up("PAY").and(Requirement::step_up(ACTION));
        user.authorize_with_step_up(org_id, &both, &request).await?;
        Ok("paid")
    };
    let resource = web::resource("/orgs/{org_id}")
        .wrap(world.auth.require_step_up("PAY").header("x-pay"))
        .delete(handler);
    let app = init_service(App::new().service(resource).wrap(world.auth.require_user())).await;
    let one_time = actix_web_propelauth::api::StepUpGrantType::OneTimeUse;
    let pay = world.grant(&world.mia, "PAY", one_time).await;
    let delete = world.once(&world.mia).await;
    let request = world.request(&world.mia, Some(&delete));
    answer!(app, request.insert_header(("x-pay", pay.as_str()))).is_ok("paid", "both");
    assert_eq!(world.asked(), 2);
}

/// They are the same user to both, so that only the handle tells them apart.
#[actix_web::test]
async fn what_one_handle_verified_is_nothing_to_another_one() {
    let world = World::new().await;
    let other = connect(&world.emulator);
    let resource = web::resource("/")
        .wrap(other.require_step_up(ACTION))
        .wrap(world.auth.require_step_up(ACTION))
        .delete(async || "");
    let app = init_service(App::new().service(resource).wrap(world.auth.require_user())).await;
    let grant = world.once(&world.mia).await;
    let request = world.request(&world.mia, Some(&grant)).uri("/");
    assert!(asks_for_grant(&answer!(app, request)));
    assert_eq!(world.asked(), 2);
}

/// A guard inside counts what was verified outside, and asks for the rest.
#[actix_web::test]
async fn a_guard_of_two_actions_needs_one_grant_more_if_the_other_one_is_proven() {
    let world = World::new().await;
    let both = Requirement::step_up("PAY").and(Requirement::step_up(ACTION));
    let guard = InOrg::new(org_id::path("org_id")).and(both.or(Requirement::role("Owner")));
    let resource = web::resource("/orgs/{org_id}")
        .wrap(guard)
        .wrap(world.auth.require_step_up("PAY").header("x-pay"))
        .delete(async || "paid");
    let app = init_service(App::new().service(resource).wrap(world.auth.require_user())).await;
    let one_time = actix_web_propelauth::api::StepUpGrantType::OneTimeUse;
    let pay = world.grant(&world.mia, "PAY", one_time).await;
    let delete = world.once(&world.mia).await;
    let request = world.request(&world.mia, Some(&delete));
    answer!(app, request.insert_header(("x-pay", pay.as_str()))).is_ok("paid", "both");
    assert_eq!(world.asked(), 2);
}

#[actix_web::test]
async fn what_one_user_has_proven_is_nothing_to_another_one() {
    let world = World::new().await;
    let grant = world.once(&world.mia).await;
    let request = TestRequest::default().insert_header((HEADER, grant));
    let request = request.to_http_request();
    let (mia, olga) = (world.mia.access_token(), world.olga.access_token());
    let mia = world.auth.authenticate(&mia).await.unwrap();
    let olga = world.auth.authenticate(&olga).await.unwrap();
    mia.verify_step_up(ACTION, &request).await.unwrap();
    let denied = olga.verify_step_up(ACTION, &request).await.unwrap_err();
    assert_eq!(denied.code(), "unknown_step_up_grant");
    assert_eq!(world.asked(), 2);
}
