//! K06 and K07: how much memory verified tokens and garbage take up. A program of its own, as
//! other tests in the process would be measured with it; Linux only.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{fs, sync::mpsc, thread};

use actix_web_propelauth::{
    PropelAuth,
    testing::{AccessToken as _, TestOrg, TestUser, builder},
};
use serde_json::{Map, json};

const MIB: u64 = 1024 * 1024;

/// What is added to a user, and so to its token.
type Shape = fn(TestUser) -> TestUser;

/// Returns how many bytes of memory the process has.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.parse::<u64>().unwrap() * 1024
}

/// Presents tokens, and returns how many were valid and by how much the process grew.
fn present(auth: &PropelAuth, tokens: impl Iterator<Item = String>) -> (usize, u64) {
    let before = resident();
    let valid = tokens.filter(|token| {
        let header = format!("Bearer {token}");
        auth.validate_access_token_and_get_user(header.as_str())
            .is_ok()
    });
    (valid.count(), resident().saturating_sub(before))
}

/// Makes distinct tokens on two other threads, as signing is most of the work and what it leaves
/// behind is not to be measured.
fn signed(count: usize, shape: Shape) -> impl Iterator<Item = String> {
    let (sender, receiver) = mpsc::sync_channel(64);
    for first in 0..2 {
        let sender = sender.clone();
        thread::spawn(move || {
            for number in (first..count).step_by(2) {
                let user = shape(TestUser::new(&format!("user{number}@example.com")));
                let Ok(()) = sender.send(user.access_token()) else {
                    return;
                };
            }
        });
    }
    receiver.into_iter()
}

/// Returns so many tokens that are none: forged, cut short, endless, of another issuer's key.
fn garbage(count: usize) -> impl Iterator<Item = String> {
    let whole = TestUser::new("alice@example.com").access_token();
    (0..count).map(move |number| {
        let (signing_input, signature) = whole.rsplit_once('.').unwrap();
        match number % 10 {
            0 => format!("{signing_input}.{number:06}{}", signature.get(6..).unwrap()),
            1 => number.to_string(),
            2 => format!("{number}.{}", "x".repeat(4096)),
            _ => format!("eyJhbGciOiJSUzI1NiJ9.e30.{number:0342}"),
        }
    })
}

fn in_orgs(user: TestUser, orgs: usize) -> TestUser {
    (0..orgs).fold(user, |user, number| {
        let org = TestOrg::new(&format!("Org {number}"));
        let org = org
            .permission("Admin", "can_view_billing")
            .permission("Admin", "can_pay");
        user.in_org(&org, "Admin")
    })
}

fn in_one_org(user: TestUser) -> TestUser {
    in_orgs(user, 1)
}

/// Presents valid tokens and garbage to a cache of this size, and asserts that the process grows
/// by no more than that and `SLACK`.
fn stays_within(cache: u64, valid: usize, invalid: usize) {
    const SLACK: u64 = 4 * MIB;

    let auth = builder().token_cache_bytes(cache).build().unwrap();
    let mut tokens = signed(valid, in_one_org);
    let one = tokens.next().into_iter();
    assert_eq!(present(&auth, one.chain(garbage(10))).0, 1, "warming up");

    let start = resident();
    let (accepted, _) = present(&auth, tokens);
    let (forged, by_garbage) = present(&auth, garbage(invalid));
    let grown = resident().saturating_sub(start);
    let stats = auth.token_cache_stats();
    println!(
        "{valid} valid tokens and {invalid} others: {} KiB more, {} KiB of it by the others; \
         at most {} KiB; {stats:?}",
        grown / 1024,
        by_garbage / 1024,
        (cache + SLACK) / 1024
    );
    assert_eq!((accepted, forged), (valid - 1, 0));
    assert_eq!(stats.tokens as u64 + stats.evictions, valid as u64);
    assert!(stats.bytes <= cache, "{stats:?}");
    assert!(by_garbage <= MIB, "{by_garbage}");
    assert!(grown <= cache + SLACK, "{grown}");
}

/// As many valid tokens as there is time to sign, five times as many as the cache holds.
#[test]
fn k06_k07_many_tokens_stay_within_a_bound() {
    stays_within(MIB, 1_000, 100_000);
}

/// As many as there should be, against the cache as it is by default. Takes minutes, most of them
/// to sign the tokens.
///
/// ```text
/// cargo test --all-features --test memory -- --ignored --nocapture --test-threads=1
/// ```
#[test]
#[ignore = "signs 100 000 tokens, which takes minutes"]
fn k06_in_full() {
    stays_within(16 * MIB, 100_000, 100_000);
}

/// What a token takes up for each of its bytes: the source of `BYTES_PER_TOKEN_BYTE` in
/// `src/access/cache.rs`.
#[test]
#[ignore = "measures, by the command above"]
fn bytes_per_token_byte() {
    const COUNT: usize = 1_000;

    let shapes: [(&str, Shape); 5] = [
        ("no org", |user| user),
        ("1 org", in_one_org),
        ("5 orgs", |user| in_orgs(user, 5)),
        ("20 properties", |user| {
            let properties = (0..20).map(|it| (format!("property_{it}"), json!(it)));
            user.claim("properties", properties.collect::<Map<_, _>>())
        }),
        ("100 tiny objects", |user| {
            user.claim("properties", json!({"a": vec![json!({"": 0}); 100]}))
        }),
    ];
    let tokens = shapes.map(|(name, shape)| (name, signed(COUNT, shape).collect::<Vec<_>>()));
    // Kept to the end, so that none lives in what another left behind.
    let mut verifiers = Vec::new();
    for (name, tokens) in tokens {
        let auth = builder().token_cache_bytes(1024 * MIB).build().unwrap();
        let bytes: usize = tokens.iter().map(String::len).sum();
        let (valid, grown) = present(&auth, tokens.iter().cloned());
        let stats = auth.token_cache_stats();
        println!(
            "{name:16} {:5} bytes of token, {:4.1} of memory for each, {:.1} counted",
            bytes / COUNT,
            grown as f64 / bytes as f64,
            stats.bytes as f64 / bytes as f64
        );
        assert_eq!((valid, stats.tokens), (COUNT, COUNT));
        verifiers.push((auth, tokens));
    }
}
