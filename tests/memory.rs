//! K06 and K07: how much memory verified tokens and garbage take up, and one token while it is
//! read. A program of its own: a counting allocator is the process's, and resident memory too.

#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use actix_web_propelauth::{
    OrgId, PropelAuth, UserId,
    freshness::{Cause, Mark},
    testing::{HasAccessToken as _, TestOrg, TestUser, propel_auth_builder},
};
use allocation_counter::{AllocationInfo, measure};
use serde_json::{Map, Value, json};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// Presents tokens, and returns how many were valid and what was allocated, less what was freed.
fn present<'t>(
    auth: &PropelAuth,
    tokens: impl IntoIterator<Item = &'t String>,
) -> (usize, AllocationInfo) {
    let mut valid = 0;
    let headers = tokens.into_iter().map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = headers.collect();
    let allocated = measure(|| {
        for header in &headers {
            let user = auth.validate_access_token_and_get_user(header.as_str());
            valid += usize::from(user.is_ok());
        }
    });
    (valid, allocated)
}

fn kept(allocated: &AllocationInfo) -> u64 {
    u64::try_from(allocated.bytes_current).unwrap_or(0)
}

/// Makes distinct tokens, on another thread too, as signing is most of the work.
fn signed(count: usize, shape: impl Fn(TestUser) -> TestUser + Sync) -> Vec<String> {
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for first in 0..2 {
            let (sender, shape) = (sender.clone(), &shape);
            scope.spawn(move || {
                for number in (first..count).step_by(2) {
                    let user = shape(TestUser::new(format!("user{number}@example.com")));
                    sender.send(user.access_token()).unwrap();
                }
            });
        }
    });
    drop(sender);
    receiver.into_iter().collect()
}

/// Returns so many tokens that are none: forged, cut short, endless, of another issuer's key.
fn garbage(count: usize) -> Vec<String> {
    let whole = TestUser::new("alice@example.com").access_token();
    let token = |number| {
        let (signing_input, signature) = whole.rsplit_once('.').unwrap();
        match number % 10 {
            0 => format!("{signing_input}.{number:06}{}", signature.get(6..).unwrap()),
            1 => format!("{number}"),
            2 => format!("{number}.{}", "x".repeat(4096)),
            _ => format!("eyJhbGciOiJSUzI1NiJ9.e30.{number:0342}"),
        }
    };
    (0..count).map(token).collect()
}

fn in_orgs(user: TestUser, orgs: usize) -> TestUser {
    (0..orgs).fold(user, |user, number| {
        let org = TestOrg::new(format!("Org {number}"));
        let org = org
            .permission("Admin", "can_view_billing")
            .permission("Admin", "can_pay");
        user.in_org(&org, "Admin")
    })
}

/// The user of the comparison with other crates, whose token has 1.7 KB.
fn ordinary(user: TestUser) -> TestUser {
    in_orgs(user, 2)
        .claim("properties", json!({"favoriteSport": "basketball"}))
        .claim("first_name", "Alice")
        .claim("last_name", "Anderson")
}

/// Presents valid tokens and garbage to a cache of this size, and asserts that no more is kept.
fn stays_within(cache: u64, valid: usize, invalid: usize) {
    let auth = propel_auth_builder()
        .token_cache_bytes(cache)
        .build()
        .unwrap();
    let tokens = signed(valid, |user| in_orgs(user, 1));
    let (accepted, by_valid) = present(&auth, &tokens);
    let (forged, by_garbage) = present(&auth, &garbage(invalid));
    let stats = auth.token_cache_stats();
    println!(
        "{valid} valid tokens: {} KiB kept of {} KiB; {invalid} others: {} bytes; {stats:?}",
        kept(&by_valid) / KIB,
        cache / KIB,
        by_garbage.bytes_current
    );
    assert_eq!((accepted, forged), (valid, 0));
    assert_eq!(stats.tokens as u64 + stats.evictions, valid as u64);
    assert!(stats.evictions > 0 && stats.bytes <= cache, "{stats:?}");
    assert!(kept(&by_valid) <= cache, "{by_valid:?}");
    assert!(kept(&by_garbage) <= 16 * KIB, "{by_garbage:?}");
}

/// As many valid tokens as there is time to sign, twice as many as the cache holds.
#[test]
fn many_tokens_stay_within_a_bound() {
    stays_within(MIB, 800, 20_000);
}

/// As many as there should be, against the cache as it is by default. Takes minutes, most of them
/// to sign the tokens.
///
/// ```text
/// cargo test --all-features --test memory -- --ignored --nocapture
/// ```
#[test]
#[ignore = "signs 100 000 tokens, which takes minutes"]
fn every_shape_of_claims_is_counted_in_full() {
    stays_within(16 * MIB, 100_000, 100_000);
}

/// A million marks, of users and of memberships.
#[test]
fn a_million_marks_take_at_most_64_mib() {
    let auth = propel_auth_builder().build().unwrap();
    // With ids as long as PropelAuth's.
    let user = |number: u32| UserId::from(format!("31c41c16-c281-44ae-9602-8a04{number:08x}"));
    let org = OrgId::from("1189c444-8a2d-4c41-8b4b-ae43ce79a492");
    let allocated = measure(|| {
        for number in 0..1_000_000 {
            let user = user(number);
            let mark = if number % 2 == 0 {
                Mark::user(&user).because(Cause::UserDisabled)
            } else {
                Mark::member(&user, &org).because(Cause::RoleChanged)
            };
            drop(auth.mark_stale(mark));
        }
    });
    println!(
        "1,000,000 marks: {} MiB kept, {} MiB at most",
        kept(&allocated) / MIB,
        allocated.bytes_max / MIB
    );
    assert!(allocated.bytes_max <= 64 * MIB, "{allocated:?}");
    assert!(kept(&allocated) > MIB, "the marks are not kept");
}

/// The memory is full, and a search through a million marks finds none that is old, so that they become one of
/// everyone. Prints how long requests waited meanwhile.
#[test]
fn requests_do_not_wait_for_a_search_through_a_million_marks() {
    let auth = propel_auth_builder().build().unwrap();
    let user = |number: u32| UserId::from(format!("31c41c16-c281-44ae-9602-8a04{number:08x}"));
    for number in 0..1_000_000 {
        drop(auth.mark_stale(Mark::user(&user(number))));
    }
    let header = TestUser::new("alice@example.com").authorization_header();
    let ask = || {
        let begun = Instant::now();
        let result = auth.validate_access_token_and_get_user(header.as_str());
        (begun.elapsed(), result.is_ok())
    };
    assert!(ask().1, "a mark of everyone came too early");
    let is_done = AtomicBool::new(false);
    let (searched_in, mut waits) = thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut waits = Vec::new();
            while !is_done.load(Ordering::Relaxed) {
                waits.push(ask().0);
            }
            waits
        });
        thread::sleep(Duration::from_millis(20));
        let begun = Instant::now();
        drop(auth.mark_stale(Mark::user(&user(1_000_000))));
        let searched_in = begun.elapsed();
        is_done.store(true, Ordering::Relaxed);
        (searched_in, asking.join().unwrap())
    });
    assert!(!ask().1, "there was room for one more");
    waits.sort_unstable();
    let [median, longest] = [waits.len() / 2, waits.len() - 1].map(|index| waits[index]);
    println!(
        "1,000,000 marks searched and dropped in {searched_in:.1?}; of {} requests meanwhile, half took \
         {median:.1?}, and the longest {longest:.1?}",
        waits.len()
    );
    // Without the slices, one of them takes as long as the search.
    assert!(longest < searched_in / 2, "{longest:?} of {searched_in:?}");
}

/// Returns claims in which something is repeated so often that the token is about so long.
fn filled(len: usize, shape: &Shape) -> impl Fn(TestUser) -> TestUser {
    let budget = (len - 400) * 3 / 4;
    let size = |count: usize| {
        let user = TestUser::new("user0@example.com");
        fill(user, shape, count).claims().to_string().len()
    };
    // By what one costs among four and more, as numbers in names get longer; then as many fewer
    // as it is too long by.
    let each = (size(4) - size(0)).div_ceil(4).max(1);
    let mut count = budget.saturating_sub(size(0)) / each;
    while count > 0 && size(count) > budget {
        count = count * 15 / 16;
    }
    move |user| fill(user, shape, count)
}

/// A kind of claims: where something is repeated, and what.
struct Shape {
    place: Place,
    item: Value,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    List,
    Members,
    LongNames,
    Metadata,
    Unknown,
    Orgs,
    OrgsInFull,
    OrgMetadata,
    Roles,
    Permissions,
    AdditionalRoles,
    ActiveOrg,
    Text,
    Name,
    LoginMethod,
}

fn fill(user: TestUser, Shape { place, item }: &Shape, count: usize) -> TestUser {
    let list = || Value::from(vec![item.clone(); count]);
    let members = |name: &str| {
        let member = |number| (format!("{name}{number:x}"), item.clone());
        Value::Object((0..count).map(member).collect())
    };
    let texts = || Value::from((0..count).map(|_| item.to_string()).collect::<Vec<_>>());
    let in_org = |name: &str, value: Value| json!({"o": {"user_role": "Admin", name: value}});
    let orgs = "org_id_to_org_member_info";
    match place {
        Place::List => user.claim("properties", json!({"": list()})),
        Place::Members => user.claim("properties", members("")),
        Place::LongNames => user.claim("properties", members(&"n".repeat(40))),
        Place::Metadata => user.claim("metadata", members("")),
        Place::Unknown => user.claim("unknown", list()),
        Place::Orgs => user.claim(
            orgs,
            (0..count)
                .map(|it| (format!("{it:x}"), json!({})))
                .collect::<Map<_, _>>(),
        ),
        Place::OrgsInFull => in_orgs(user, count),
        Place::OrgMetadata => user.claim(
            orgs,
            (0..count)
                .map(|it| (format!("{it:x}"), json!({"org_metadata": {"": item}})))
                .collect::<Map<_, _>>(),
        ),
        Place::Roles => user.claim(
            orgs,
            in_org("inherited_user_roles_plus_current_role", texts()),
        ),
        Place::Permissions => user.claim(orgs, in_org("user_permissions", texts())),
        Place::AdditionalRoles => user.claim(orgs, in_org("additional_roles", texts())),
        Place::ActiveOrg => user.claim(
            "org_member_info",
            json!({"org_id": "o", "user_permissions": texts(), "org_metadata": members("")}),
        ),
        Place::Text => user.claim("properties", json!({"": "\u{e9}\n".repeat(count)})),
        Place::Name => user.claim("first_name", "x".repeat(count)),
        Place::LoginMethod => user.claim(
            "login_method",
            json!({"login_method": "x".repeat(count), "provider": "y", "org_id": "z"}),
        ),
    }
}

/// Every place with every kind of item in it. Most are worse than any user's; the worst is found
/// by looking at all of them.
fn shapes() -> Vec<Shape> {
    let places = [
        Place::List,
        Place::Members,
        Place::LongNames,
        Place::Metadata,
        Place::Unknown,
        Place::Orgs,
        Place::OrgsInFull,
        Place::OrgMetadata,
        Place::Roles,
        Place::Permissions,
        Place::AdditionalRoles,
        Place::ActiveOrg,
        Place::Text,
        Place::Name,
        Place::LoginMethod,
    ];
    let wide = |members: u32| {
        let members = (0..members).map(|it| (format!("{it:x}"), Value::Null));
        Value::Object(members.collect())
    };
    let deep =
        |levels: u32, around: fn(Value) -> Value| (0..levels).fold(json!(0), |it, _| around(it));
    let items = vec![
        json!(null),
        json!(0),
        json!(-1.5e-7),
        json!(""),
        json!("x"),
        json!("x".repeat(25)),
        json!("\n\u{1}"),
        json!([]),
        json!([0]),
        json!([0, 0, 0, 0, 0]),
        json!([[]]),
        json!({}),
        json!({"": 0}),
        json!({"": {}}),
        json!({"": {"": 0}}),
        json!([{"": []}]),
        wide(2),
        wide(5),
        wide(11),
        wide(12),
        wide(13),
        wide(24),
        wide(200),
        deep(100, |it| json!([it])),
        deep(100, |it| json!({ "": it })),
    ];
    let shapes = places.into_iter().flat_map(|place| {
        let of_items = matches!(
            place,
            Place::List
                | Place::Members
                | Place::LongNames
                | Place::Metadata
                | Place::Unknown
                | Place::OrgMetadata
                | Place::Permissions
                | Place::ActiveOrg
        );
        let items = &items[..if of_items { items.len() } else { 6 }];
        items.iter().map(move |item| Shape {
            place,
            item: item.clone(),
        })
    });
    shapes.collect()
}

/// What one shape came to, for each byte of something.
struct Measured {
    name: String,
    kept_of_counted: f64,
    kept_of_token: f64,
    while_read_of_token: f64,
}

fn measured(auth: &PropelAuth, len: usize, shape: &Shape) -> Measured {
    /// What the cache's own tables take up for a token, at least.
    const PLACE: u64 = 100;

    let token = filled(len, shape)(TestUser::new("user0@example.com")).access_token();
    let before = auth.token_cache_stats();
    assert_eq!(present(auth, [&token]).0, 1, "{:?}", shape.place);
    let after = auth.token_cache_stats();
    assert_eq!(after.tokens - before.tokens, 1, "it is kept");
    let counted = after.bytes - before.bytes;

    // Without a cache, so that the growing of its tables is not taken for the token's.
    let uncached = propel_auth_builder().token_cache_bytes(0).build().unwrap();
    let header = format!("Bearer {token}");
    let mut user = None;
    let user_alone = measure(|| {
        user = Some(uncached.validate_access_token_and_get_user(header.as_str()));
    });
    let kept = kept(&user_alone) + token.len() as u64 + PLACE;
    let item = shape.item.to_string();
    let item = item.get(..20).unwrap_or(&item);
    let of_token = |bytes: u64| bytes as f64 / token.len() as f64;
    Measured {
        name: format!(
            "{:?} of {item} in {} bytes of token",
            shape.place,
            token.len()
        ),
        kept_of_counted: kept as f64 / counted as f64,
        kept_of_token: of_token(kept),
        while_read_of_token: of_token(user_alone.bytes_max),
    }
}

fn worst(all: &[Measured], by: fn(&Measured) -> f64) -> &Measured {
    let worst = all.iter().max_by(|a, b| by(a).total_cmp(&by(b)));
    worst.unwrap()
}

/// What is counted for a token is what it takes, for all shapes of claims and up to the longest
/// token that is accepted; and a token takes no more than this while it is read.
#[test]
fn no_shape_of_claims_takes_more_than_is_counted() {
    let auth = propel_auth_builder()
        .token_cache_bytes(1024 * MIB)
        .build()
        .unwrap();
    let shapes = shapes();
    let all = [1_200, 4_000, 16_000].into_iter().flat_map(|len| {
        let (auth, shapes) = (&auth, &shapes);
        shapes.iter().map(move |shape| measured(auth, len, shape))
    });
    let all: Vec<_> = all.collect();
    let [counted, token, read] = [
        worst(&all, |it| it.kept_of_counted),
        worst(&all, |it| it.kept_of_token),
        worst(&all, |it| it.while_read_of_token),
    ];
    println!(
        "{} shapes. At most {:.2} bytes are kept for each that is counted ({}), {:.0} for each of \
         the token ({}), and {:.0} are taken while it is read ({})",
        all.len(),
        counted.kept_of_counted,
        counted.name,
        token.kept_of_token,
        token.name,
        read.while_read_of_token,
        read.name
    );
    assert!(counted.kept_of_counted <= 1.0, "{}", counted.name);
    assert!(
        token.kept_of_token > 60.0,
        "no shape was bad: {}",
        token.name
    );
    assert!(read.while_read_of_token < 100.0, "{}", read.name);
}

/// The worst shape, as much of it as the cache takes, stays within the bound all together.
#[test]
fn a_cache_full_of_the_worst_shape_stays_within_its_bound() {
    for item in [json!({"": 0}), json!({}), json!({"": {"": 0}})] {
        let cache = 2 * MIB;
        let auth = propel_auth_builder()
            .token_cache_bytes(cache)
            .build()
            .unwrap();
        let shape = Shape {
            place: Place::List,
            item,
        };
        let tokens = signed(250, filled(1_500, &shape));
        let (valid, allocated) = present(&auth, &tokens);
        let stats = auth.token_cache_stats();
        println!(
            "{} KiB kept of {} KiB; {stats:?}",
            kept(&allocated) / KIB,
            cache / KIB
        );
        assert_eq!(valid, tokens.len());
        assert!(stats.tokens > 10, "{stats:?}");
        assert!(kept(&allocated) <= cache, "{allocated:?}");
    }
}

/// Ordinary tokens are not counted for more than they take, so that many fit: the numbers in
/// `PropelAuthBuilder::token_cache_bytes` are from here.
#[test]
fn thousands_of_ordinary_tokens_fit() {
    let auth = propel_auth_builder()
        .token_cache_bytes(64 * MIB)
        .build()
        .unwrap();
    present(&auth, &signed(300, |user| user));
    let before = auth.token_cache_stats();
    let tokens = signed(400, ordinary);
    let (_, allocated) = present(&auth, &tokens);
    let counted = (auth.token_cache_stats().bytes - before.bytes) / 400;
    let fit = 16 * MIB / counted;
    println!(
        "a token of {} bytes: {} bytes kept, {counted} counted, {fit} fit into 16 MiB",
        tokens[0].len(),
        kept(&allocated) / 400
    );
    assert!(fit > 3_000, "{fit}");
}
