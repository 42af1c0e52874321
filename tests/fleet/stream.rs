//! The stream on the server: what is trimmed, and what is written once.

use std::time::Duration;

use actix_web_propelauth::{
    freshness::{Cause, Mark},
    testing::TestUser,
};

use crate::{
    history::now,
    members::{KEY, eventually, member, stale, user},
    redis_server::{Data, RedisServer, is_installed},
};

#[actix_web::test]
async fn entries_that_no_token_is_old_enough_for_are_trimmed_and_missed_by_none() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let auth = member(&redis).await;
    drop(auth);
    // As if the stream had been written for a day: more than fits into one of the server's nodes.
    redis.command(&["DEL", KEY]);
    let day_ago = now() / 1000 - 24 * 60 * 60 * 1000;
    let mut previous = "0-0".to_owned();
    for number in 0..300 {
        let id = format!("{}-0", day_ago + number);
        let at = (day_ago / 1000).to_string();
        redis.command(&[
            "XADD", KEY, &id, "v", "1", "p", &previous, "kind", "user", "user", "u", "org", "",
            "at", &at, "cause", "by_hand",
        ]);
        previous = id;
    }
    let auth = member(&redis).await;
    auth.mark_stale(Mark::user(&user().user_id()))
        .await
        .unwrap();
    let length = redis.command(&["XLEN", KEY]);
    let length: usize = length.trim_start_matches(':').trim_end().parse().unwrap();
    assert!(length < 150, "{length} entries");
    let status = auth.fleet_status().unwrap();
    assert_eq!(status.histories_lost, 0, "{status}");
}

#[actix_web::test]
async fn a_delivery_is_written_once_however_many_instances_got_it() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let length = || redis.command(&["XLEN", KEY]);
    let members = [
        member(&redis).await,
        member(&redis).await,
        member(&redis).await,
    ];
    let (alice, bob) = (user(), user());
    assert_eq!(length(), ":1\r\n");
    let mark = |user: &TestUser| Mark::user(&user.user_id()).of_delivery("msg_1");
    let all: Vec<_> = members
        .iter()
        .map(|it| it.mark_stale(mark(&alice)))
        .collect();
    for recorded in all {
        recorded.await.unwrap();
    }
    assert_eq!(length(), ":2\r\n");
    members[0].mark_stale(mark(&alice)).await.unwrap();
    assert_eq!(length(), ":2\r\n");
    // The same delivery can be about several users, and without an id each mark is one of its own.
    members[0].mark_stale(mark(&bob)).await.unwrap();
    assert_eq!(length(), ":3\r\n");
    members[0]
        .mark_stale(Mark::user(&alice.user_id()))
        .await
        .unwrap();
    assert_eq!(length(), ":4\r\n");

    // What could not be written does not count as written.
    redis.command(&["RENAME", KEY, "aside"]);
    redis.command(&["SET", KEY, "x"]);
    let recorded = members[1].mark_stale(mark(&alice).of_delivery("msg_2"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    redis.command(&["RENAME", "aside", KEY]);
    recorded.await.unwrap();
    assert_eq!(length(), ":5\r\n");
    redis.command(&["ACL", "SETUSER", "default", "-xadd"]);
    let recorded = members[1].mark_stale(mark(&alice).of_delivery("msg_3"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    redis.command(&["ACL", "SETUSER", "default", "+xadd"]);
    recorded.await.unwrap();
    assert_eq!(length(), ":6\r\n");
}

#[actix_web::test]
async fn what_one_instance_finds_lost_is_told_to_the_others() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let one = member(&redis).await;
    for _ in 0..3 {
        one.mark_stale(Mark::user(&user().user_id())).await.unwrap();
    }
    let alice = user().claim("iat", now() / 1_000_000);
    assert_eq!(stale(&one, &alice), None);
    // The first instance has read all of them, and does not miss what is deleted in between.
    let all = redis.command(&["XRANGE", KEY, "-", "+"]);
    let id = |line: &&str| line.contains('-') && line.starts_with(|c: char| c.is_ascii_digit());
    let ids: Vec<_> = all.lines().filter(id).collect();
    // Each entry has its own id and that of the one before it.
    redis.command(&["XDEL", KEY, ids[2]]);
    let two = member(&redis).await;
    assert_eq!(two.fleet_status().unwrap().histories_lost, 1);
    eventually(|| stale(&one, &alice) == Some(Cause::Fleet)).await;
    assert_eq!(one.fleet_status().unwrap().histories_lost, 0);
}

#[actix_web::test]
async fn marks_that_are_too_many_to_keep_become_one_of_everyone_for_the_others() {
    if !is_installed() {
        return;
    }
    let mut redis = RedisServer::start(Data::Kept);
    let (one, two) = (member(&redis).await, member(&redis).await);
    let alice = user().claim("iat", now() / 1_000_000);
    redis.kill();
    for number in 0..10_050_u32 {
        drop(one.mark_stale(Mark::user(&number.to_string().as_str().into())));
    }
    assert_eq!(stale(&two, &alice), None);
    redis.launch();
    eventually(|| stale(&two, &alice) == Some(Cause::Fleet)).await;
    assert_eq!(two.fleet_status().unwrap().histories_lost, 0);
}
