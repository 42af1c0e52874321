//! The moment that a token is checked at: the very second counts, whatever the clock says.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web_propelauth::testing::propel_auth_builder;

use serde_json::json;

use crate::fixtures::{HEADER, accepts, alice, refuses, sign};

const TIME: u64 = 1_900_000_000;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[actix_web::test]
async fn the_boundary_is_the_very_second() {
    let table = [
        // (case, leeway, now, exp, nbf, accepted)
        ("C02 one before exp", 0, TIME - 1, TIME, 0, true),
        ("C02 at exp", 0, TIME, TIME, 0, false),
        ("C02 one after exp", 0, TIME + 1, TIME, 0, false),
        ("C02 one before exp + leeway", 60, TIME + 59, TIME, 0, true),
        ("C02 at exp + leeway", 60, TIME + 60, TIME, 0, false),
        ("C05 one before nbf", 0, TIME - 1, TIME + 9, TIME, false),
        ("C05 at nbf", 0, TIME, TIME + 9, TIME, true),
        ("C05 at nbf - leeway", 60, TIME - 60, TIME + 9, TIME, true),
        (
            "C05 one before nbf - leeway",
            60,
            TIME - 61,
            TIME + 9,
            TIME,
            false,
        ),
    ];
    for (case, leeway, now, exp, nbf, accepted) in table {
        let auth = propel_auth_builder()
            .leeway(Duration::from_secs(leeway))
            .clock(move || at(now))
            .build()
            .unwrap();
        let payload = alice().claim("exp", exp).claim("nbf", nbf).claims();
        let token = sign(HEADER, payload.to_string());
        if accepted {
            accepts(&auth, &token, case).await;
        } else {
            refuses(&auth, &token, case).await;
        }
    }
}

#[actix_web::test]
async fn no_clock_makes_it_panic() {
    let now = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&now);
    let auth = propel_auth_builder()
        .clock(move || at(clock.load(Ordering::Relaxed)))
        .build()
        .unwrap();
    let token = sign(HEADER, alice().claim("exp", TIME).claims().to_string());
    for (case, seconds, accepted) in [
        ("C12 1970", 0, true),
        ("C12 2262", 9_214_646_400, false),
        ("C12 back again", TIME - 1, true),
        ("C12 far beyond", 1 << 55, false),
    ] {
        now.store(seconds, Ordering::Relaxed);
        if accepted {
            accepts(&auth, &token, case).await;
        } else {
            refuses(&auth, &token, case).await;
        }
    }
    let before_1970 = UNIX_EPOCH - Duration::from_secs(31_536_000);
    let auth = propel_auth_builder()
        .clock(move || before_1970)
        .build()
        .unwrap();
    accepts(&auth, &token, "C12 1969").await;
    let later = alice().claim("exp", -20_000_000).claims().to_string();
    accepts(&auth, &sign(HEADER, later), "C12 1969, expires after").await;
    let negative = sign(
        HEADER,
        alice().claim("exp", -40_000_000).claims().to_string(),
    );
    refuses(&auth, &negative, "C12 1969, expired before").await;
}

#[test]
fn what_a_user_says_of_its_time_is_in_whole_seconds_rounded_down() {
    for (iat, issued_at) in [
        (json!(1_700_000_000), Some(1_700_000_000)),
        (json!(1_700_000_000.9), Some(1_700_000_000)),
        (json!(-0.5), Some(-1)),
    ] {
        let user = alice()
            .claim("iat", iat)
            .claim("exp", 4_000_000_000.75)
            .user();
        assert_eq!(user.issued_at, issued_at);
        assert_eq!(user.expires_at, 4_000_000_000);
    }
}
