//! The cache of verified tokens: as quick as it is, it changes no verdict.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web_propelauth::{
    PropelAuth,
    testing::{HasAccessToken as _, ISSUER, TestOrg, TestUser, propel_auth, propel_auth_builder},
};
use serde_json::json;

use crate::fixtures::{HEADER, alice, claims, sign};

fn verdict(auth: &PropelAuth, token: &str) -> Option<String> {
    let header = format!("Bearer {token}");
    let user = auth.validate_access_token_and_get_user(header.as_str());
    user.ok().map(|user| user.email.clone())
}

/// A clock that a test sets by hand, in seconds since 1970.
fn by_hand(start: u64) -> (Arc<AtomicU64>, impl Fn() -> SystemTime + Send + Sync) {
    let seconds = Arc::new(AtomicU64::new(start));
    let hand = Arc::clone(&seconds);
    let now = move || UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed));
    (hand, now)
}

#[test]
fn the_second_look_at_a_token_verifies_nothing_and_sees_the_same_user() {
    let auth = propel_auth();
    let acme = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let user = alice()
        .in_org(&acme, "Admin")
        .claim("properties", json!({"a": [1, null]}));
    let header = format!("bearer {}", user.access_token());
    let validate = || {
        auth.validate_access_token_and_get_user(header.as_str())
            .unwrap()
    };
    let (first, second) = (validate(), validate());
    assert_eq!(first, second, "K09");
    assert_eq!(
        serde_json::to_string(&first).unwrap(),
        serde_json::to_string(&second).unwrap()
    );
    assert_eq!(auth.verification_count(), 1);
    let stats = auth.token_cache_stats();
    assert_eq!(
        (stats.hits, stats.misses, stats.tokens),
        (1, 1, 1),
        "{stats:?}"
    );
}

#[test]
fn tokens_alike_at_both_ends_are_still_two() {
    let auth = propel_auth();
    let filler = "x".repeat(600);
    let tokens: Vec<_> = ["alice", "malet"]
        .map(|name| {
            let user = TestUser::new(format!("{name}@example.com"));
            user.claim("a", filler.clone())
                .claim("z", filler.clone())
                .access_token()
        })
        .into_iter()
        .collect();
    assert_eq!(tokens[0].len(), tokens[1].len());
    assert_eq!(tokens[0][..20], tokens[1][..20]);
    for _ in 0..3 {
        assert_eq!(
            verdict(&auth, &tokens[0]).as_deref(),
            Some("alice@example.com")
        );
        assert_eq!(
            verdict(&auth, &tokens[1]).as_deref(),
            Some("malet@example.com")
        );
        // The signature of one under the claims of the other.
        let (claims, _) = tokens[0].rsplit_once('.').unwrap();
        let (_, signature) = tokens[1].rsplit_once('.').unwrap();
        assert_eq!(
            verdict(&auth, &format!("{claims}.{signature}")),
            None,
            "K05"
        );
    }
    assert_eq!(auth.token_cache_stats().tokens, 2, "K05 changed nothing");
}

#[test]
fn time_is_looked_at_on_every_hit() {
    let (hand, now) = by_hand(1_000);
    let auth = propel_auth_builder()
        .clock(now)
        .leeway(Duration::from_secs(5))
        .build()
        .unwrap();
    let payload =
        json!({"iss": ISSUER, "user_id": "1", "email": "a@b.c", "nbf": 900, "exp": 2_000});
    let token = sign(HEADER, payload.to_string());
    for (second, is_valid) in [
        (1_000, true),
        (2_004, true),
        (2_005, false), // exp and leeway
        (1_000, true),
        (895, true),
        (894, false), // nbf and leeway
        (1_000, true),
    ] {
        hand.store(second, Ordering::Relaxed);
        assert_eq!(verdict(&auth, &token).is_some(), is_valid, "at {second}");
        assert_eq!(
            verdict(&auth, &token).is_some(),
            is_valid,
            "again at {second}"
        );
    }
}

#[test]
fn what_was_refused_is_not_kept() {
    let auth = propel_auth();
    for number in 0..1_000 {
        assert_eq!(
            verdict(&auth, &format!("eyJhbGciOiJSUzI1NiJ9.e30.{number}")),
            None
        );
    }
    let expired = alice().expires_in(-1).access_token();
    assert_eq!(verdict(&auth, &expired), None);
    assert_eq!(auth.token_cache_stats().tokens, 0);
}

#[test]
fn it_stays_within_its_bytes_and_counts_who_made_room() {
    let bytes = 64 * 1024;
    let auth = propel_auth_builder()
        .token_cache_bytes(bytes)
        .build()
        .unwrap();
    for number in 0..300 {
        let token = TestUser::new(format!("user{number}@example.com")).access_token();
        assert!(verdict(&auth, &token).is_some());
        let stats = auth.token_cache_stats();
        assert!(stats.bytes <= bytes, "{stats:?}");
    }
    let stats = auth.token_cache_stats();
    assert!(stats.tokens > 5 && stats.evictions > 200, "{stats:?}");
    assert_eq!(stats.tokens as u64 + stats.evictions, 300, "{stats:?}");
}

#[test]
fn by_default_it_holds_16_mib() {
    const MIB: u64 = 1024 * 1024;

    let auth = propel_auth();
    let filler = json!({"a": "x".repeat(9_000)});
    for number in 0..1_000 {
        let user = TestUser::new(format!("user{number}@example.com"));
        let token = user.claim("properties", filler.clone()).access_token();
        assert!(verdict(&auth, &token).is_some());
    }
    let stats = auth.token_cache_stats();
    assert!(stats.evictions > 0, "it is full: {stats:?}");
    // Its parts are filled each by itself, so that a little of every part stays empty.
    assert!((12 * MIB..=16 * MIB).contains(&stats.bytes), "{stats:?}");
}

#[test]
fn a_token_counts_for_the_memory_that_it_takes_and_no_giant_is_kept() {
    // An eighth of the room is 20 KB.
    let auth = propel_auth_builder()
        .token_cache_bytes(160_000)
        .build()
        .unwrap();
    let user = || TestUser::new("alice@example.com");
    assert!(verdict(&auth, &user().access_token()).is_some());
    let plain = auth.token_cache_stats();
    assert!(
        plain.tokens == 1 && (800..4_000).contains(&plain.bytes),
        "{plain:?}"
    );
    // As long as each other, and each object of the second is a map of its own.
    let text = user().claim("properties", json!({"a": "x".repeat(139)}));
    let objects = user().claim("properties", json!({"a": vec![json!({"": 0}); 20]}));
    let [text, objects] = [text, objects].map(|user| user.access_token());
    assert_eq!(text.len(), objects.len());
    assert!(verdict(&auth, &text).is_some());
    let with_text = auth.token_cache_stats();
    assert!(with_text.tokens == 2 && with_text.bytes < 4 * plain.bytes);
    assert!(verdict(&auth, &objects).is_some());
    let with_objects = auth.token_cache_stats();
    assert_eq!(with_objects.tokens, 3);
    assert!(
        with_objects.bytes - with_text.bytes > 20 * 600,
        "{with_objects:?}"
    );
    let giant = user().claim("properties", json!({"a": vec![json!({"": 0}); 40]}));
    assert!(verdict(&auth, &giant.access_token()).is_some());
    let after = auth.token_cache_stats();
    assert_eq!((after.tokens, after.bytes), (3, with_objects.bytes));
}

#[test]
fn two_verifiers_share_nothing() {
    let (ours, theirs) = (
        propel_auth(),
        propel_auth_builder().issuer("https://other.example.com"),
    );
    let theirs = theirs.build().unwrap();
    let token = alice().access_token();
    for _ in 0..2 {
        assert!(verdict(&ours, &token).is_some());
        assert_eq!(verdict(&theirs, &token), None);
    }
    assert_eq!(theirs.token_cache_stats().tokens, 0);
}

#[test]
fn token_cache_can_be_cleared_and_disabled() {
    let auth = propel_auth();
    let token = alice().access_token();
    assert!(verdict(&auth, &token).is_some());
    auth.clear_token_cache();
    assert_eq!(auth.token_cache_stats().tokens, 0);
    assert!(verdict(&auth, &token).is_some());
    assert_eq!(auth.verification_count(), 2);

    let without = propel_auth_builder().token_cache_bytes(0).build().unwrap();
    let token = sign(HEADER, claims());
    for count in 1..4 {
        assert!(verdict(&without, &token).is_some());
        assert_eq!(without.verification_count(), count);
    }
    assert_eq!(without.token_cache_stats(), Default::default());
}
