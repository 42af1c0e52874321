//! Seeds: what they create, and what is wrong with them.

use actix_web_propelauth::emulator::{Emulator, EmulatorBuilder, RoleMapping, Seed};
use serde_json::{Value, json};

use crate::fixtures::world::{start, start_with};

const ALICE: &str = "31c41c16-c281-44ae-9602-8a047e3bf33d";
const ACME: &str = "1189c444-8a2d-4c41-8b4b-ae43ce79a492";

const EVERYTHING: &str = r#"
roles = ["Owner", { name = "Chef", permissions = ["kitchen::cook"] }, "Guest"]

[project]
multiple_roles_per_user = true
include_login_method = true
max_num_orgs_users_can_be_in = 2
signup_domain_blocklist = ["spam.example"]

[[role_mappings]]
name = "Paid Plan"
roles = ["Boss", { name = "Clerk", permissions = ["reports::export"] }]

[[employees]]
email = "support@example.com"

[[users]]
email = "alice@example.com"
user_id = "31C41C16-c281-44ae-9602-8a047e3bf33d"
password = "hunter22"
picture_url = "https://example.com/a.png"
metadata = { plan = "free", since = 2024-01-31 }
can_create_orgs = true
mfa_phones = [{ number = "+1 555 0100", mfa_phone_id = "f0e00000-0000-4000-8000-000000000001" }]

[[users]]
email = "bob@example.com"
locked = true
totp_secret = "JBSWY3DPEHPK3PXP"

[[users]]
email = "eve@spam.example"
ignore_domain_restrictions = true
enabled = false
password_hash = "$2a$14$abc"

[[orgs]]
name = "Acme Inc"
org_id = "1189c444-8a2d-4c41-8b4b-ae43ce79a492"
metadata = { seats = 5 }
extra_domains = ["acme.example"]
members = [
    { email = "Alice@example.com", role = "Owner", additional_roles = ["Chef"] },
    { email = "bob@example.com", role = "Guest" },
]
invites = [{ email = "carol@example.com", role = "Chef" }]

[[orgs]]
name = "Paying"
custom_role_mapping_name = "Paid Plan"
members = [{ user_id = "31c41c16-c281-44ae-9602-8a047e3bf33d", role = "Clerk" }]

[[api_keys]]
email = "alice@example.com"
token = "a key from elsewhere"

[[api_keys]]
org = "Acme Inc"
token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
display_name = "nightly"
"#;

fn builder(seed: &str) -> EmulatorBuilder {
    Emulator::builder().seed(Seed::toml(seed))
}

async fn mistakes(builder: EmulatorBuilder) -> String {
    builder.start().await.unwrap_err().to_string()
}

#[actix_web::test]
async fn seed_creates_what_it_names() {
    let (emulator, auth) = start_with(builder(EVERYTHING)).await;
    let alice = emulator.user_metadata(ALICE).unwrap();
    assert_eq!(alice.metadata.unwrap()["since"], "2024-01-31");
    assert!(alice.can_create_orgs && alice.mfa_enabled);
    let orgs = alice.org_id_to_org_info.unwrap();
    let acme = orgs.values().find(|org| org.org_id == ACME).unwrap();
    assert!(acme.is_role("Chef") && acme.has_permission("kitchen::cook"));
    assert_eq!(acme.org_metadata["seats"], 5);
    let paying = orgs.values().find(|org| org.org_id != ACME).unwrap();
    assert!(paying.has_permission("reports::export"));

    let user = |email| auth.user().fetch_user_metadata_by_email(email);
    assert!(user("bob@example.com").await.unwrap().locked);
    assert!(!user("eve@spam.example").await.unwrap().enabled);
    emulator.create_user("mallory@spam.example").unwrap_err();
    let invites = emulator.pending_invites();
    assert_eq!(invites[0].invitee_email, "carol@example.com");

    let imported = auth
        .api_key()
        .validate_imported_api_key("a key from elsewhere");
    let owner = imported.await.unwrap().user.unwrap();
    assert_eq!(owner.user_id, ALICE);
    let own = "0123456789abcdef".repeat(6);
    let validated = auth.api_key().validate_org_api_key(&own).await.unwrap();
    assert_eq!(validated.org.org_id, ACME);
}

#[actix_web::test]
async fn every_mistake_is_reported_with_its_place_and_line() {
    let seed = r#"
roles = ["Owner", "Owner"]
[project]
has_orgs = "yes"
has_phone_mfa = true
[[users]]
frist_name = "Alice"
email = "alice@example.com"
password = 4711
[[users]]
email = "nobody"
[[orgs]]
name = "Acme"
members = [
    { email = "alice@example.com", role = "Ownr" },
    { email = "bob@example.com", role = "Owner" },
]
"#;
    let text = mistakes(builder(seed)).await;
    for part in [
        "line 2: roles: the role \"Owner\" is listed twice",
        "line 4: project.has_orgs: this is `true` or `false`, not a string",
        "line 5: project.has_phone_mfa: this setting of PropelAuth is not emulated: users of the emulator have no phone",
        "line 7: users[0]: unknown field `frist_name`, did you mean `first_name`?",
        "line 9: users[0].password: this is a string, not a number",
        "line 11: users[1].email: Not a valid email address",
        "line 15: orgs[0].members[0].role: unknown role `Ownr`, did you mean `Owner`?",
        "line 16: orgs[0].members[1]: there is no user \"bob@example.com\"",
    ] {
        let line = text.lines().any(|line| line.contains(part));
        assert!(line, "{part}\nis not in\n{text}");
    }
    assert_eq!(text.lines().count(), 8, "{text}");
    assert!(!text.contains("4711"), "{text}");
}

#[actix_web::test]
async fn one_mistake_is_reported_once() {
    for (seed, expected) in [
        // The user is not created, which is no second mistake in each membership.
        (
            json!({
                "users": [{ "email": "a b" }],
                "orgs": [{ "name": "A", "members": [{ "email": "a b", "role": "Owner" }] }],
                "api_keys": [{ "email": "a b" }],
            }),
            "users[0].email",
        ),
        (json!({ "users": [{ "email": 1 }] }), "users[0].email"),
        (
            json!({ "users": [{ "email": "a@b.c" }, { "email": "A@b.c" }] }),
            "users[1].email",
        ),
        (
            json!({ "users": [{ "first_name": "A" }] }),
            "`email` is missing: a user needs it",
        ),
        (
            json!({ "role_mappings": [{ "name": "A", "roles": [] }] }),
            "role_mappings[0].roles",
        ),
        (
            json!({ "project": { "has_orgs": false }, "roles": ["A"] }),
            "without organizations",
        ),
        (
            json!({
                "users": [{ "email": "a@b.c" }],
                "api_keys": [{ "email": "a@b.c", "token": "k" }, { "email": "a@b.c", "token": "k" }],
            }),
            "api_keys[1].token: Was imported already",
        ),
        (json!([]), "a seed is an object, not a list"),
        (json!({ "version": 1 }), "unknown field `version`"),
    ] {
        let text = mistakes(Emulator::builder().seed(seed.clone())).await;
        assert!(text.contains(expected), "{text}");
        assert_eq!(text.lines().count(), 1, "{seed}:\n{text}");
    }
}

#[actix_web::test]
async fn secrets_of_a_seed_are_not_repeated() {
    for field in ["password", "password_hash", "totp_secret"] {
        for value in [json!("hunter2!"), json!(["hunter2!"])] {
            let mut user = json!({ "email": "bad", "username": 1 });
            user[field] = value;
            let text = mistakes(Emulator::builder().seed(json!({ "users": [user] }))).await;
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
    let seed = Seed::json(r#"{ "users": [{ "email": "a@b.c", "password": "hunter2!" }] }"#);
    assert!(!format!("{seed:?} {:?}", Emulator::builder().seed(seed.clone())).contains("hunter2"));
}

#[actix_web::test]
async fn setting_of_builder_and_seed_must_agree() {
    let seed = |text| Emulator::builder().seed(Seed::toml(text));
    let roles = r#"roles = ["Boss", { name = "Clerk", permissions = ["count"] }]"#;
    let same = seed(roles)
        .roles(["Boss", "Clerk"])
        .permission("Clerk", "count");
    same.start().await.unwrap();
    let mapping = RoleMapping::new(["Boss"]);
    let paid = r#"role_mappings = [{ name = "Paid", roles = ["Boss", "Clerk"] }]"#;
    for (builder, place) in [
        (seed(roles).roles(["Boss"]), "roles"),
        (seed(roles).permission("Boss", "fire"), "roles"),
        (
            seed("project.include_login_method = false").include_login_method(),
            "project.include_login_method",
        ),
        (
            seed("project.has_orgs = true").without_orgs(),
            "project.has_orgs",
        ),
        (
            seed("project.max_num_orgs_users_can_be_in = 3").max_orgs_per_user(2),
            "project.max_num_orgs",
        ),
        (
            seed("project.signup_domain_blocklist = []").block_domain("a.b"),
            "project.signup_domain",
        ),
        (
            seed(paid).custom_role_mapping("Paid", mapping),
            "role_mappings",
        ),
        (seed(roles).seed(Seed::toml("roles = ['Other']")), "roles"),
    ] {
        let text = mistakes(builder).await;
        assert!(text.contains(place), "{text}");
        assert!(text.contains("set it in one place"), "{text}");
    }
    // What the seed does not name is the builder's.
    let both = seed("project.include_login_method = true").roles(["Boss"]);
    let emulator = both.start().await.unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Boss").unwrap();
}

#[actix_web::test]
async fn applied_seed_adds_and_a_wrong_one_changes_nothing() {
    let (emulator, _) = start().await;
    let bob = emulator.create_user("bob@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&bob, &acme, "Member").unwrap();
    emulator
        .apply_seed(Seed::toml(
            "roles = ['Boss', 'Clerk']\nusers = [{ email = 'alice@example.com' }]",
        ))
        .unwrap();
    assert!(emulator.user_metadata(bob.id()).is_some());
    assert_eq!(
        emulator.emulated_org(&acme).role_of(&bob).as_deref(),
        Some("Clerk")
    );

    let before = emulator.snapshot();
    let seed = "users = [{ email = 'carol@example.com' }, { email = 'bob@example.com' }]";
    let error = emulator
        .apply_seed(Seed::toml(seed))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("users[1].email: Email is already in use"),
        "{error}"
    );
    assert_eq!(emulator.snapshot(), before);
}

#[actix_web::test]
async fn reset_to_a_seed_replaces_everything_but_clock_and_key() {
    let (emulator, _) = start_with(Emulator::builder().permission("Admin", "edit")).await;
    let bob = emulator.create_user("bob@example.com").unwrap();
    emulator.rotate_signing_key();
    emulator.freeze_clock(1_700_000_000);
    let key = emulator.verifier_key();
    let seed = json!({ "users": [{ "email": "alice@example.com", "user_id": ALICE }] });
    emulator.reset_to_seed(seed.clone()).unwrap();
    assert_eq!(emulator.user_metadata(bob.id()), None);
    let alice = emulator.user_metadata(ALICE).unwrap();
    assert_eq!(
        (alice.created_at, emulator.verifier_key()),
        (1_700_000_000, key)
    );
    emulator.reset_to_seed(seed).unwrap();

    let error = emulator
        .reset_to_seed(json!({ "roles": ["Boss"] }))
        .unwrap_err();
    assert!(error.to_string().contains("set it in one place"), "{error}");
    assert_eq!(emulator.user_metadata(ALICE).unwrap(), alice);
}

#[actix_web::test]
async fn file_is_read_when_its_seed_is_applied() {
    let path = std::env::temp_dir().join(format!("propelauth-seed-{}.toml", std::process::id()));
    let seed = Seed::file(&path);
    let name = path.display().to_string();
    let text = mistakes(Emulator::builder().seed(seed.clone())).await;
    assert!(
        text.contains(&format!("{name}: this file cannot be read")),
        "{text}"
    );
    std::fs::write(&path, "\n[[users]]\nemail = 'nobody'").unwrap();
    let text = mistakes(Emulator::builder().seed(seed.clone())).await;
    assert!(
        text.contains(&format!("{name}:3: users[0].email: ")),
        "{text}"
    );
    std::fs::write(&path, r#"{ "users": [{ "email": "alice@example.com" }] }"#).unwrap();
    Emulator::builder().seed(seed).start().await.unwrap();
    std::fs::remove_file(path).unwrap();
}

#[test]
fn schema_describes_what_can_be_written() {
    let schema = Seed::schema();
    let user = &schema["properties"]["users"]["items"];
    assert_eq!(user["properties"]["password"]["type"], "string");
    assert_eq!(user["additionalProperties"], Value::Bool(false));
    assert_eq!(user["required"], json!(["email"]));
}

#[actix_web::test]
async fn snapshot_has_a_name_and_the_settings() {
    let (emulator, _) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator.save_snapshot("with admin").unwrap_err();
    emulator.save_snapshot("with-admin").unwrap();
    emulator
        .set_default_role_mapping(RoleMapping::new(["Boss", "Clerk"]))
        .unwrap();
    emulator.save_snapshot("clerks").unwrap();
    emulator.freeze_clock(1_700_000_000);
    let role = || emulator.emulated_org(&acme).role_of(&alice);
    assert_eq!(role().as_deref(), Some("Clerk"));

    emulator.load_snapshot("with-admin").unwrap();
    assert_eq!(role().as_deref(), Some("Admin"));
    assert_eq!(emulator.now(), 1_700_000_000, "the clock is no part of it");
    emulator.load_snapshot("clerks").unwrap();
    assert_eq!(role().as_deref(), Some("Clerk"));
    assert_eq!(emulator.snapshot_names(), ["clerks", "with-admin"]);

    let before = emulator.snapshot();
    let error = emulator.load_snapshot("other").unwrap_err().to_string();
    assert!(error.contains("there are clerks, with-admin"), "{error}");
    assert_eq!(emulator.snapshot(), before);
    for name in [
        "",
        "a/b",
        "a\\b",
        "..",
        ".hidden",
        "a b",
        "a\0",
        &"a".repeat(65),
    ] {
        assert!(emulator.save_snapshot(name).is_err(), "{name:?}");
    }
}
