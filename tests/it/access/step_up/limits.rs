//! A caller with a token cannot make this backend ask about any number of grants.

use std::time::Duration;

use actix_web::{App, test::init_service, web};
use actix_web_propelauth::{Denied, TooMany, emulator::Fault};
use futures_util::future::join_all;

use super::{ACTION, VERIFY, World, answer, asks_for_grant};

macro_rules! app {
    ($world:expr) => {{
        let resource = web::resource("/orgs/{org_id}")
            .wrap($world.auth.require_step_up(ACTION))
            .delete(async || "deleted");
        init_service(
            App::new()
                .service(resource)
                .wrap($world.auth.require_user()),
        )
        .await
    }};
}

#[actix_web::test]
async fn a_grant_that_is_not_known_is_asked_about_once_in_some_seconds() {
    let world = World::new().await;
    let app = app!(world);
    for _ in 0..30 {
        let answer = answer!(app, world.request(&world.mia, Some("junk")));
        assert!(asks_for_grant(&answer));
    }
    assert_eq!(world.asked(), 1);
    // It is known of this user only.
    let answer = answer!(app, world.request(&world.olga, Some("junk")));
    assert!(asks_for_grant(&answer));
    assert_eq!(world.asked(), 2);
}

#[actix_web::test]
async fn a_user_who_sends_ten_wrong_grants_has_to_wait_and_others_do_not() {
    let world = World::new().await;
    let app = app!(world);
    let grant = world.once(&world.mia).await;
    for number in 0..10 {
        let junk = format!("junk-{number}");
        let answer = answer!(app, world.request(&world.mia, Some(&junk)));
        assert!(asks_for_grant(&answer), "{number}");
    }
    for grant in ["junk-10", grant.as_str()] {
        let answer = answer!(app, world.request(&world.mia, Some(grant)));
        assert_eq!(answer.status, 429);
        assert_eq!(answer.challenge(), None);
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(answer.body, r#"{"title":"Too Many Requests","status":429}"#);
    }
    assert_eq!(world.asked(), 10);
    // One that is not even a grant costs nothing, and one that is known not to be one neither.
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.mia, None)
    )));
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.mia, Some("junk-0"))
    )));
    let grant = world.once(&world.olga).await;
    answer!(app, world.request(&world.olga, Some(&grant))).is_ok("deleted", "another user");
}

#[actix_web::test]
async fn of_many_grants_at_a_time_few_are_asked_about_and_the_rest_is_429() {
    let world = World::new().await;
    let app = app!(world);
    let requests = (0..50).map(|number| {
        let request = world.request(&world.mia, Some(&format!("junk-{number}")));
        async { answer!(app, request).status.as_u16() }
    });
    let statuses = join_all(requests).await;
    let asked = world.asked();
    // One that waited for more than a second, on a slow machine, is 503.
    assert!(
        statuses.iter().all(|it| [401, 429, 503].contains(it)),
        "{statuses:?}"
    );
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(asked <= 13, "{asked}");
    // The same junk is asked about by those who are there first.
    let requests = (0..20).map(|_| async {
        answer!(app, world.request(&world.olga, Some("junk")))
            .status
            .as_u16()
    });
    let statuses = join_all(requests).await;
    assert!(
        statuses.iter().all(|it| [401, 503].contains(it)),
        "{statuses:?}"
    );
    assert!(world.asked() - asked <= 4, "{}", world.asked() - asked);
}

#[actix_web::test]
async fn a_limit_of_propelauth_is_503_and_stops_all_grants_for_as_long() {
    let world = World::new().await;
    let app = app!(world);
    let limited = Fault::on(VERIFY).rate_limit(Duration::from_secs(30));
    world.emulator.inject_fault(limited).unwrap();
    let (mia, olga) = (world.once(&world.mia).await, world.once(&world.olga).await);
    let answer = answer!(app, world.request(&world.mia, Some(&mia)));
    assert_eq!(
        (answer.status.as_u16(), answer.header("retry-after")),
        (503, Some("30"))
    );
    let asked = world.asked();
    world.emulator.clear_faults();
    let answer = answer!(app, world.request(&world.olga, Some(&olga)));
    assert_eq!(
        (answer.status.as_u16(), answer.header("retry-after")),
        (503, Some("30"))
    );
    assert_eq!(world.asked(), asked);
}

#[actix_web::test]
async fn a_revoked_integration_key_is_500_and_a_good_grant_is_not_counted_as_wrong() {
    let world = World::new().await;
    let app = app!(world);
    let fault = Fault::on(VERIFY).status(401);
    world.emulator.inject_fault(fault).unwrap();
    for number in 0..12 {
        let junk = format!("junk-{number}");
        let answer = answer!(app, world.request(&world.mia, Some(&junk)));
        assert_eq!(answer.status, 500, "{number}");
    }
    world.emulator.clear_faults();
    let grant = world.once(&world.mia).await;
    answer!(app, world.request(&world.mia, Some(&grant))).is_ok("deleted", "again");
}

#[actix_web::test]
async fn the_denial_says_what_there_is_too_much_of() {
    let world = World::new().await;
    let token = actix_web_propelauth::testing::HasAccessToken::access_token(&world.mia);
    let user = world.auth.authenticate(&token).await.unwrap();
    let mut last = None;
    for number in 0..11 {
        let request = actix_web::test::TestRequest::default()
            .insert_header((super::HEADER, format!("junk-{number}")))
            .to_http_request();
        last = user.verify_step_up(ACTION, &request).await.err();
    }
    let denied = last.unwrap();
    assert!(
        matches!(
            denied,
            Denied::TooManyRequests {
                what: TooMany::StepUpGrants,
                ..
            }
        ),
        "{denied}"
    );
    assert_eq!(denied.code(), "too_many_step_up_grants");
}
