//! Joining: what is read back, what is denied until then, and what bad servers and settings are answered
//! with.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use actix_web_propelauth::{
    Denied, InitError, InvalidToken, PropelAuth, Unauthorized,
    fleet::{Fleet, FleetError, WhenBlind},
    freshness::{Cause, Mark},
    testing::{HasAccessToken as _, TestUser, propel_auth_builder},
};

use crate::{
    history::now,
    redis_server::{Data, RedisServer, is_installed},
};

fn auth() -> PropelAuth {
    propel_auth_builder().build().unwrap()
}

/// Returns a member of the fleet on this server.
async fn member(redis: &RedisServer) -> PropelAuth {
    let auth = auth();
    auth.join_fleet(Fleet::redis(redis.url())).await.unwrap();
    auth
}

fn closed_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Returns the cause because of which a user's token does not speak.
fn stale(auth: &PropelAuth, user: &TestUser) -> Option<Cause> {
    let header = user.authorization_header();
    denied(auth, &header).map(|denied| match denied {
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(cause))) => cause,
        other => panic!("{other:?}"),
    })
}

fn denied(auth: &PropelAuth, header: &str) -> Option<Denied> {
    auth.validate_access_token_and_get_user(header).err()
}

/// Waits until something is so, and returns how long it took.
async fn eventually(mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(10), "never");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    start.elapsed()
}

/// Returns a user whose token was issued a while ago, but after the stream began.
fn user() -> TestUser {
    TestUser::new("alice@example.com")
}

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
async fn a_server_that_is_away_is_an_error_with_a_remedy() {
    let url = format!("redis://:s3cret@127.0.0.1:{}", closed_port());
    let fleet = || Fleet::redis(url.as_str()).join_timeout(Duration::from_millis(200));
    let error = auth().join_fleet(fleet()).await.unwrap_err();
    assert!(matches!(error, FleetError::Unreachable { .. }), "{error:?}");
    let text = format!("{error} {error:?} {:?}", fleet());
    assert!(
        text.contains("Check that it runs") && !text.contains("s3cret"),
        "{text}"
    );

    let builder = propel_auth_builder().fleet(fleet());
    let error = builder.fetch_and_init().await.unwrap_err();
    assert!(matches!(error, InitError::Fleet(_)), "{error:?}");
    assert_eq!(error.code(), "fleet_not_joined");
    let text = format!("{error:?}");
    assert!(
        text.contains("`.start_blind()`") && text.contains("Check that it runs"),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
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
async fn a_password_that_is_wrong_is_said_at_once() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    redis.command(&["CONFIG", "SET", "requirepass", "secret"]);
    let start = Instant::now();
    for url in [
        redis.url(),
        format!("redis://:wr0ng@127.0.0.1:{}", redis.port),
    ] {
        let error = auth().join_fleet(Fleet::redis(url)).await.unwrap_err();
        assert!(matches!(error, FleetError::Access { .. }), "{error:?}");
        assert!(!error.to_string().contains("wr0ng"), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(5));
    let url = format!("redis://:secret@127.0.0.1:{}", redis.port);
    auth().join_fleet(Fleet::redis(url)).await.unwrap();
}

#[actix_web::test]
async fn a_key_of_another_program_is_said_at_once() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let key = "propelauth:{https://auth.propelauth.test}:marks";
    for command in [
        ["SET", key, "x"].as_slice(),
        &["RPUSH", key, "x"],
        &["HSET", key, "x", "y"],
    ] {
        redis.command(&["DEL", key]);
        redis.command(command);
        let error = auth()
            .join_fleet(Fleet::redis(redis.url()))
            .await
            .unwrap_err();
        assert!(matches!(error, FleetError::Occupied { .. }), "{error:?}");
        let text = error.to_string();
        assert!(
            text.contains(key) && text.contains("`.prefix(…)`"),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn a_replica_is_not_taken_for_a_primary() {
    if !is_installed() {
        return;
    }
    let (primary, replica) = (
        RedisServer::start(Data::Lost),
        RedisServer::start(Data::Lost),
    );
    replica.command(&["REPLICAOF", "127.0.0.1", &primary.port.to_string()]);
    let fleet = Fleet::redis(replica.url()).join_timeout(Duration::from_secs(1));
    let error = auth().join_fleet(fleet).await.unwrap_err();
    assert!(error.to_string().contains("not a replica"), "{error}");
}

#[actix_web::test]
async fn entries_that_no_token_is_old_enough_for_are_trimmed_and_missed_by_none() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let key = "propelauth:{https://auth.propelauth.test}:marks";
    let auth = member(&redis).await;
    drop(auth);
    // As if the stream had been written for a day: more than fits into one of the server's nodes.
    redis.command(&["DEL", key]);
    let day_ago = now() / 1000 - 24 * 60 * 60 * 1000;
    let mut previous = "0-0".to_owned();
    for number in 0..300 {
        let id = format!("{}-0", day_ago + number);
        let at = (day_ago / 1000).to_string();
        redis.command(&[
            "XADD", key, &id, "v", "1", "p", &previous, "kind", "user", "user", "u", "org", "",
            "at", &at, "cause", "by_hand",
        ]);
        previous = id;
    }
    let auth = member(&redis).await;
    auth.mark_stale(Mark::user(&user().user_id()))
        .await
        .unwrap();
    let length = redis.command(&["XLEN", key]);
    let length: usize = length.trim_start_matches(':').trim_end().parse().unwrap();
    assert!(length < 150, "{length} entries");
    let status = auth.fleet_status().unwrap();
    assert_eq!(status.histories_lost, 0, "{status}");
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

#[actix_web::test]
async fn a_delivery_is_written_once_however_many_instances_got_it() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let key = "propelauth:{https://auth.propelauth.test}:marks";
    let length = || redis.command(&["XLEN", key]);
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
    redis.command(&["RENAME", key, "aside"]);
    redis.command(&["SET", key, "x"]);
    let recorded = members[1].mark_stale(mark(&alice).of_delivery("msg_2"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    redis.command(&["RENAME", "aside", key]);
    recorded.await.unwrap();
    assert_eq!(length(), ":5\r\n");
    redis.command(&["ACL", "SETUSER", "default", "-xadd"]);
    let recorded = members[1].mark_stale(mark(&alice).of_delivery("msg_3"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    redis.command(&["ACL", "SETUSER", "default", "+xadd"]);
    recorded.await.unwrap();
    assert_eq!(length(), ":6\r\n");
}
