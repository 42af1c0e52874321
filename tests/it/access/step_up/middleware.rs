//! The middleware: a request is allowed once its user has proved a second factor.

use std::time::Duration;

use actix_web::{
    App,
    http::{
        Method, StatusCode,
        header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, WWW_AUTHENTICATE},
    },
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth, User, api::StepUpGrantType, emulator::Fault, org_id,
    testing::TestRequestExt as _,
};
use futures_util::future::join_all;

use super::{ACTION, HEADER, VERIFY, World};

macro_rules! app {
    ($world:expr) => {{
        let auth = &$world.auth;
        let resource = web::resource("/orgs/{org_id}")
            .wrap(auth.require_step_up(ACTION))
            .wrap(InOrgWithRole::new("Owner", org_id::path("org_id")))
            .delete(async |user: User| user.email.clone());
        init_service(App::new().service(resource).wrap(auth.require_user())).await
    }};
}

/// Sends the request of a user with these grants, and returns the status and the error of the challenge.
macro_rules! delete {
    ($app:expr, $world:expr, $user:expr, $grants:expr) => {{
        let mut request = TestRequest::delete().uri(&$world.path).as_user(&$user);
        for grant in $grants {
            request = request.append_header((HEADER, grant.to_owned()));
        }
        let response = call_service(&$app, request.to_request()).await;
        let challenge = response.headers().get(WWW_AUTHENTICATE);
        let challenge = challenge.map(|it| it.to_str().unwrap().to_owned());
        (response.status(), challenge.unwrap_or_default())
    }};
}

fn requires_step_up((status, challenge): &(StatusCode, String)) -> bool {
    *status == StatusCode::UNAUTHORIZED
        && challenge.contains("error=\"insufficient_user_authentication\"")
}

#[actix_web::test]
async fn a_grant_of_the_user_for_this_action_is_required() {
    let world = World::new().await;
    let app = app!(world);
    let none: [&str; 0] = [];
    assert!(requires_step_up(&delete!(app, world, world.olga, none)));
    for malformed in ["", "a b", "gr\u{fc}n", &"x".repeat(513)] {
        assert!(requires_step_up(&delete!(
            app,
            world,
            world.olga,
            [malformed]
        )));
    }
    // None of these is asked about.
    assert_eq!(world.asked(), 0);

    let other_action = world
        .grant(&world.olga, "PAY", StepUpGrantType::OneTimeUse)
        .await;
    assert!(requires_step_up(&delete!(
        app,
        world,
        world.olga,
        [other_action.as_str()]
    )));
    let of_mia = world
        .grant(&world.mia, ACTION, StepUpGrantType::OneTimeUse)
        .await;
    assert!(requires_step_up(&delete!(
        app,
        world,
        world.olga,
        [of_mia.as_str()]
    )));
    assert!(requires_step_up(&delete!(
        app,
        world,
        world.olga,
        ["0".repeat(64)]
    )));

    let grant = world
        .grant(&world.olga, ACTION, StepUpGrantType::OneTimeUse)
        .await;
    // Two of them are one too many, and neither is used up.
    assert!(requires_step_up(&delete!(
        app,
        world,
        world.olga,
        [&grant, &grant]
    )));
    assert_eq!(delete!(app, world, world.olga, [&grant]).0, StatusCode::OK);
    assert!(requires_step_up(&delete!(app, world, world.olga, [&grant])));
}

#[actix_web::test]
async fn a_one_time_grant_lets_one_of_many_requests_through_and_a_time_based_one_all() {
    let world = World::new().await;
    let app = app!(world);
    let grant = world
        .grant(&world.olga, ACTION, StepUpGrantType::OneTimeUse)
        .await;
    let requests = (0..10).map(|_| async { delete!(app, world, world.olga, [&grant]).0 });
    let statuses = join_all(requests).await;
    assert_eq!(
        statuses.iter().filter(|it| **it == StatusCode::OK).count(),
        1
    );

    let grant = world
        .grant(&world.olga, ACTION, StepUpGrantType::TimeBased)
        .await;
    for _ in 0..3 {
        assert_eq!(delete!(app, world, world.olga, [&grant]).0, StatusCode::OK);
    }
    world.emulator.advance_clock(Duration::from_secs(601));
    assert!(requires_step_up(&delete!(app, world, world.olga, [&grant])));
}

#[actix_web::test]
async fn a_request_that_is_denied_anyway_uses_up_no_grant() {
    let world = World::new().await;
    let app = app!(world);
    let grant = world
        .grant(&world.mia, ACTION, StepUpGrantType::OneTimeUse)
        .await;
    assert_eq!(
        delete!(app, world, world.mia, [&grant]).0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(world.asked(), 0);
}

#[actix_web::test]
async fn a_grant_that_cannot_be_verified_is_503_and_nothing_is_repeated() {
    let world = World::new().await;
    let app = app!(world);
    let grant = world
        .grant(&world.olga, ACTION, StepUpGrantType::OneTimeUse)
        .await;
    world
        .emulator
        .inject_fault(Fault::on(VERIFY).drop_connection())
        .unwrap();
    let (status, _) = delete!(app, world, world.olga, [&grant]);
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.asked(), 1);
    world.emulator.clear_faults();
    let gated = Fault::on(VERIFY)
        .status(403)
        .body(r#"{"error_code":"feature_gated"}"#);
    world.emulator.inject_fault(gated).unwrap();
    let (status, _) = delete!(app, world, world.olga, [&grant]);
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
}

/// Without any other middleware, it authenticates by itself.
#[actix_web::test]
async fn it_requires_a_user() {
    let world = World::new().await;
    let route = web::delete().to(async |user: User| user.email.clone());
    let route = route.wrap(world.auth.require_step_up(ACTION).header("x-grant"));
    let app = init_service(App::new().route("/", route)).await;
    let grant = world
        .grant(&world.olga, ACTION, StepUpGrantType::TimeBased)
        .await;
    let request = || TestRequest::delete().insert_header(("x-grant", grant.clone()));
    let anonymous = call_service(&app, request().to_request()).await;
    assert_eq!(anonymous.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.asked(), 0);
    let olga = call_service(&app, request().as_user(&world.olga).to_request()).await;
    assert_eq!(olga.status(), StatusCode::OK);
}

#[actix_web::test]
#[should_panic(expected = "require_step_up was given an empty type of action")]
async fn an_empty_type_of_action_panics_when_the_middleware_is_built() {
    let world = World::new().await;
    let _ = world.auth.require_step_up(" ");
}

#[actix_web::test]
async fn a_passed_preflight_needs_no_grant_and_no_other_request_is_one() {
    let world = World::new().await;
    let resource = |auth: &PropelAuth| {
        let any_method = web::resource("/pay").to(async || "answered");
        any_method.wrap(auth.require_step_up(ACTION))
    };
    let auth = &world.auth;
    let passing = auth.require_user().pass_cors_preflight();
    let passing = init_service(App::new().service(resource(auth)).wrap(passing)).await;
    let denying = App::new().service(resource(auth)).wrap(auth.require_user());
    let denying = init_service(denying).await;
    let preflight = || {
        TestRequest::default()
            .method(Method::OPTIONS)
            .uri("/pay")
            .insert_header((ORIGIN, "https://app.example.com"))
            .insert_header((ACCESS_CONTROL_REQUEST_METHOD, "GET"))
    };
    let status = async |request: TestRequest| {
        let response = call_service(&passing, request.to_request()).await;
        response.status()
    };
    assert_eq!(status(preflight()).await, StatusCode::OK);
    let get = TestRequest::get().uri("/pay");
    assert_eq!(status(get).await, StatusCode::UNAUTHORIZED);
    let response = call_service(&denying, preflight().to_request()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}
