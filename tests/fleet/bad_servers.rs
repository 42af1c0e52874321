//! Servers that cannot be used, now or ever: what joining and the log say about each, and what to do.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use actix_web_propelauth::{
    Denied, InitError,
    fleet::{Fleet, FleetError, WhenBlind},
    freshness::Mark,
    testing::{HasAccessToken as _, propel_auth_builder},
};

use crate::{
    logs,
    members::{KEY, auth, closed_port, denied, user},
    redis_server::{Data, RedisServer, is_installed},
};

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
    for command in [
        ["SET", KEY, "x"].as_slice(),
        &["RPUSH", KEY, "x"],
        &["HSET", KEY, "x", "y"],
    ] {
        redis.command(&["DEL", KEY]);
        redis.command(command);
        let error = auth()
            .join_fleet(Fleet::redis(redis.url()))
            .await
            .unwrap_err();
        assert!(matches!(error, FleetError::Occupied { .. }), "{error:?}");
        let text = error.to_string();
        assert!(
            text.contains(KEY) && text.contains("`.prefix(…)`"),
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

/// Starts a server that answers each command with this error, and returns its URL.
fn server_that_says(error: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                let mut bytes = [0; 64 * 1024];
                while let Ok(length @ 1..) = stream.read(&mut bytes) {
                    let lines = bytes[..length].split(|byte| *byte == b'\n');
                    let commands = lines.filter(|line| line.starts_with(b"*")).count();
                    let answer = format!("-{error}\r\n").repeat(commands);
                    if stream.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    format!("redis://127.0.0.1:{port}")
}

/// Each error of a server is told apart, and names what to do. Nothing is admitted that an instance could not
/// know of, if it is to deny.
#[actix_web::test]
async fn what_a_server_says_is_passed_on_with_a_remedy() {
    for (said, remedy) in [
        (
            "LOADING Redis is loading the dataset in memory",
            "asked again until it is",
        ),
        ("BUSY Redis is busy running a script", "what keeps it busy"),
        (
            "MASTERDOWN Link with MASTER is down",
            "asked again until it is",
        ),
        (
            "OOM command not allowed when used memory > 'maxmemory'",
            "`maxmemory`",
        ),
        (
            "MISCONF Redis is configured to save RDB snapshots",
            "disk space",
        ),
        ("NOREPLICAS Not enough good replicas to write.", "replicas"),
        (
            "READONLY You can't write against a read only replica.",
            "not a replica",
        ),
        ("MOVED 1 127.0.0.1:1", "not a shard of a cluster"),
        ("ERR unknown command 'EVAL'", "Redis 6.2 or later"),
        (
            "NOPERM this user has no permissions",
            "that the user may run",
        ),
        (
            "WRONGPASS invalid username-password pair",
            "password in the URL",
        ),
        ("ERR max number of clients reached", "the Redis server"),
        ("", "the Redis server"),
        ("\u{fffd}\u{1}", "the Redis server"),
    ] {
        let auth = auth();
        let fleet = Fleet::redis(server_that_says(said))
            .join_timeout(Duration::from_millis(300))
            .when_blind(WhenBlind::DenyAfter(Duration::from_secs(1)));
        let error = auth.join_fleet(fleet.clone()).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(remedy), "{said}: {text}");

        // A handle that does not wait for it is not ready, and admits no token.
        let auth = propel_auth_builder().fleet(fleet).build().unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let denied = denied(&auth, &user().authorization_header());
        assert!(
            matches!(denied, Some(Denied::Unreachable { .. })),
            "{said}: {denied:?}"
        );
        assert!(!auth.is_ready(), "{said}");
    }
    let lines = logs::text();
    // Lines of other tests are among them.
    for part in ["is loading the dataset", "OOM", "read only replica"] {
        let parts = ["fleet_blind", part, "denied with 503"];
        let is_logged = |line: &str| parts.iter().all(|part| line.contains(part));
        assert!(lines.lines().any(is_logged), "{part}: {lines}");
    }
}

/// The commands that the page of `Fleet` lists are enough, and the lack of each is said at once.
#[actix_web::test]
async fn a_user_needs_the_commands_that_are_listed_and_no_others() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let commands = [
        "eval", "xadd", "xread", "xrange", "xinfo", "type", "time", "exists", "get", "set",
    ];
    let allow = |commands: &[&str]| {
        let mut words = vec![
            "ACL",
            "SETUSER",
            "app",
            "reset",
            "on",
            ">secret",
            "~propelauth:*",
        ];
        let commands: Vec<_> = commands.iter().map(|it| format!("+{it}")).collect();
        words.extend(commands.iter().map(String::as_str));
        assert_eq!(redis.command(&words), "+OK\r\n");
    };
    let url = format!("redis://app:secret@127.0.0.1:{}", redis.port);
    allow(&commands);
    let one = auth();
    one.join_fleet(Fleet::redis(url.as_str())).await.unwrap();
    let mark = Mark::user(&user().user_id()).of_delivery("msg_1");
    one.mark_stale(mark).await.unwrap();
    drop(one);
    for missing in ["eval", "xread", "xrange", "xinfo", "type", "time"] {
        let rest: Vec<_> = commands
            .iter()
            .copied()
            .filter(|it| *it != missing)
            .collect();
        allow(&rest);
        let begun = Instant::now();
        let error = auth()
            .join_fleet(Fleet::redis(url.as_str()))
            .await
            .unwrap_err();
        assert!(
            matches!(error, FleetError::Access { .. }),
            "{missing}: {error:?}"
        );
        assert!(error.to_string().contains("lists"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{missing}");
    }
    // Other keys are no business of this user.
    allow(&commands);
    let foreign = Fleet::redis(url.as_str()).prefix("other");
    let error = auth().join_fleet(foreign).await.unwrap_err();
    assert!(matches!(error, FleetError::Access { .. }), "{error:?}");
}
