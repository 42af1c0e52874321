//! What is known of users, and changed.

use std::time::Duration;

use actix_web_propelauth::{
    Error,
    api::{CreateUser, ResendEmailConfirmationRefusal},
    emulator::EmailKind,
};
use serde_json::{Map, Value, json};

use super::{HASH, NOBODY, ODD, object, send, start};

#[actix_web::test]
async fn what_is_known_of_a_user_is_changed_piece_by_piece() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    auth.user()
        .update_user_metadata(&alice)
        .username(ODD)
        .first_name(ODD)
        .last_name(ODD)
        .picture_url("https://x.example/ü?a=1&b=%2F")
        .metadata(object(&json!({ ODD: { ODD: [ODD, null, 1.5] } })))
        .properties(object(&json!({ ODD: ODD, "kept": 1 })))
        .update_password_required(true)
        .legacy_user_id(ODD)
        .await
        .unwrap();
    let user = alice.metadata().unwrap();
    for text in [
        &user.username,
        &user.first_name,
        &user.last_name,
        &user.legacy_user_id,
    ] {
        assert_eq!(text.as_deref(), Some(ODD));
    }
    assert_eq!(
        user.picture_url.as_deref(),
        Some("https://x.example/ü?a=1&b=%2F")
    );
    assert_eq!(
        json!(user.metadata),
        json!({ ODD: { ODD: [ODD, null, 1.5] } })
    );
    assert!(user.update_password_required);

    // What is not said stays; metadata is one thing, properties are many.
    let call = auth
        .user()
        .update_user_metadata(&alice)
        .metadata(Map::new());
    call.properties(object(&json!({ ODD: null })))
        .await
        .unwrap();
    let user = alice.metadata().unwrap();
    assert_eq!(json!(user.metadata), json!({}));
    assert_eq!(json!(user.properties), json!({ ODD: null, "kept": 1 }));
    assert_eq!(user.first_name.as_deref(), Some(ODD));
    let before = alice.metadata();
    auth.user().update_user_metadata(&alice).await.unwrap();
    assert_eq!(alice.metadata(), before);

    // The next token has it.
    let token = alice.log_in().unwrap();
    let user = auth.validate_access_token_and_get_user(format!("Bearer {token}").as_str());
    assert_eq!(user.unwrap().first_name.as_deref(), Some(ODD));

    emulator
        .create_user(CreateUser::new("b@example.com").username("Bob"))
        .unwrap();
    let call = auth.user().update_user_metadata(&alice).username("BOB");
    let error = call.picture_url("no url").await.unwrap_err();
    let fields: Vec<&str> = error
        .field_errors()
        .unwrap()
        .iter()
        .map(|(it, _)| it)
        .collect();
    assert_eq!(fields, ["picture_url", "username"]);
    // One's own name is not taken.
    let call = auth.user().update_user_metadata(&alice);
    call.username(ODD.to_uppercase()).await.unwrap();
}

#[actix_web::test]
async fn an_address_changes_at_once_or_once_it_is_confirmed() {
    let (emulator, auth) = start().await;
    let alice = CreateUser::new("alice@example.com").email_confirmed(true);
    let alice = emulator.create_user(alice).unwrap();
    let bob = CreateUser::new("bob@example.com").email_confirmed(true);
    emulator.create_user(bob).unwrap();
    let email = || alice.metadata().unwrap().email;

    auth.user()
        .update_user_email(&alice, "zoë+%2F'&=@exämple.com", false)
        .await
        .unwrap();
    assert_eq!(email(), "zoë+%2F'&=@exämple.com");
    assert!(emulator.email_outbox().is_empty());

    auth.user()
        .update_user_email(&alice, "new@example.com", true)
        .await
        .unwrap();
    assert_eq!(email(), "zoë+%2F'&=@exämple.com");
    let sent = emulator.email_outbox().pop().unwrap();
    assert_eq!(
        (sent.to.as_str(), sent.kind),
        ("new@example.com", EmailKind::ConfirmNewEmail)
    );
    auth.user().resend_email_confirmation(&alice).await.unwrap();
    assert_eq!(emulator.email_outbox().len(), 2);
    emulator.confirm_email(&alice).unwrap();
    assert_eq!(email(), "new@example.com");

    // An address that somebody else got in the meantime is not taken from them.
    auth.user()
        .update_user_email(&alice, "late@example.com", true)
        .await
        .unwrap();
    emulator.create_user("late@example.com").unwrap();
    assert!(emulator.confirm_email(&alice).is_err());
    assert_eq!(email(), "new@example.com");

    for wrong in ["", "alice", ODD, "BOB@example.com"] {
        let error = auth
            .user()
            .update_user_email(&alice, wrong, false)
            .await
            .unwrap_err();
        assert!(
            !error.field_errors().unwrap().get("new_email").is_empty(),
            "{wrong}"
        );
    }
    auth.user()
        .update_user_email(&alice, "New@example.com", false)
        .await
        .unwrap();
    let missing = auth
        .user()
        .update_user_email(NOBODY, "x@example.com", false)
        .await;
    assert!(missing.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn confirmations_are_sent_while_they_make_sense_and_not_too_often() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(1_700_000_000);
    let user = CreateUser::new("alice@example.com").send_email_to_confirm_email_address(true);
    let alice = emulator.create_user(user).unwrap();
    let sent = emulator.email_outbox().pop().unwrap();
    assert_eq!(
        (sent.to.as_str(), sent.kind),
        ("alice@example.com", EmailKind::ConfirmEmail)
    );
    assert_eq!(sent.user_id.as_ref(), Some(alice.id()));
    assert_eq!(sent.sent_at, 1_700_000_000);

    let path = "/api/backend/v1/resend_email_confirmation";
    let body = json!({ "user_id": alice.id() });
    assert_eq!(
        send(&emulator, "POST", path, &body).await,
        (204, Value::Null)
    );
    for _ in 0..3 {
        auth.user().resend_email_confirmation(&alice).await.unwrap();
    }
    let error = auth
        .user()
        .resend_email_confirmation(&alice)
        .await
        .unwrap_err();
    let Error::Refused(ResendEmailConfirmationRefusal::TooManyEmails(why)) = &error else {
        panic!("{error}");
    };
    assert!(why.user_facing_error.contains("Too many"));
    assert_eq!(emulator.email_outbox().len(), 5);
    emulator.advance_clock(Duration::from_secs(3600));
    auth.user().resend_email_confirmation(&alice).await.unwrap();

    emulator.confirm_email(&alice).unwrap();
    assert!(alice.metadata().unwrap().email_confirmed);
    let error = auth
        .user()
        .resend_email_confirmation(&alice)
        .await
        .unwrap_err();
    let sentence = error.field_errors().unwrap().user_facing_error();
    assert_eq!(sentence, Some("This email address is confirmed already"));
    assert!(
        auth.user()
            .resend_email_confirmation(NOBODY)
            .await
            .unwrap_err()
            .is_not_found()
    );
    let error = auth
        .user()
        .resend_email_confirmation(ODD)
        .await
        .unwrap_err();
    assert!(!error.field_errors().unwrap().get("user_id").is_empty());
}

#[actix_web::test]
async fn passwords_are_set_cleared_and_never_kept_as_they_are() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    assert!(
        emulator
            .log_in_with_password("alice@example.com", "")
            .is_err()
    );
    auth.user().update_user_password(&alice, ODD).await.unwrap();
    let user = alice.metadata().unwrap();
    assert!(user.has_password && !user.update_password_required);
    emulator
        .log_in_with_password("ALICE@example.com", ODD)
        .unwrap();
    assert!(
        emulator
            .log_in_with_password("alice@example.com", "other")
            .is_err()
    );
    assert!(!emulator.snapshot().to_string().contains("O'Neil"));

    let call = auth.user().update_user_password(&alice, "new");
    assert!(!format!("{call:?}").contains("new"));
    call.ask_user_to_update_password_on_login(true)
        .await
        .unwrap();
    assert!(alice.metadata().unwrap().update_password_required);
    assert!(
        emulator
            .log_in_with_password("alice@example.com", ODD)
            .is_err()
    );
    emulator
        .log_in_with_password("alice@example.com", "new")
        .unwrap();

    let error = auth
        .user()
        .update_user_password(&alice, "")
        .await
        .unwrap_err();
    assert!(!error.field_errors().unwrap().get("password").is_empty());
    auth.user().clear_user_password(&alice).await.unwrap();
    assert!(!alice.metadata().unwrap().has_password);
    assert!(
        emulator
            .log_in_with_password("alice@example.com", "new")
            .is_err()
    );

    auth.user()
        .migrate_user_password(&alice, HASH)
        .await
        .unwrap();
    assert!(alice.metadata().unwrap().has_password);
    let error = auth
        .user()
        .migrate_user_password(ODD, ODD)
        .await
        .unwrap_err();
    let fields: Vec<&str> = error
        .field_errors()
        .unwrap()
        .iter()
        .map(|(it, _)| it)
        .collect();
    assert_eq!(fields, ["password_hash", "user_id"]);

    for is_missing in [
        auth.user()
            .update_user_password(NOBODY, "x")
            .await
            .unwrap_err()
            .is_not_found(),
        auth.user()
            .clear_user_password(NOBODY)
            .await
            .unwrap_err()
            .is_not_found(),
        auth.user()
            .migrate_user_password(NOBODY, HASH)
            .await
            .unwrap_err()
            .is_not_found(),
    ] {
        assert!(is_missing);
    }
}
