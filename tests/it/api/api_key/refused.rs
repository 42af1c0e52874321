//! What is refused, and how it is told.

use actix_web_propelauth::{Error, OptionalExt as _, PropelAuth, emulator::Emulator};

use super::{NOBODY, NOW, ODD, UNKNOWN, World};

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
    assert_eq!(
        api.validate_api_key(&*unknown).await.optional().unwrap(),
        None
    );
    assert_eq!(
        api.validate_imported_api_key(ODD).await.optional().unwrap(),
        None
    );
    let known = world.personal();
    let forged = format!("{}{}", known.api_key_id, "0".repeat(64));
    assert_eq!(api.validate_api_key(forged).await.optional().unwrap(), None);

    for id in [UNKNOWN, ODD.trim_end(), "x", "a/b", "?x=1", "%2e%2e"] {
        assert_eq!(
            api.fetch_api_key(id).await.optional().unwrap(),
            None,
            "{id}"
        );
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
            matches!(error, Error::InvalidArgument { .. }),
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
            Error::InvalidArgument { argument, .. } => assert_eq!(argument, field),
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
    let auth = auth.emulator().fetch_and_init().await.unwrap();
    let error = auth
        .api_key()
        .create_api_key()
        .org_id(NOBODY)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::OrgsNotEnabled));
}
