//! Keys expire, change, end and are listed.

use actix_web_propelauth::{
    ApiKeyId, OptionalExt as _,
    api::{CreateApiKey, CreatedApiKey},
};
use serde_json::{Map, json};

use super::{NOBODY, NOW, ODD, World, metadata};

#[actix_web::test]
async fn a_key_expires_on_the_emulators_clock() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let key = world.create(CreateApiKey::new().expires_at_seconds(NOW + 60));
    let (id, token) = (&key.api_key_id, key.api_key_token.expose());

    world.pass(59);
    api.validate_api_key(token).await.unwrap();
    world.pass(1);
    assert_eq!(api.validate_api_key(token).await.optional().unwrap(), None);
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
    assert_eq!(
        fields.get("expires_at_seconds"),
        ["Must be in the future: 1700000000 is not after 1700000000"]
    );
}

#[actix_web::test]
async fn a_key_ends_with_its_deletion_and_with_its_owner() {
    let world = World::new().await;
    let api = world.auth.api_key();
    let key = world.personal();
    let token = key.api_key_token.expose();
    api.validate_api_key(token).await.unwrap();
    api.delete_api_key(&key.api_key_id).await.unwrap();
    assert_eq!(api.validate_api_key(token).await.optional().unwrap(), None);
    assert_eq!(
        api.fetch_api_key(&key.api_key_id).await.optional().unwrap(),
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
    assert_eq!(api.validate_api_key(token).await.optional().unwrap(), None);
    assert!(api.fetch_api_key(&key.api_key_id).await.is_ok());
    let mut gone = snapshot.clone();
    gone["users"] = json!({});
    world.emulator.restore(gone).unwrap();
    assert_eq!(
        api.fetch_api_key(&key.api_key_id).await.optional().unwrap(),
        None
    );
    world.emulator.restore(snapshot).unwrap();
    api.validate_api_key(token).await.unwrap();
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
