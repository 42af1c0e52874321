//! The emulator's runs agree, its time is the test's, and its state goes out and comes in.

use std::time::Duration;

use actix_web_propelauth::{
    PropelAuth, UserId,
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
async fn runs_agree_where_it_was_asked_for() {
    let one = populated(Emulator::builder()).await;
    let two = populated(Emulator::builder()).await;
    let ids = |emulator: &Emulator| -> Vec<String> {
        let snapshot = emulator.snapshot();
        let areas = ["users", "orgs"].map(|area| snapshot[area].as_object().unwrap().clone());
        areas.into_iter().flatten().map(|(id, _)| id).collect()
    };
    for id in ids(&one) {
        assert!(!ids(&two).contains(&id), "{id}");
    }

    let seeded = populated(Emulator::builder().id_seed(7)).await;
    assert_ne!(one.snapshot(), seeded.snapshot());
    let again = populated(Emulator::builder().id_seed(7)).await;
    assert_eq!(seeded.snapshot(), again.snapshot());
}

/// A8: tokens of an earlier run are still good, as the key is the same.
#[actix_web::test]
async fn an_id_of_an_earlier_run_is_of_the_same_person_or_nobody() {
    let run = || Emulator::builder().id_seed(7);
    let one = run().start().await.unwrap();
    let mallory = one.create_user("mallory@example.com").unwrap();
    let bob = one.create_user("bob@example.com").unwrap();
    let acme = one.create_org("Acme").unwrap();
    let key_of = async |emulator: &Emulator, user: &UserId| {
        let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key());
        let auth = auth.emulator().fetch_and_init().await.unwrap();
        let key = auth.api_key().create_api_key().user_id(user).await.unwrap();
        (auth, key.api_key_token)
    };
    let (_, mallorys_key) = key_of(&one, mallory.id()).await;

    let two = run().start().await.unwrap();
    let alice = two.create_user("alice@example.com").unwrap();
    let other_org = two.create_org("Other").unwrap();
    assert!(two.user_metadata(mallory.id()).is_none());
    assert!(two.org(&acme).is_none());
    assert_ne!(alice.id(), mallory.id());
    assert_ne!(acme, other_org);
    let (auth, alices_key) = key_of(&two, alice.id()).await;
    assert_ne!(alices_key.expose(), mallorys_key.expose());
    let taken = auth.api_key().validate_api_key(mallorys_key.expose());
    assert!(taken.await.is_err());
    let also_bob = two.create_user("BOB@example.com").unwrap();
    assert_eq!(also_bob.id(), bob.id());
    assert_eq!(two.create_org("Acme").unwrap(), acme);

    // Who comes after a deletion is somebody else, in every run.
    auth.user().delete_user(bob.id()).await.unwrap();
    let next = two.create_user("bob@example.com").unwrap();
    assert_ne!(next.id(), bob.id());
    let third = run().snapshot(two.snapshot()).start().await.unwrap();
    let auth = PropelAuth::builder(third.auth_url(), third.api_key());
    let auth = auth.emulator().fetch_and_init().await.unwrap();
    auth.user().delete_user(next.id()).await.unwrap();
    let again = third.create_user("bob@example.com").unwrap();
    assert!(again.id() != bob.id() && again.id() != next.id());
}

#[actix_web::test]
async fn a_snapshot_brings_back_everything_and_goes_on() {
    let before = populated(Emulator::builder()).await;
    let text = before.snapshot().to_string();
    let snapshot: Value = serde_json::from_str(&text).unwrap();
    let builder = Emulator::builder().clock(|| 1_700_000_000);
    let after = builder.id_seed(9).snapshot(snapshot.clone());
    let after = after.start().await.unwrap();
    assert_eq!(after.snapshot(), snapshot);

    // The ids go on where they were, and so none comes twice.
    let bob = before.create_user("bob@example.com").unwrap();
    let also_bob = after.create_user("bob@example.com").unwrap();
    assert_eq!(bob.id(), also_bob.id());
    assert_ne!(after.snapshot(), snapshot);
    after.restore(snapshot.clone()).unwrap();
    assert_eq!(after.snapshot(), snapshot);
    assert!(after.user_metadata(bob.id()).is_none());
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
    // A mistake below the top is told with its place.
    let mut misspelt = whole.clone();
    let user = misspelt["users"].as_object_mut().unwrap();
    let user = user.values_mut().next().unwrap();
    user["metadata"]["frist_name"] = json!("Alice");
    let error = emulator.restore(misspelt).unwrap_err().to_string();
    assert!(
        error.contains("unknown field `frist_name`, did you mean `first_name`?"),
        "{error}"
    );
    let mut twice = whole.clone();
    let id = "31c41c16-c281-44ae-9602-8a047e3bf33d";
    let mut user = twice["users"]
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .clone();
    user["metadata"]["user_id"] = json!(id);
    twice["users"][id] = user;
    let error = emulator.restore(twice).unwrap_err().to_string();
    assert!(
        error.contains("email address") && error.contains("alice@example.com"),
        "{error}"
    );
    assert_eq!(emulator.snapshot(), whole);
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
        .map(|id| emulator.user_metadata(id.as_str()).unwrap())
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

/// E13: what a seed says is done or refused by name.
#[actix_web::test]
async fn a_seed_drops_nothing() {
    let (alice, acme) = (
        "31C41C16-c281-44ae-9602-8a047e3bf33d",
        "1189c444-8a2d-4c41-8b4b-ae43ce79a492",
    );
    let seed = json!({
        "users": [
            { "email": "alice@example.com", "user_id": alice, "password": "hunter22" },
            { "email": "bob@example.com", "username": "bob" },
        ],
        "orgs": [{
            "name": "Acme", "org_id": acme,
            "members": [{ "user_id": alice, "role": "Owner" }],
        }],
    });
    let start = async |seed: Value| Emulator::builder().seed_json(seed).start().await;
    let emulator = start(seed.clone()).await.unwrap();
    let user = emulator
        .user_metadata(alice.to_lowercase().as_str())
        .unwrap();
    assert_eq!(user.email, "alice@example.com");
    assert!(user.org_id_to_org_info.unwrap().contains_key(acme));
    assert_eq!(emulator.email_outbox(), []);
    assert!(
        emulator
            .log_in_with_password("alice@example.com", "hunter22")
            .is_ok()
    );
    assert!(
        emulator
            .log_in_with_password("alice@example.com", "hunter23")
            .is_err()
    );
    let again = start(seed.clone()).await.unwrap();
    assert_eq!(
        emulator.snapshot()["users"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        again.snapshot()["users"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>()
    );

    for (pointer, name, value, told) in [
        (
            "",
            "user",
            json!([]),
            "unknown field `user`, did you mean `users`?",
        ),
        (
            "/users/0",
            "frist_name",
            json!("A"),
            "users[0]: unknown field `frist_name`, did you mean `first_name`?",
        ),
        (
            "/users/0",
            "id",
            json!(acme),
            "users[0]: unknown field `id`, did you mean `user_id`?",
        ),
        (
            "/users/1",
            "favourite",
            json!(1),
            "users[1]: unknown field `favourite`: the fields of a user are email, ",
        ),
        (
            "/users/1",
            "user_id",
            json!("bob"),
            "users[1].user_id: \"bob\" is not a UUID",
        ),
        ("/users/1", "user_id", json!(1), "users[1].user_id"),
        (
            "/users/1",
            "user_id",
            json!(alice.to_lowercase()),
            "users[0] has the user_id",
        ),
        (
            "/users/1",
            "email",
            json!("Alice@example.com"),
            "users[0] has the email address",
        ),
        (
            "/users/0",
            "username",
            json!("BOB"),
            "users[0] has the username",
        ),
        ("/users/0", "first_name", json!(1), "users[0].first_name: "),
        ("/users/0", "password", json!(4711), "users[0].password: "),
        ("/users/0", "email", json!("nobody"), "users[0]"),
        (
            "/users",
            "0",
            json!("alice@example.com"),
            "users[0]: a user is an object",
        ),
        (
            "/orgs/0",
            "member",
            json!([]),
            "orgs[0]: unknown field `member`, did you mean `members`?",
        ),
        (
            "/orgs/0",
            "org_id",
            json!("x"),
            "orgs[0].org_id: \"x\" is not a UUID",
        ),
        (
            "/orgs/0",
            "members",
            json!({}),
            "orgs[0].members: this is a list",
        ),
        (
            "/orgs/0/members/0",
            "rôle",
            json!("x"),
            "orgs[0].members[0]: unknown field `rôle`, did you mean `role`?",
        ),
        (
            "/orgs/0/members/0",
            "role",
            json!("owner"),
            "unknown role `owner`, did you mean `Owner`? the roles are Owner, Admin, Member",
        ),
        (
            "/orgs/0/members/0",
            "email",
            json!("alice@example.com"),
            "not both",
        ),
        (
            "/orgs/0/members/0",
            "user_id",
            json!(acme),
            "orgs[0].members[0]: there is no user",
        ),
        (
            "/orgs/0/members/0",
            "additional_roles",
            json!(["Chef"]),
            "unknown role `Chef`",
        ),
    ] {
        let mut seed = seed.clone();
        match seed.pointer_mut(pointer).unwrap() {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            members => members[name] = value,
        }
        let error = start(seed).await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}\n  lacks {told}");
        assert!(!error.contains("4711"), "{error}");
    }
    let mut twice = seed.clone();
    let org = json!({ "name": "Acme" });
    twice["orgs"].as_array_mut().unwrap().push(org);
    let error = start(twice).await.unwrap_err().to_string();
    assert!(
        error.contains("orgs[1].name: orgs[0] has the name \"Acme\" already"),
        "{error}"
    );
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
