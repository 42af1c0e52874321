//! Clocks that are wrong or are set: those of instances, and that of the server, which the ids of entries have.

use std::time::{Duration, SystemTime};

use actix_web_propelauth::{
    PropelAuth,
    fleet::Fleet,
    freshness::{Cause, Mark},
    testing::{HasAccessToken as _, TestClock, TestUser, propel_auth_builder},
};

use crate::{
    history::now,
    logs,
    members::{KEY, denied, eventually, member, stale, user},
    redis_server::{Data, RedisServer, is_installed},
};

const HOUR: i64 = 3600;

/// Returns a member whose clock is this many seconds ahead of that of the server.
async fn member_ahead(redis: &RedisServer, seconds: i64) -> PropelAuth {
    logs::keep();
    let away = Duration::from_secs(seconds.unsigned_abs());
    let clock = move || match seconds {
        ..0 => SystemTime::now() - away,
        _ => SystemTime::now() + away,
    };
    let auth = propel_auth_builder().clock(clock).build().unwrap();
    auth.join_fleet(Fleet::redis(redis.url())).await.unwrap();
    auth
}

/// Adds an entry that was written when the server's clock had this time, in milliseconds, and returns its id.
fn write_at(redis: &RedisServer, millis: i64, previous: &str, user: &str, at: i64) -> String {
    let (id, at) = (format!("{millis}-0"), at.to_string());
    let answer = redis.command(&[
        "XADD", KEY, &id, "v", "1", "p", previous, "kind", "user", "user", user, "org", "", "at",
        &at, "cause", "by_hand",
    ]);
    assert!(answer.starts_with('$'), "{answer}");
    id
}

fn seconds() -> i64 {
    now() / 1_000_000
}

/// As if the server's clock had been set forward by an hour after the entry was written: by it, the entry is too
/// old to matter. By the instance's clock, which is right, it is not.
#[actix_web::test]
async fn a_server_whose_clock_was_set_forward_hides_no_mark_from_an_instance_that_starts() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let then = seconds() - HOUR;
    let alice = user().claim("iat", then - 10).claim("exp", then + 1790);
    write_at(
        &redis,
        (then - 1) * 1000,
        "0-0",
        alice.user_id().as_str(),
        then,
    );
    let auth = member_ahead(&redis, -HOUR).await;
    assert_eq!(stale(&auth, &alice), Some(Cause::ByHand));
    assert_eq!(auth.fleet_status().unwrap().histories_lost, 0);
    let lines = logs::text();
    let mut lines = lines
        .lines()
        .filter(|it| it.contains("fleet_clocks_differ"));
    assert!(lines.any(
        |it| (it.contains("3600 s ahead of") || it.contains("3599 s ahead of"))
            && it.contains("Set both by NTP")
    ));
}

/// The same, and another instance has trimmed by the server's time.
#[actix_web::test]
async fn what_was_trimmed_by_a_clock_that_was_set_forward_is_lost_history() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let then = seconds() - HOUR;
    let alice = user().claim("iat", then - 10).claim("exp", then + 1790);
    let first = write_at(
        &redis,
        (then - 1) * 1000,
        "0-0",
        alice.user_id().as_str(),
        then,
    );
    write_at(&redis, then * 1000, &first, "someone", then);
    redis.command(&["XDEL", KEY, &first]);
    let auth = member_ahead(&redis, -HOUR).await;
    assert_eq!(stale(&auth, &alice), Some(Cause::Fleet));
    // It is not known which clock is right: everything up to the later one may have been about a lost mark.
    let between = user().claim("iat", then + 1800);
    assert_eq!(stale(&auth, &between), Some(Cause::Fleet));
}

/// The server's clock was an hour ahead, and is right now. Ids go on from where they were.
#[actix_web::test]
async fn a_server_whose_clock_was_set_back_is_followed_and_a_hole_is_lost_once() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let (alice, later) = (user().claim("iat", seconds()), (seconds() + HOUR) * 1000);
    write_at(&redis, later, "0-0", alice.user_id().as_str(), seconds());
    let one = member(&redis).await;
    assert_eq!(stale(&one, &alice), Some(Cause::ByHand));
    let bob = user().claim("iat", seconds());
    one.mark_stale(Mark::user(&bob.user_id())).await.unwrap();
    let two = member(&redis).await;
    assert_eq!(stale(&two, &bob), Some(Cause::ByHand));
    for auth in [&one, &two] {
        assert_eq!(auth.fleet_status().unwrap().histories_lost, 0);
    }
    // A hole in what has ids of the future.
    let last = redis.command(&["XREVRANGE", KEY, "+", "-", "COUNT", "1"]);
    let last = last.lines().nth(3).unwrap();
    let second = write_at(&redis, later + 10, last, "someone", seconds());
    write_at(&redis, later + 20, &second, "someone", seconds());
    redis.command(&["XDEL", KEY, &second]);
    let three = member(&redis).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(three.fleet_status().unwrap().histories_lost, 1);
    assert_eq!(
        stale(&three, &user().claim("iat", seconds() - 60)),
        Some(Cause::Fleet)
    );
    // It is of now, and not of the future: tokens of a new login speak.
    let new = user().claim("iat", seconds() + 2);
    assert!(denied(&three, &new.authorization_header()).is_none());
}

#[actix_web::test]
async fn a_mark_of_an_instance_that_is_days_ahead_of_the_server_is_believed() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let days = 3 * 24 * HOUR;
    let (one, two) = (
        member_ahead(&redis, days).await,
        member_ahead(&redis, days).await,
    );
    let alice = user()
        .claim("iat", seconds() + days - 10)
        .claim("exp", seconds() + days + 1000);
    assert_eq!(stale(&two, &alice), None);
    one.mark_stale(Mark::user(&alice.user_id())).await.unwrap();
    eventually(|| stale(&two, &alice) == Some(Cause::ByHand)).await;
}

/// Whatever happens to the clock of an instance that follows, it keeps what it read and reads on.
#[actix_web::test]
async fn a_clock_that_is_set_while_an_instance_follows_loses_nothing() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let clock = TestClock::new();
    let auth = propel_auth_builder().clock(clock.to_fn()).build().unwrap();
    auth.join_fleet(Fleet::redis(redis.url())).await.unwrap();
    let (other, begun) = (member(&redis).await, clock.now());
    let user = || user().claim("iat", begun);
    let users: Vec<TestUser> = (0..3).map(|_| user()).collect();
    for (set, user) in [HOUR, -HOUR, 0].into_iter().zip(&users) {
        clock.freeze(begun + set);
        other.mark_stale(Mark::user(&user.user_id())).await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    clock.resume();
    for user in &users {
        assert_eq!(stale(&auth, user), Some(Cause::ByHand));
    }
    let status = auth.fleet_status().unwrap();
    assert_eq!(status.histories_lost, 0, "{status}");
}

/// An entry of a newer version whose id is in the future, because the server's clock was.
#[actix_web::test]
async fn an_entry_of_the_future_that_cannot_be_read_denies_nobody_until_then() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let auth = member(&redis).await;
    let last = redis.command(&["XREVRANGE", KEY, "+", "-", "COUNT", "1"]);
    let id = format!("{}-0", (seconds() + HOUR) * 1000);
    let alice = user().claim("iat", seconds());
    redis.command(&[
        "XADD",
        KEY,
        &id,
        "v",
        "2",
        "p",
        last.lines().nth(3).unwrap(),
    ]);
    eventually(|| stale(&auth, &alice) == Some(Cause::Fleet)).await;
    let later = user().claim("iat", seconds() + 2);
    assert_eq!(stale(&auth, &later), None);
}
