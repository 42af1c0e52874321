//! Joining: what is read back, what is denied until then, and which settings cannot work.

use std::time::Duration;

use actix_web_propelauth::{
    Denied, PropelAuth,
    fleet::{Fleet, FleetError, WhenBlind},
    freshness::{Cause, Mark},
    testing::{HasAccessToken as _, TestUser, propel_auth_builder},
};

use crate::{
    history::now,
    members::{auth, denied, eventually, member, stale, user},
    redis_server::{Data, RedisServer, is_installed},
};

#[actix_web::test]
async fn a_mark_reaches_the_others_and_those_that_start_later() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let (one, two) = (member(&redis).await, member(&redis).await);
    let alice = user();
    assert_eq!(stale(&one, &alice), None);
    assert_eq!(stale(&two, &alice), None);

    let mark = Mark::user(&alice.user_id());
    one.mark_stale(mark.because(Cause::ByHand)).await.unwrap();
    // It held there at once, and the fleet has it.
    assert_eq!(stale(&one, &alice), Some(Cause::ByHand));
    eventually(|| stale(&two, &alice) == Some(Cause::ByHand)).await;

    let three = member(&redis).await;
    assert_eq!(stale(&three, &alice), Some(Cause::ByHand));
    assert!(three.is_ready());
    assert!(three.staleness().unwrap() < Duration::from_secs(5));
    let status = three.fleet_status().unwrap();
    // The mark with which the stream began, and this one.
    assert_eq!((status.is_caught_up, status.entries_read), (true, 2));
    assert_eq!(status.histories_lost, 0);
    assert_eq!(one.fleet_status().unwrap().marks_to_write, 0);
}

#[actix_web::test]
async fn whoever_logs_in_after_joining_is_not_denied() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    for _ in 0..3 {
        redis.command(&["FLUSHALL"]);
        let auth = member(&redis).await;
        assert_eq!(stale(&auth, &user()), None);
        // A token from before the stream began may have been revoked in one that was lost.
        let before = user().claim("iat", now() / 1_000_000 - 60);
        assert_eq!(stale(&auth, &before), Some(Cause::Fleet));
    }
}

#[actix_web::test]
async fn environments_do_not_hear_each_other() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let alice = user();
    let one = member(&redis).await;
    let two = auth();
    let other = Fleet::redis(redis.url()).prefix("other");
    two.join_fleet(other).await.unwrap();
    one.mark_stale(Mark::user(&alice.user_id())).await.unwrap();
    two.mark_stale(Mark::user(&user().user_id())).await.unwrap();
    assert_eq!(stale(&two, &alice), None);
    assert!(stale(&one, &alice).is_some());
}

#[actix_web::test]
async fn settings_that_cannot_work_are_named() {
    for (fleet, word) in [
        (
            Fleet::redis("http://127.0.0.1:6379"),
            "PROPELAUTH_REDIS_URL",
        ),
        (Fleet::redis("redis://:s3cret@[::x"), "PROPELAUTH_REDIS_URL"),
        (Fleet::redis(""), "PROPELAUTH_REDIS_URL"),
        (Fleet::redis("rediss://:s3cret@127.0.0.1:6379"), "TLS"),
        (
            Fleet::redis("redis://127.0.0.1")
                .when_blind(WhenBlind::DenyAfter(Duration::from_millis(999))),
            "1 second",
        ),
        (
            Fleet::redis("redis://127.0.0.1").join_timeout(Duration::ZERO),
            "join_timeout",
        ),
        (
            Fleet::redis("redis://127.0.0.1").write_timeout(Duration::ZERO),
            "write_timeout",
        ),
        (
            Fleet::redis("redis://127.0.0.1").response_timeout(Duration::ZERO),
            "response_timeout",
        ),
    ] {
        let error = auth().join_fleet(fleet.clone()).await.unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        assert!(
            propel_auth_builder().fleet(fleet).build().is_err(),
            "{error}"
        );
    }
}

#[actix_web::test]
async fn without_a_server_a_handle_can_start_blind_and_joins_later() {
    if !is_installed() {
        return;
    }
    let mut redis = RedisServer::start(Data::Kept);
    redis.kill();
    let fleet = || {
        Fleet::redis(redis.url())
            .join_timeout(Duration::from_millis(100))
            .start_blind()
    };
    let goes_on = auth();
    goes_on.join_fleet(fleet()).await.unwrap();
    let denies = auth();
    let bound = WhenBlind::DenyAfter(Duration::from_secs(1));
    denies.join_fleet(fleet().when_blind(bound)).await.unwrap();

    // One goes on, and says so. The other denies, and is not ready.
    let header = user().authorization_header();
    assert!(denied(&goes_on, &header).is_none() && goes_on.is_ready());
    assert!(matches!(
        denied(&denies, &header),
        Some(Denied::Unreachable { .. })
    ));
    assert!(!denies.is_ready());
    assert!(
        denies
            .readiness()
            .to_string()
            .contains("marks of the fleet")
    );
    let status = goes_on.fleet_status().unwrap();
    assert!(status.problem.unwrap().contains("cannot be reached"));
    assert!(goes_on.staleness().unwrap() >= Duration::from_millis(100));

    // A mark of this time is kept, and written once the server is there.
    let bob = user();
    let recorded = goes_on.mark_stale(Mark::user(&bob.user_id()));
    redis.launch();
    recorded.await.unwrap();
    eventually(|| denies.is_ready() && stale_or_blind(&denies, &bob)).await;
    let later = user().claim("iat", now() / 1_000_000 + 2);
    eventually(|| denied(&denies, &later.authorization_header()).is_none()).await;
}

fn stale_or_blind(auth: &PropelAuth, user: &TestUser) -> bool {
    denied(auth, &user.authorization_header())
        .is_some_and(|it| matches!(it, Denied::Unauthorized(_)))
}

#[actix_web::test]
async fn a_handle_that_is_built_without_waiting_is_not_ready_until_it_has_caught_up() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    drop(member(&redis).await);
    let fleet = Fleet::redis(redis.url());
    let auth = propel_auth_builder().fleet(fleet).build().unwrap();
    // The connection takes longer than this.
    assert!(!auth.is_ready());
    eventually(|| auth.is_ready()).await;
    let again = auth.join_fleet(Fleet::redis(redis.url())).await;
    assert!(matches!(again, Err(FleetError::AlreadyJoined)));
}

#[actix_web::test]
async fn the_thread_ends_with_the_last_handle() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let connections = || {
        let clients = redis.command(&["CLIENT", "LIST", "TYPE", "normal"]);
        clients.matches("id=").count()
    };
    let before = connections();
    let auth = member(&redis).await;
    let clone = auth.clone();
    auth.mark_stale(Mark::everyone()).await.unwrap();
    assert_eq!(connections(), before + 2);
    drop(auth);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(connections(), before + 2);
    drop(clone);
    eventually(|| connections() == before).await;
}
