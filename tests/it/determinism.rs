//! The emulator's runs agree, its time is the test's, and its state goes out and comes in.

use std::time::Duration;

use actix_web_propelauth::{
    api::{CreateOrg, CreateUser},
    emulator::{Emulator, EmulatorBuilder, EmulatorError},
};
use serde_json::{Value, json};

const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}\n";

async fn populated(builder: EmulatorBuilder) -> Emulator {
    let emulator = builder.clock(|| 1_700_000_000).start().await.unwrap();
    let alice = CreateUser::new("alice@example.com").first_name(ODD);
    let alice = emulator.create_user(alice).unwrap();
    let acme = emulator.create_org(CreateOrg::new(ODD)).unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator
}

#[actix_web::test]
async fn two_runs_agree_and_two_seeds_do_not() {
    let one = populated(Emulator::builder()).await;
    let two = populated(Emulator::builder()).await;
    assert_eq!(one.snapshot(), two.snapshot());

    let seeded = populated(Emulator::builder().seed(7)).await;
    assert_ne!(one.snapshot(), seeded.snapshot());
    let again = populated(Emulator::builder().seed(7)).await;
    assert_eq!(seeded.snapshot(), again.snapshot());
}

#[actix_web::test]
async fn a_snapshot_brings_back_everything_and_goes_on() {
    let before = populated(Emulator::builder()).await;
    let text = before.snapshot().to_string();
    let snapshot: Value = serde_json::from_str(&text).unwrap();
    let builder = Emulator::builder().clock(|| 1_700_000_000);
    let after = builder.seed(9).snapshot(snapshot.clone());
    let after = after.start().await.unwrap();
    assert_eq!(after.snapshot(), snapshot);

    // The ids go on where they were, and so none comes twice.
    let bob = before.create_user("bob@example.com").unwrap();
    let also_bob = after.create_user("bob@example.com").unwrap();
    assert_eq!(bob.id(), also_bob.id());
    assert_ne!(after.snapshot(), snapshot);
    after.restore(snapshot.clone()).unwrap();
    assert_eq!(after.snapshot(), snapshot);
    assert!(after.user(bob.id()).is_none());
}

#[actix_web::test]
async fn what_is_no_snapshot_is_refused_and_changes_nothing() {
    let emulator = populated(Emulator::builder()).await;
    let whole = emulator.snapshot();
    let with = |pointer: &str, value: Value| {
        let mut changed = whole.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let of = |area: &str| {
        let entries = whole[area].as_object().unwrap();
        format!("/{area}/{}", entries.keys().next().unwrap())
    };
    let mut odd = whole.clone();
    odd["not_a_field"] = json!(1);
    for bad in [
        json!(null),
        json!({}),
        json!([]),
        json!({ "version": 1, "users": [] }),
        with("/version", json!(2)),
        with("/orgs", json!({})),
        with(&format!("{}/metadata/user_id", of("users")), json!("x")),
        with(&format!("{}/org_id", of("orgs")), json!("x")),
        odd,
    ] {
        let error = emulator.restore(bad.clone()).unwrap_err();
        assert!(matches!(error, EmulatorError::Rejected(_)), "{error}");
        assert_eq!(emulator.snapshot(), whole);
        let start = Emulator::builder().snapshot(bad).start().await;
        assert!(matches!(start.unwrap_err(), EmulatorError::Project(_)));
    }
    // "Admin" is a role here and none there.
    let other = Emulator::builder().roles(["Boss"]).snapshot(whole);
    assert!(other.start().await.is_err());
}

#[actix_web::test]
async fn a_seed_is_what_people_write() {
    let seed = json!({
        "users": [
            { "email": "alice@example.com", "first_name": ODD, "password": "hunter22" },
            { "email": "bob@example.com" },
        ],
        "orgs": [{
            "name": "Acme", "max_users": 2,
            "members": [
                { "email": "ALICE@example.com", "role": "Owner" },
                { "email": "bob@example.com", "role": "Member" },
            ],
        }],
    });
    let emulator = Emulator::builder().seed_json(seed.clone());
    let emulator = emulator.start().await.unwrap();
    let snapshot = emulator.snapshot();
    let users: Vec<_> = snapshot["users"].as_object().unwrap().keys().collect();
    let roles: Vec<_> = users
        .iter()
        .map(|id| emulator.user(id.as_str()).unwrap())
        .map(|user| {
            let orgs = user.org_id_to_org_info.unwrap();
            (user.email, orgs.values().next().unwrap().user_role.clone())
        })
        .collect();
    assert_eq!(roles.len(), 2);
    assert!(roles.contains(&("alice@example.com".to_owned(), "Owner".to_owned())));

    for (pointer, bad) in [
        ("/users/0/email", json!("")),
        ("/users/1/email", json!("alice@example.com")),
        ("/orgs/0/name", json!(1)),
        ("/orgs/0/max_users", json!(1)),
        ("/orgs/0/members/0/role", json!("owner")),
        ("/orgs/0/members/0/email", json!("nobody@example.com")),
        ("/orgs/0/members/0", json!({ "mail": "x" })),
        ("", json!({ "people": [] })),
    ] {
        let mut seed = seed.clone();
        *seed.pointer_mut(pointer).unwrap() = bad;
        let error = Emulator::builder().seed_json(seed).start().await;
        let error = error.unwrap_err();
        assert!(matches!(error, EmulatorError::Project(_)), "{pointer}");
    }
}

#[actix_web::test]
async fn the_clock_is_the_tests() {
    let emulator = Emulator::start().await.unwrap();
    let before = emulator.now();
    assert!(before > 1_700_000_000);
    emulator.freeze_clock(1_000);
    assert_eq!(emulator.now(), 1_000);
    emulator.advance_clock(Duration::from_secs(60));
    let alice = emulator.create_user("alice@example.com").unwrap();
    assert_eq!(alice.metadata().unwrap().created_at, 1_060);
    emulator.resume_clock();
    assert!((before..before + 600).contains(&emulator.now()));
    emulator.advance_clock(Duration::from_secs(86_400));
    assert!(emulator.now() >= before + 86_400);
}
