//! Members of a fleet in this process, and what a token is answered with.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use actix_web_propelauth::{
    Denied, InvalidToken, PropelAuth, Unauthorized,
    fleet::Fleet,
    freshness::Cause,
    testing::{HasAccessToken as _, TestUser, propel_auth_builder},
};

use crate::{logs, redis_server::RedisServer};

/// The key of the stream without a prefix of its own.
pub(crate) const KEY: &str = "propelauth:{https://auth.propelauth.test}:marks";

pub(crate) fn auth() -> PropelAuth {
    logs::keep();
    propel_auth_builder().build().unwrap()
}

/// Returns a member of the fleet on this server.
pub(crate) async fn member(redis: &RedisServer) -> PropelAuth {
    let auth = auth();
    auth.join_fleet(Fleet::redis(redis.url())).await.unwrap();
    auth
}

pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Returns the cause because of which a user's token does not speak.
pub(crate) fn stale(auth: &PropelAuth, user: &TestUser) -> Option<Cause> {
    let header = user.authorization_header();
    denied(auth, &header).map(|denied| match denied {
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(cause))) => cause,
        other => panic!("{other:?}"),
    })
}

pub(crate) fn denied(auth: &PropelAuth, header: &str) -> Option<Denied> {
    auth.validate_access_token_and_get_user(header).err()
}

/// Waits until something is so, and returns how long it took.
pub(crate) async fn eventually(mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(10), "never");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    start.elapsed()
}

/// Returns a user whose token was issued a while ago, but after the stream began.
pub(crate) fn user() -> TestUser {
    TestUser::new("alice@example.com")
}
