//! API keys of end users and organizations: client, HTTP, emulator, state, and back.

use std::time::Duration;

use actix_web_propelauth::{
    ApiKeyId, Error, Found as _, OrgId, PropelAuth,
    api::{
        CreateApiKey, CreatedApiKey, ImportApiKey, ValidateApiKeyRefusal, ValidateOrgApiKeyRefusal,
        ValidatePersonalApiKeyRefusal,
    },
    emulator::{EmulatedUser, Emulator},
};
use serde_json::{Map, Value, json};

use crate::captures::Captures;

const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}\n";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const NOW: i64 = 1_700_000_000; // 2023-11-14
const UNKNOWN: &str = "00000000000000000000000000000000";

struct World {
    emulator: Emulator,
    auth: PropelAuth,
    alice: EmulatedUser,
    acme: OrgId,
}

impl World {
    async fn new() -> Self {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(NOW);
        let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
            .verifier_key(emulator.verifier_key())
            .emulator()
            .build()
            .unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.create_org(ODD).unwrap();
        emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
        Self {
            emulator,
            auth,
            alice,
            acme,
        }
    }

    fn create(&self, request: CreateApiKey) -> CreatedApiKey {
        self.emulator.create_api_key(request).unwrap()
    }

    fn personal(&self) -> CreatedApiKey {
        self.create(CreateApiKey::new().user_id(&self.alice))
    }

    async fn usage(&self, date: &str) -> u64 {
        let api = self.auth.api_key();
        api.fetch_api_key_usage(date).await.unwrap().count
    }

    fn pass(&self, seconds: u64) {
        self.emulator.advance_clock(Duration::from_secs(seconds));
    }
}

/// Returns the part of a token that is not the id of its key.
fn secret(key: &CreatedApiKey) -> &str {
    let token = key.api_key_token.expose();
    token.strip_prefix(key.api_key_id.as_str()).unwrap()
}

fn metadata() -> Map<String, Value> {
    let value = json!({ ODD: [ODD, 1.5, null, { ODD: ODD }] });
    value.as_object().unwrap().clone()
}

#[actix_web::test]
async fn a_key_of_each_type_is_created_fetched_and_validated() {
    let world = World::new().await;
    let api = world.auth.api_key();

    let call = api
        .create_api_key()
        .user_id(&world.alice)
        .metadata(metadata());
    let call = call.display_name(ODD).expires_at_seconds(NOW + 60);
    let personal = call.await.unwrap();
    let token = personal.api_key_token.expose();
    assert_eq!((personal.api_key_id.len(), token.len()), (32, 96));
    assert!(token.starts_with(personal.api_key_id.as_str()));
    assert!(!format!("{personal:?}").contains(secret(&personal)));

    let key = api.fetch_api_key(&personal.api_key_id).await.unwrap();
    assert_eq!(
        Some(&key),
        world
            .emulator
            .end_user_api_key(&personal.api_key_id)
            .as_ref()
    );
    assert_eq!(key.display_name.as_deref(), Some(ODD));
    assert_eq!(
        (key.created_at, key.expires_at_seconds),
        (NOW, Some(NOW + 60))
    );
    assert_eq!(key.metadata, Some(metadata()));

    for token in [
        token.to_owned(),
        format!("Bearer {token}"),
        format!("bEARER {token}"),
    ] {
        let validation = api.validate_api_key(&*token).await.unwrap();
        assert_eq!(validation.user, world.alice.metadata());
        assert_eq!(validation.metadata, Some(metadata()));
        assert_eq!((validation.org, validation.user_in_org), (None, None));
        let personal = api.validate_personal_api_key(&*token).await.unwrap();
        assert_eq!(personal.user.email, "alice@example.com");
        assert_eq!(personal.metadata, Some(metadata()));
    }

    let org = api.create_api_key().org_id(&world.acme).await.unwrap();
    let validation = api
        .validate_org_api_key(org.api_key_token.expose())
        .await
        .unwrap();
    assert_eq!(
        (validation.org.org_id, validation.org.org_name.as_str()),
        (world.acme.clone(), ODD)
    );
    assert_eq!((validation.user, validation.user_in_org), (None, None));

    let call = api
        .create_api_key()
        .org_id(&world.acme)
        .user_id(&world.alice);
    let both = call.await.unwrap();
    let validation = api
        .validate_org_api_key(both.api_key_token.expose())
        .await
        .unwrap();
    assert_eq!(validation.user.unwrap().email, "alice@example.com");
    assert_eq!(validation.user_in_org.unwrap().user_role, "Admin");

    let generic = api.create_api_key().await.unwrap();
    let validation = api
        .validate_api_key(generic.api_key_token.expose())
        .await
        .unwrap();
    assert_eq!((validation.user, validation.org), (None, None));
}

#[actix_web::test]
async fn a_key_of_another_type_says_whose_it_is() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let personal = world.personal();
    let org = world.create(CreateApiKey::new().org_id(&world.acme));
    let both = world.create(
        CreateApiKey::new()
            .org_id(&world.acme)
            .user_id(&world.alice),
    );
    let generic = world.create(CreateApiKey::new());

    for (key, user_id, org_id) in [
        (&org, None, Some(&world.acme)),
        (&both, Some(world.alice.id()), Some(&world.acme)),
        (&generic, None, None),
    ] {
        let call = api.validate_personal_api_key(key.api_key_token.expose());
        match call.await.unwrap_err() {
            Error::Refused(ValidatePersonalApiKeyRefusal::NotPersonal(owner)) => {
                assert_eq!(
                    (owner.user_id.as_ref(), owner.org_id.as_ref()),
                    (user_id, org_id)
                );
            }
            other => panic!("{other:?}"),
        }
    }
    for key in [&personal, &generic] {
        let error = api
            .validate_org_api_key(key.api_key_token.expose())
            .await
            .unwrap_err();
        assert!(matches!(
            error,
            Error::Refused(ValidateOrgApiKeyRefusal::NotOfOrg(_))
        ));
        assert!(!error.is_not_found());
    }
}

#[actix_web::test]
async fn an_imported_key_is_any_text() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let text = format!("legacy {ODD}");
    let call = api
        .import_api_key(&*text)
        .user_id(&world.alice)
        .display_name(ODD);
    let imported = call.metadata(metadata()).await.unwrap();
    assert_eq!(imported.api_key_id.len(), 32);
    for token in [text.clone(), format!("BEARER {text}")] {
        let validation = api.validate_imported_api_key(token).await.unwrap();
        assert_eq!(validation.user_id.as_ref(), Some(world.alice.id()));
        assert_eq!(validation.metadata, Some(metadata()));
    }

    let again = api.import_api_key(&*text).await.unwrap_err();
    let fields = again.field_errors().unwrap();
    assert_eq!(fields.get("imported_api_key"), ["Was imported already"]);
    let empty = api.import_api_key("").await.unwrap_err();
    assert!(
        !empty
            .field_errors()
            .unwrap()
            .get("imported_api_key")
            .is_empty()
    );

    // The two kinds do not stand for each other.
    let created = world.personal();
    let token = created.api_key_token.expose();
    assert_eq!(
        api.validate_imported_api_key(token).await.found().unwrap(),
        None
    );
    let hex = "a".repeat(96);
    world
        .emulator
        .import_api_key(ImportApiKey::new(&*hex))
        .unwrap();
    assert_eq!(api.validate_api_key(&*hex).await.found().unwrap(), None);
}

#[actix_web::test]
async fn a_key_expires_on_the_emulators_clock() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let key = world.create(CreateApiKey::new().expires_at_seconds(NOW + 60));
    let (id, token) = (&key.api_key_id, key.api_key_token.expose());

    world.pass(59);
    api.validate_api_key(token).await.unwrap();
    world.pass(1);
    assert_eq!(api.validate_api_key(token).await.found().unwrap(), None);
    assert_eq!(api.fetch_current_api_keys().await.unwrap().api_keys, []);
    let archived = api.fetch_archived_api_keys().await.unwrap();
    assert_eq!(
        (archived.total_api_keys, &archived.api_keys[0].api_key_id),
        (1, id)
    );
    assert!(api.fetch_api_key(id).await.is_ok());
    let error = api
        .update_api_key(id)
        .set_to_never_expire(true)
        .await
        .unwrap_err();
    assert!(error.is_not_found());

    let other = world.personal();
    world.emulator.expire_api_key(&other.api_key_id).unwrap();
    let call = api.validate_personal_api_key(other.api_key_token.expose());
    assert!(call.await.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn a_key_is_changed() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let created = world.create(
        CreateApiKey::new()
            .expires_at_seconds(NOW + 60)
            .display_name(ODD),
    );
    let id = &created.api_key_id;
    let key = || world.emulator.end_user_api_key(id).unwrap();

    let before = key();
    api.update_api_key(id).await.unwrap();
    assert_eq!(key(), before);
    let call = api.update_api_key(id).metadata(metadata());
    call.expires_at_seconds(NOW + 120).await.unwrap();
    assert_eq!(
        (key().metadata, key().expires_at_seconds),
        (Some(metadata()), Some(NOW + 120))
    );
    let call = api.update_api_key(id).set_to_never_expire(false);
    call.metadata(Map::new()).await.unwrap();
    assert_eq!(
        (key().metadata, key().expires_at_seconds),
        (Some(Map::new()), Some(NOW + 120))
    );
    let call = api.update_api_key(id).set_to_never_expire(true);
    call.expires_at_seconds(NOW + 7).await.unwrap();
    assert_eq!(key().expires_at_seconds, None);

    let past = api
        .update_api_key(id)
        .expires_at_seconds(NOW)
        .await
        .unwrap_err();
    let fields = past.field_errors().unwrap();
    assert_eq!(fields.get("expires_at_seconds"), ["Must be in the future"]);
}

#[actix_web::test]
async fn a_key_ends_with_its_deletion_and_with_its_owner() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let key = world.personal();
    let token = key.api_key_token.expose();
    api.validate_api_key(token).await.unwrap();
    api.delete_api_key(&key.api_key_id).await.unwrap();
    assert_eq!(api.validate_api_key(token).await.found().unwrap(), None);
    assert_eq!(
        api.fetch_api_key(&key.api_key_id).await.found().unwrap(),
        None
    );
    assert_eq!(
        api.fetch_current_api_keys().await.unwrap().total_api_keys,
        0
    );
    assert_eq!(
        api.fetch_archived_api_keys().await.unwrap().total_api_keys,
        0
    );
    assert!(
        api.delete_api_key(&key.api_key_id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert_eq!(world.usage("2023-11-14").await, 1); // what was used, was used

    // A snapshot in which the user is blocked, and one in which there is none.
    let key = world.personal();
    let token = key.api_key_token.expose();
    let snapshot = world.emulator.snapshot();
    let user = format!("/users/{}", world.alice.id());
    let mut blocked = snapshot.clone();
    *blocked
        .pointer_mut(&format!("{user}/metadata/enabled"))
        .unwrap() = json!(false);
    world.emulator.restore(blocked).unwrap();
    assert_eq!(api.validate_api_key(token).await.found().unwrap(), None);
    assert!(api.fetch_api_key(&key.api_key_id).await.is_ok());
    let mut gone = snapshot.clone();
    gone["users"] = json!({});
    world.emulator.restore(gone).unwrap();
    assert_eq!(
        api.fetch_api_key(&key.api_key_id).await.found().unwrap(),
        None
    );
    world.emulator.restore(snapshot).unwrap();
    api.validate_api_key(token).await.unwrap();
}

#[actix_web::test]
async fn what_is_no_key_is_told_from_what_is_unknown() {
    let world = World::new().await;
    let api = world.auth.api_key();
    for token in [
        "",
        "x",
        ODD,
        &"g".repeat(96),
        &"a".repeat(95),
        &"é".repeat(48),
    ] {
        let error = api.validate_api_key(token).await.unwrap_err();
        let fields = error.field_errors().unwrap();
        assert_eq!(fields.get("api_key_token"), ["Not an API key"], "{token}");
        assert!(token.is_empty() || !format!("{error:?} {error}").contains(token));
    }
    let unknown = "a".repeat(96);
    assert_eq!(api.validate_api_key(&*unknown).await.found().unwrap(), None);
    assert_eq!(
        api.validate_imported_api_key(ODD).await.found().unwrap(),
        None
    );
    let known = world.personal();
    let forged = format!("{}{}", known.api_key_id, "0".repeat(64));
    assert_eq!(api.validate_api_key(forged).await.found().unwrap(), None);

    for id in [UNKNOWN, ODD.trim_end(), "x", "a/../b", "?x=1", "%2e%2e"] {
        assert_eq!(api.fetch_api_key(id).await.found().unwrap(), None, "{id}");
        assert!(
            api.update_api_key(id).await.unwrap_err().is_not_found(),
            "{id}"
        );
        assert!(
            api.delete_api_key(id).await.unwrap_err().is_not_found(),
            "{id}"
        );
    }
    // The first would be the whole collection, the others leave it.
    for id in ["", ".", "..", "a\nb"] {
        let error = api.delete_api_key(id).await.unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest { .. }),
            "{id:?} {error:?}"
        );
    }
}

#[actix_web::test]
async fn wrong_arguments_are_named() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let bob = world.emulator.create_user("bob@example.com").unwrap();
    for (call, field) in [
        (api.create_api_key().user_id(NOBODY), "user_id"),
        (api.create_api_key().user_id(ODD), "user_id"),
        (api.create_api_key().org_id(NOBODY), "org_id"),
        (api.create_api_key().org_id(ODD), "org_id"),
        (
            api.create_api_key().user_id(&bob).org_id(&world.acme),
            "user_id",
        ),
        (
            api.create_api_key().expires_at_seconds(NOW),
            "expires_at_seconds",
        ),
        (
            api.create_api_key().expires_at_seconds(i64::MIN),
            "expires_at_seconds",
        ),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().get(field).len(), 1, "{field}");
    }
    for (call, field) in [
        (api.fetch_current_api_keys().page_size(0), "page_size"),
        (api.fetch_current_api_keys().page_size(101), "page_size"),
        (api.fetch_current_api_keys().org_id(ODD), "org_id"),
        (api.fetch_current_api_keys().user_id(ODD), "user_id"),
        (
            api.fetch_current_api_keys().api_key_type(ODD),
            "api_key_type",
        ),
    ] {
        // Some of these may be found before anything is sent.
        match call.await.unwrap_err() {
            Error::InvalidRequest { argument, .. } => assert_eq!(argument, field),
            error => assert_eq!(error.field_errors().unwrap().get(field).len(), 1, "{field}"),
        }
    }
    for date in ["", "today", "2023-02-29", ODD] {
        let error = api.fetch_api_key_usage(date).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().get("date").len(), 1, "{date}");
    }
    let call = api.fetch_api_key_usage("2023-11-14").api_key_id(UNKNOWN);
    assert!(call.await.unwrap_err().is_not_found());

    let without = Emulator::builder().without_orgs().start().await.unwrap();
    let auth = PropelAuth::builder(without.auth_url(), without.api_key());
    let auth = auth.emulator().init().await.unwrap();
    let error = auth
        .api_key()
        .create_api_key()
        .org_id(NOBODY)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::OrgsNotEnabled));
}

#[actix_web::test]
async fn keys_are_listed_by_owner_type_and_page() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let zoe = world.emulator.create_user("zoë+tag@exämple.com").unwrap();
    let of = |key: CreatedApiKey| key.api_key_id;
    let personal = of(world.personal());
    let zoes = of(world.create(CreateApiKey::new().user_id(&zoe)));
    let org = of(world.create(CreateApiKey::new().org_id(&world.acme)));
    let both = of(world.create(
        CreateApiKey::new()
            .org_id(&world.acme)
            .user_id(&world.alice),
    ));
    let generic = of(world.create(CreateApiKey::new()));

    let all = [&personal, &zoes, &org, &both, &generic];
    let list = || api.fetch_current_api_keys();
    for (call, expected) in [
        (list(), &all[..]),
        (list().user_id(&world.alice), &[&personal, &both]),
        (list().org_id(&world.acme), &[&org, &both]),
        (list().user_email("ZOË+tag@exämple.com"), &[&zoes]),
        (list().user_email(ODD), &[]),
        (list().user_id(NOBODY), &[]),
        (list().api_key_type("Personal"), &[&personal, &zoes]),
        (list().api_key_type("org"), &[&org, &both]),
        (list().api_key_type("Generic"), &[&generic]),
        (list().page_size(2).page_number(1), &[&org, &both]),
        (list().page_size(2).page_number(3), &[]),
    ] {
        let what = format!("{call:?}");
        let page = call.await.unwrap();
        let ids: Vec<&ApiKeyId> = page.api_keys.iter().map(|key| &key.api_key_id).collect();
        assert_eq!(ids, expected, "{what}");
    }
    let page = list().page_size(2).page_number(1).await.unwrap();
    assert_eq!(
        (page.total_api_keys, page.current_page, page.page_size),
        (5, 1, 2)
    );
    assert!(page.has_more_results);
    assert!(!list().page_size(5).await.unwrap().has_more_results);
}

#[actix_web::test]
async fn use_is_counted_by_day() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let personal = world.personal();
    let org = world.create(CreateApiKey::new().org_id(&world.acme));
    for key in [&personal, &personal, &org] {
        api.validate_api_key(key.api_key_token.expose())
            .await
            .unwrap();
    }
    world.pass(24 * 60 * 60);
    api.validate_api_key(org.api_key_token.expose())
        .await
        .unwrap();

    assert_eq!(world.usage("2023-11-13").await, 0);
    assert_eq!(world.usage("2023-11-14").await, 3);
    assert_eq!(world.usage("2023-11-15").await, 1);
    let day = || api.fetch_api_key_usage("2023-11-14");
    for (call, count) in [
        (day().user_id(&world.alice), 2),
        (day().org_id(&world.acme), 1),
        (day().api_key_id(&personal.api_key_id), 2),
        (
            day().api_key_id(&personal.api_key_id).org_id(&world.acme),
            0,
        ),
        (day().user_id(NOBODY), 0),
    ] {
        assert_eq!(call.await.unwrap().count, count);
    }
}

#[actix_web::test]
async fn a_key_has_a_limit_of_its_own() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let key = world.personal();
    let (id, token) = (&key.api_key_id, key.api_key_token.expose());
    let minute = Duration::from_secs(60);
    world.emulator.limit_api_key(id, 2, minute).unwrap();

    api.validate_api_key(token).await.unwrap();
    world.pass(10);
    api.validate_personal_api_key(token).await.unwrap();
    world.pass(20);
    match api.validate_api_key(token).await.unwrap_err() {
        Error::Refused(ValidateApiKeyRefusal::RateLimited(limit)) => {
            assert_eq!(limit.wait, Duration::from_secs(30));
            assert_eq!(limit.error_code, "rate_limit_exceeded");
            assert!(limit.user_facing_error.is_some());
        }
        other => panic!("{other:?}"),
    }
    let error = api.validate_personal_api_key(token).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(!error.is_not_found());
    // Others are not concerned, and refusals are no use.
    let other = world.personal();
    api.validate_api_key(other.api_key_token.expose())
        .await
        .unwrap();
    assert_eq!(world.usage("2023-11-14").await, 3);

    world.pass(30);
    api.validate_api_key(token).await.unwrap();
    assert!(api.validate_api_key(token).await.is_err());
    world.emulator.unlimit_api_key(id).unwrap();
    api.validate_api_key(token).await.unwrap();
    assert!(world.emulator.limit_api_key(UNKNOWN, 1, minute).is_err());
}

#[actix_web::test]
async fn keys_are_in_snapshots_and_their_tokens_in_no_debug_output() {
    let world = World::new().await;
    let key = world.personal();
    let token = key.api_key_token.expose();
    let snapshot = world.emulator.snapshot();
    assert!(snapshot.to_string().contains(token));
    let again = Emulator::builder()
        .snapshot(snapshot)
        .start()
        .await
        .unwrap();
    let auth = PropelAuth::builder(again.auth_url(), again.api_key());
    let auth = auth.emulator().init().await.unwrap();
    auth.api_key().validate_api_key(token).await.unwrap();

    let api = world.auth.api_key();
    let calls = (
        api.validate_api_key(token),
        api.validate_personal_api_key(token),
        api.validate_org_api_key(token),
        api.validate_imported_api_key(token),
        api.import_api_key(token),
    );
    let debug = format!("{calls:?} {key:?} {:?}", world.emulator);
    assert!(!debug.contains(secret(&key)), "{debug}");
}

#[actix_web::test]
async fn other_libraries_get_the_shapes_that_they_expect() {
    let world = World::new().await;
    let send = async |method: &str, path: &str, body: Value| {
        let url = format!(
            "{}/api/backend/v1/end_user_api_keys{path}",
            world.emulator.auth_url()
        );
        let request = awc::Client::new().request(method.parse().unwrap(), url);
        let request = request.bearer_auth(world.emulator.api_key());
        let mut response = request.send_json(&body).await.unwrap();
        let body: Value =
            serde_json::from_slice(&response.body().await.unwrap()).unwrap_or_default();
        (response.status().as_u16(), body)
    };
    // Rust sends every argument, as null where it was not given.
    let arguments = json!({
        "user_id": world.alice.id(), "org_id": null, "expires_at_seconds": null, "metadata": null,
        "display_name": null,
    });
    let (status, created) = send("POST", "", arguments).await;
    assert_eq!(status, 200);
    let (id, token) = (
        created["api_key_id"].as_str().unwrap(),
        &created["api_key_token"],
    );
    let (_, key) = send("GET", &format!("/{id}"), json!(null)).await;
    let expected = json!({
        "api_key_id": id, "created_at": NOW, "expires_at_seconds": null, "metadata": null,
        "user_id": world.alice.id(), "org_id": null, "display_name": null,
    });
    assert_eq!(key, expected);
    let nulls =
        json!({ "expires_at_seconds": null, "metadata": null, "set_to_never_expire": null });
    assert_eq!(send("PATCH", &format!("/{id}"), nulls).await.0, 200);

    let (status, validation) = send("POST", "/validate", json!({ "api_key_token": token })).await;
    assert_eq!(
        (status, &validation["user"]["email"]),
        (200, &json!("alice@example.com"))
    );
    assert_eq!(validation["user_id"], json!(world.alice.id()));
    for absent in ["org", "user_in_org", "org_id", "metadata"] {
        assert_eq!(validation.get(absent), Some(&Value::Null), "{absent}");
    }

    // Rust takes only text for the reason.
    let bad = send("POST", "/validate", json!({ "api_key_token": "x" })).await;
    assert_eq!(bad, (400, json!({ "api_key_token": "Not an API key" })));
    let minute = Duration::from_secs(60);
    world.emulator.limit_api_key(id, 0, minute).unwrap();
    let (status, limited) = send("POST", "/validate", json!({ "api_key_token": token })).await;
    assert_eq!((status, &limited["wait_seconds"]), (429, &json!(60.0)));
    assert_eq!(limited["error_code"], "rate_limit_exceeded");
    assert!(limited["user_facing_error"].is_string());

    let (status, page) = send("GET", "?page_size=1&page_number=0", json!(null)).await;
    assert_eq!((status, &page["api_keys"]), (200, &json!([expected])));
    assert_eq!(
        (&page["total_api_keys"], &page["has_more_results"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(
        (&page["current_page"], &page["page_size"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        send("DELETE", &format!("/{id}"), json!({})).await,
        (200, json!({}))
    );
    assert_eq!(send("GET", &format!("/{id}"), json!(null)).await.0, 404);
}

#[actix_web::test]
async fn requests_are_those_that_propelauths_library_sends() {
    const ORG: &str = "1189c444-8a2d-4c41-8b4b-ae43ce79a492";
    const USER: &str = "31c41c16-c281-44ae-9602-8a047e3bf33d";
    const KEY: &str = "f3a1b2c4d5e6f708192a3b4c5d6e7f80";
    const EMAIL: &str = "zoë+tag & co@exämple.com";
    const NAME: &str = "Zoë+O’B & 日本/?#=%25";
    const LEGACY: &str = "legacy key & ü+/=";
    const EXPIRY: i64 = 1_985_475_842;
    let token = format!("{KEY}{}", "0123456789abcdef".repeat(4));
    let metadata = || json!({ "k": [1, "ü"] }).as_object().unwrap().clone();

    let mut captures = Captures::new(include_str!("../captures/api_key.jsonl")).await;
    let all = &mut captures;
    all.assert_same("fetch_api_key", "minimal", async |auth| {
        auth.api_key().fetch_api_key(KEY).await.ok()
    })
    .await;
    all.assert_same("fetch_current_api_keys", "minimal", async |auth| {
        auth.api_key().fetch_current_api_keys().await.ok()
    })
    .await;
    all.assert_same("fetch_current_api_keys", "full", async |auth| {
        let call = auth
            .api_key()
            .fetch_current_api_keys()
            .org_id(ORG)
            .user_id(USER);
        let call = call.user_email(EMAIL).page_size(37).page_number(4);
        call.api_key_type("Personal & x").await.ok()
    })
    .await;
    all.assert_same("fetch_archived_api_keys", "minimal", async |auth| {
        auth.api_key().fetch_archived_api_keys().await.ok()
    })
    .await;
    all.assert_same("fetch_archived_api_keys", "full", async |auth| {
        let call = auth
            .api_key()
            .fetch_archived_api_keys()
            .org_id(ORG)
            .user_id(USER);
        let call = call.user_email(EMAIL).page_size(37).page_number(4);
        call.api_key_type("Personal & x").await.ok()
    })
    .await;
    all.assert_same("create_api_key", "minimal", async |auth| {
        auth.api_key().create_api_key().await.ok()
    })
    .await;
    all.assert_same("create_api_key", "full", async |auth| {
        let call = auth.api_key().create_api_key().org_id(ORG).user_id(USER);
        let call = call.expires_at_seconds(EXPIRY).metadata(metadata());
        call.display_name(NAME).await.ok()
    })
    .await;
    all.assert_same("update_api_key", "minimal", async |auth| {
        auth.api_key().update_api_key(KEY).await.ok()
    })
    .await;
    all.assert_same("update_api_key", "full", async |auth| {
        let call = auth
            .api_key()
            .update_api_key(KEY)
            .expires_at_seconds(EXPIRY);
        call.metadata(metadata())
            .set_to_never_expire(true)
            .await
            .ok()
    })
    .await;
    all.assert_same("delete_api_key", "minimal", async |auth| {
        auth.api_key().delete_api_key(KEY).await.ok()
    })
    .await;
    all.assert_same("validate_api_key", "minimal", async |auth| {
        auth.api_key().validate_api_key(&*token).await.ok()
    })
    .await;
    all.assert_same("validate_api_key", "full", async |auth| {
        let token = format!("Bearer {token}");
        auth.api_key().validate_api_key(token).await.ok()
    })
    .await;
    all.assert_same("validate_personal_api_key", "minimal", async |auth| {
        auth.api_key().validate_personal_api_key(&*token).await.ok()
    })
    .await;
    all.assert_same("validate_org_api_key", "minimal", async |auth| {
        auth.api_key().validate_org_api_key(&*token).await.ok()
    })
    .await;
    all.assert_same("validate_imported_api_key", "minimal", async |auth| {
        auth.api_key().validate_imported_api_key(LEGACY).await.ok()
    })
    .await;
    all.assert_same("validate_imported_api_key", "full", async |auth| {
        let token = format!("bEaReR {LEGACY}");
        auth.api_key().validate_imported_api_key(token).await.ok()
    })
    .await;
    all.assert_same("import_api_key", "minimal", async |auth| {
        auth.api_key().import_api_key(LEGACY).await.ok()
    })
    .await;
    all.assert_same("import_api_key", "full", async |auth| {
        let call = auth
            .api_key()
            .import_api_key(LEGACY)
            .org_id(ORG)
            .user_id(USER);
        let call = call.expires_at_seconds(EXPIRY).metadata(metadata());
        call.display_name(NAME).await.ok()
    })
    .await;
    captures.finish().await;
}
