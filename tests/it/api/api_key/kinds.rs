//! Keys of every kind, and what they are good for.

use std::time::Duration;

use actix_web_propelauth::{
    Error, OptionalExt as _,
    api::{
        CreateApiKey, ImportApiKey, ValidateApiKeyRefusal, ValidateOrgApiKeyRefusal,
        ValidatePersonalApiKeyRefusal,
    },
};

use super::{NOBODY, NOW, ODD, UNKNOWN, World, metadata, secret};

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
        api.validate_imported_api_key(token)
            .await
            .optional()
            .unwrap(),
        None
    );
    let hex = "a".repeat(96);
    world
        .emulator
        .import_api_key(ImportApiKey::new(&*hex))
        .unwrap();
    assert_eq!(api.validate_api_key(&*hex).await.optional().unwrap(), None);
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
    world.emulator.rate_limit_api_key(id, 2, minute).unwrap();

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
    assert!(
        world
            .emulator
            .rate_limit_api_key(UNKNOWN, 1, minute)
            .is_err()
    );
}
