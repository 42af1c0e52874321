//! What is kept of a validation, for how long, and what it costs.

use std::{future::IntoFuture as _, time::Duration};

use actix_web::{
    http::header::AUTHORIZATION,
    test::{TestRequest, init_service},
};
use actix_web_propelauth::{
    ApiKeys, emulator::Fault, freshness::Mark, testing::TestRequestExt as _,
};
use futures_util::future::join_all;

use super::{LONGER, World, routes};
use crate::fixtures::send;

const VALIDATE: &str = "POST /api/backend/v1/end_user_api_keys/validate";

macro_rules! app {
    ($world:expr, $keys:expr) => {
        init_service(routes().wrap($world.auth.require_user().accept_api_keys($keys))).await
    };
}

macro_rules! status {
    ($app:expr, $credential:expr) => {{
        let request = TestRequest::get().uri("/caller").as_user(&$credential);
        send(&$app, request.to_request()).await.status.as_u16()
    }};
}

#[actix_web::test]
async fn requests_at_the_same_time_share_one_call() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    let slow = Fault::on(VALIDATE).delay(Duration::from_millis(200));
    world.emulator.inject_fault(slow).unwrap();
    let requests = (0..50).map(|_| async { status!(app, world.org.text()) });
    assert!(join_all(requests).await.iter().all(|status| *status == 200));
    assert_eq!(world.asked(), 1);
}

#[actix_web::test]
async fn a_request_that_is_canceled_does_not_cancel_the_call() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    let slow = Fault::on(VALIDATE).delay(Duration::from_millis(100));
    world.emulator.inject_fault(slow).unwrap();
    let canceled = async { status!(app, world.org.text()) };
    let canceled = actix_web::rt::time::timeout(Duration::from_millis(20), canceled);
    assert!(canceled.await.is_err());
    assert_eq!(status!(app, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
}

#[actix_web::test]
async fn a_valid_key_is_believed_for_ten_seconds_and_shared_by_all_workers() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    // Each worker has middleware of its own, and they share what is known.
    let workers = [app!(world, ApiKeys::new()), app!(world, ApiKeys::new())];
    for worker in &workers {
        assert_eq!(status!(worker, world.org.text()), 200);
    }
    assert_eq!(world.asked(), 1);
    world.emulator.expire_api_key(&world.org.id).unwrap();
    world.emulator.advance_clock(Duration::from_secs(9));
    assert_eq!(status!(workers[0], world.org.text()), 200);
    world.emulator.advance_clock(Duration::from_secs(1));
    assert_eq!(status!(workers[1], world.org.text()), 401);
    assert_eq!(world.asked(), 1);
    // The deletion is known now.
    assert_eq!(status!(workers[0], world.org.text()), 401);
    assert_eq!(world.asked(), 0);
}

#[actix_web::test]
async fn the_strictest_of_the_times_decides() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let second = Duration::from_secs(1);
    let long = app!(world, ApiKeys::new().cache_for(60 * second));
    let short = app!(world, ApiKeys::new().cache_for(5 * second));
    let none = app!(world, ApiKeys::new().cache_for(Duration::ZERO));
    assert_eq!(status!(long, world.org.text()), 200);
    world.emulator.advance_clock(4 * second);
    assert_eq!(status!(short, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
    world.emulator.advance_clock(second);
    assert_eq!(status!(long, world.org.text()), 200);
    assert_eq!(world.asked(), 1 - 1);
    assert_eq!(status!(short, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
    // What the short one asked is believed for its time, by the long one as well.
    world.emulator.advance_clock(5 * second);
    assert_eq!(status!(long, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
    for _ in 0..3 {
        assert_eq!(status!(none, world.org.text()), 200);
    }
    assert_eq!(world.asked(), 3);
}

#[actix_web::test]
async fn a_cleared_cache_asks_about_each_key_again() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    for key in [&world.org, &world.personal] {
        assert_eq!(status!(app, key.text()), 200);
        world.emulator.expire_api_key(&key.id).unwrap();
        assert_eq!(status!(app, key.text()), 200);
    }
    world.auth.clear_api_key_cache();
    for key in [&world.org, &world.personal] {
        assert_eq!(status!(app, key.text()), 401);
    }
    assert_eq!(world.asked(), 4);
}

#[actix_web::test]
async fn an_invalid_key_is_denied_for_two_seconds_without_a_call() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let app = app!(world, ApiKeys::new());
    let unknown = "f".repeat(96);
    for _ in 0..3 {
        assert_eq!(status!(app, &*unknown), 401);
    }
    assert_eq!(world.asked(), 1);
    world.emulator.advance_clock(Duration::from_secs(2));
    assert_eq!(status!(app, &*unknown), 401);
    assert_eq!(world.asked(), 1);
}

#[actix_web::test]
async fn a_clock_that_is_set_back_makes_no_validation_younger() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let app = app!(world, ApiKeys::new());
    assert_eq!(status!(app, world.org.text()), 200);
    world.emulator.freeze_clock(1_999_999_000);
    assert_eq!(status!(app, world.org.text()), 200);
    assert_eq!(world.asked(), 2);
}

#[actix_web::test]
async fn a_key_is_known_by_all_of_it() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    let text = world.org.text();
    assert_eq!(status!(app, text), 200);
    let last = if text.ends_with('0') { "1" } else { "0" };
    let near = format!("{}{last}", text.strip_suffix(|_: char| true).unwrap());
    let (start, upper) = (format!("{last}{near}"), text.to_uppercase());
    for text in [&near, &start, &upper] {
        let status = status!(app, &**text);
        assert!(
            status == 401 || (text == &upper && upper == world.org.text()),
            "{status}"
        );
    }
    assert_eq!(status!(app, text), 200);
}

#[actix_web::test]
async fn forged_keys_do_not_stop_known_ones_and_are_answered_with_503() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let app = app!(world, ApiKeys::new());
    assert_eq!(status!(app, world.org.text()), 200);
    world.emulator.advance_clock(LONGER);
    // PropelAuth is slow, and more forged keys arrive than it may be asked about.
    let slow = Fault::on(VALIDATE).delay(Duration::from_millis(300));
    world.emulator.inject_fault(slow).unwrap();
    let forged = (0..400).map(|number| {
        let (app, text) = (&app, format!("{number:096x}"));
        async move { status!(app, &*text) }
    });
    let known = async {
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        status!(app, world.org.text())
    };
    let (forged, known) = futures_util::future::join(join_all(forged), known).await;
    assert_eq!(known, 200);
    let busy = forged.iter().filter(|status| **status == 503).count();
    let invalid = forged.iter().filter(|status| **status == 401).count();
    assert_eq!(busy + invalid, 400);
    assert!(busy >= 400 - 32 - 256, "{busy}");
    // 32 calls at a time of 0.3 s each, for a second and the time of a call.
    assert!((32..=32 * 5).contains(&invalid), "{invalid}");
}

#[actix_web::test]
async fn two_headers_are_malformed_also_if_one_of_them_is_a_key() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    let value = format!("Bearer {}", world.org.text());
    for other in [value.clone(), "Bearer x".to_owned(), String::new()] {
        let request = TestRequest::get()
            .uri("/caller")
            .append_header((AUTHORIZATION, value.clone()))
            .append_header((AUTHORIZATION, other));
        let answer = send(&app, request.to_request()).await;
        answer.is_401("invalid_request", "two headers");
    }
    assert_eq!(world.asked(), 0);
}

#[actix_web::test]
async fn a_mark_of_keys_or_of_everyone_voids_what_is_known() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    assert_eq!(status!(app, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
    let (acme, another) = (world.acme.clone(), "another".into());
    for mark in [
        Mark::all_keys(),
        Mark::everyone(),
        Mark::keys_of_org(&acme),
        Mark::org(&acme),
    ] {
        world.auth.mark_stale(mark);
        assert_eq!(status!(app, world.org.text()), 200);
        assert_eq!(world.asked(), 1);
        assert_eq!(status!(app, world.org.text()), 200);
        assert_eq!(world.asked(), 0);
    }
    for mark in [Mark::keys_of_user(&another), Mark::user(&another)] {
        world.auth.mark_stale(mark);
        assert_eq!(status!(app, world.org.text()), 200);
        assert_eq!(world.asked(), 0);
    }
}

#[actix_web::test]
async fn what_a_call_of_the_same_handle_changes_holds_for_the_next_request() {
    let world = World::new().await;
    let (auth, acme, alice) = (&world.auth, &world.acme, world.alice.id());
    let app = app!(world, ApiKeys::new());
    let admin = async |key: &str| {
        let request = TestRequest::get().uri(&format!("/orgs/{acme}/admin"));
        let request = request.as_user(&key).to_request();
        send(&app, request).await.status.as_u16()
    };
    for key in [&world.personal, &world.member] {
        assert_eq!(admin(key.text()).await, 200);
    }
    let call = auth.org().change_user_role_in_org(alice, acme, "Member");
    call.await.unwrap();
    for key in [&world.personal, &world.member] {
        assert_eq!(admin(key.text()).await, 403);
    }
    auth.org()
        .change_user_role_in_org(alice, acme, "Admin")
        .await
        .unwrap();
    for key in [&world.personal, &world.member] {
        assert_eq!(admin(key.text()).await, 200);
    }
    assert_eq!(status!(app, world.org.text()), 200);
    auth.api_key().delete_api_key(&world.org.id).await.unwrap();
    assert_eq!(status!(app, world.org.text()), 401);
    auth.user().disable_user(alice).await.unwrap();
    for key in [&world.personal, &world.member] {
        assert_eq!(admin(key.text()).await, 401);
    }
}

#[actix_web::test]
async fn a_call_whose_outcome_is_unknown_counts_as_done_and_a_refused_one_does_not() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    assert_eq!(status!(app, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
    for (fault, asked) in [
        (Fault::on("delete_api_key").status(400), 0),
        (Fault::on("delete_api_key").status(401), 0),
        (Fault::on("delete_api_key").status(500), 1),
        (Fault::on("delete_api_key").drop_connection(), 1),
    ] {
        let case = format!("{fault:?}");
        world.emulator.inject_fault(fault).unwrap();
        let call = world.auth.api_key().delete_api_key(&world.org.id);
        call.await.unwrap_err();
        world.emulator.clear_faults();
        let _ = world.asked();
        assert_eq!(status!(app, world.org.text()), 200, "{case}");
        assert_eq!(world.asked(), asked, "{case}");
    }
    // Nor does dropping the future of a call that was sent undo it.
    let slow = Fault::on("delete_api_key").delay(Duration::from_secs(5));
    world.emulator.inject_fault(slow).unwrap();
    let call = world.auth.api_key().delete_api_key(&world.org.id);
    let call = actix_web::rt::time::timeout(Duration::from_millis(50), call.into_future());
    assert!(call.await.is_err());
    assert_eq!(status!(app, world.org.text()), 200);
    assert_eq!(world.asked(), 1);
}

#[actix_web::test]
async fn a_deleted_key_is_denied_with_the_next_request_after_its_mark() {
    let world = World::new().await;
    let app = app!(world, ApiKeys::new());
    for key in [&world.org, &world.member, &world.personal] {
        assert_eq!(status!(app, key.text()), 200);
        world.emulator.expire_api_key(&key.id).unwrap();
        assert_eq!(status!(app, key.text()), 200);
    }
    world.auth.mark_stale(Mark::keys_of_user(world.alice.id()));
    world.auth.mark_stale(Mark::keys_of_org(&world.acme));
    for key in [&world.org, &world.member, &world.personal] {
        assert_eq!(status!(app, key.text()), 401);
    }
}
