//! What travels, what is stored and what is printed.

use std::time::Duration;

use actix_web_propelauth::{PropelAuth, emulator::Emulator};
use serde_json::{Value, json};

use super::{NOW, World, secret};
use crate::api::sdk_recordings::Captures;

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
    let auth = auth.emulator().fetch_and_init().await.unwrap();
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
    world.emulator.rate_limit_api_key(id, 0, minute).unwrap();
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
    assert_eq!(
        send("GET", &format!("/{id}"), json!(null)).await,
        (200, Value::Null)
    );
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

    let mut captures = Captures::new(include_str!("../../../captures/api_key.jsonl")).await;
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
