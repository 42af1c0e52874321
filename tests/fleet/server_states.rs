//! Servers that load their data, have no memory, or have entries in the stream that this version did not write.

use std::time::Duration;

use actix_web_propelauth::{
    fleet::{Fleet, FleetError},
    freshness::{Cause, Mark},
};

use crate::{
    history::now,
    logs,
    members::{KEY, auth, eventually, member, stale, user},
    redis_server::{Data, RedisServer, is_installed},
};

#[actix_web::test]
async fn a_server_that_loads_its_data_is_waited_for() {
    if !is_installed() {
        return;
    }
    let mut redis = RedisServer::start(Data::Kept);
    let alice = user().claim("iat", now() / 1_000_000);
    let first = member(&redis).await;
    first
        .mark_stale(Mark::user(&alice.user_id()))
        .await
        .unwrap();
    drop(first);
    redis.command(&[
        "EVAL",
        "for i = 1, 4000 do redis.call('SET', 'k' .. i, 'x') end",
        "0",
    ]);
    redis.command(&["BGREWRITEAOF"]);
    eventually(|| {
        !redis
            .command(&["INFO", "persistence"])
            .contains("rewrite_in_progress:1")
    })
    .await;
    redis.kill();
    redis.launch_slowly();
    let impatient = Fleet::redis(redis.url()).join_timeout(Duration::from_millis(700));
    let error = auth().join_fleet(impatient.clone()).await.unwrap_err();
    assert!(matches!(error, FleetError::NotReady { .. }), "{error:?}");
    auth().join_fleet(impatient.start_blind()).await.unwrap();

    let patient = auth();
    patient.join_fleet(Fleet::redis(redis.url())).await.unwrap();
    assert_eq!(stale(&patient, &alice), Some(Cause::ByHand));
    assert_eq!(patient.fleet_status().unwrap().histories_lost, 0);
}

/// A full server still shows what it has.
#[actix_web::test]
async fn a_server_without_memory_is_read_and_written_to_once_it_has_some() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let fleet = || Fleet::redis(redis.url()).write_timeout(Duration::from_millis(200));
    let one = auth();
    one.join_fleet(fleet()).await.unwrap();
    let alice = user().claim("iat", now() / 1_000_000);
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let two = auth();
    two.join_fleet(fleet()).await.unwrap();
    let error = one
        .mark_stale(Mark::user(&alice.user_id()))
        .await
        .unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("`maxmemory`"), "{text}");
    eventually(|| {
        let lines = logs::text();
        let mut lines = lines.lines().filter(|it| it.contains("fleet_not_written"));
        lines.any(|it| it.contains("OOM") && it.contains("They hold on this instance"))
    })
    .await;
    // It holds where it was set, and both still see the stream.
    assert_eq!(stale(&one, &alice), Some(Cause::ByHand));
    assert_eq!(stale(&two, &alice), None);
    assert!(two.staleness().unwrap() < Duration::from_secs(5));
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    eventually(|| stale(&two, &alice) == Some(Cause::ByHand)).await;
}

/// A new stream cannot be created without memory, and no instance starts without one.
#[actix_web::test]
async fn a_server_without_memory_and_without_a_stream_is_an_error_with_a_remedy() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let fleet = Fleet::redis(redis.url()).join_timeout(Duration::from_millis(300));
    let error = auth().join_fleet(fleet).await.unwrap_err();
    assert!(matches!(error, FleetError::CannotWrite { .. }), "{error:?}");
}

#[actix_web::test]
async fn entries_of_other_programs_are_passed_over_and_said() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let (one, alice, bob) = (
        member(&redis).await,
        user().claim("iat", now() / 1_000_000),
        user(),
    );
    let id = redis.command(&["XADD", KEY, "*", "temperature", "20"]);
    one.mark_stale(Mark::user(&alice.user_id())).await.unwrap();
    let two = member(&redis).await;
    assert_eq!(stale(&two, &alice), Some(Cause::ByHand));
    assert_eq!(stale(&two, &bob), None);
    assert_eq!(two.fleet_status().unwrap().histories_lost, 0);
    let id = id.lines().nth(1).unwrap();
    let lines = logs::text();
    let line = lines
        .lines()
        .find(|it| it.contains("fleet_foreign_entry") && it.contains(id));
    let line = line.unwrap();
    assert!(
        line.contains("is ignored") && line.contains("`.prefix(…)`"),
        "{line}"
    );
}

#[actix_web::test]
async fn an_entry_of_a_newer_version_denies_everyone_once() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let (one, alice) = (member(&redis).await, user().claim("iat", now() / 1_000_000));
    let last = redis.command(&["XREVRANGE", KEY, "+", "-", "COUNT", "1"]);
    let previous = last.lines().nth(3).unwrap().to_owned();
    let id = redis.command(&["XADD", KEY, "*", "v", "2", "p", &previous, "what", "ever"]);
    eventually(|| stale(&one, &alice) == Some(Cause::Fleet)).await;
    let two = member(&redis).await;
    assert_eq!(stale(&two, &alice), Some(Cause::Fleet));
    // It is a part of the history, and no hole in it.
    one.mark_stale(Mark::user(&"someone".into())).await.unwrap();
    for auth in [&one, &two] {
        let later = user().claim("iat", now() / 1_000_000 + 2);
        assert_eq!(stale(auth, &later), None);
        assert_eq!(auth.fleet_status().unwrap().histories_lost, 0);
    }
    let id = id.lines().nth(1).unwrap();
    let lines = logs::text();
    let line = lines
        .lines()
        .find(|it| it.contains("fleet_newer_entry") && it.contains(id));
    assert!(line.unwrap().contains("Update this instance"));
}
