//! Users kept out, let in and deleted.

use actix_web_propelauth::{Error, api::CreateUser};
use serde_json::{Value, json};

use super::{ODD, send, start};

#[actix_web::test]
async fn who_is_disabled_or_locked_cannot_log_in() {
    let (emulator, auth) = start().await;
    let user = CreateUser::new("alice@example.com")
        .username("alice")
        .password("right");
    let alice = emulator.create_user(user).unwrap();
    emulator.log_in_with_password("alice", "right").unwrap();
    alice.log_in().unwrap();
    assert_eq!(emulator.session_count(&alice), 2);

    auth.user().disable_user(&alice).await.unwrap();
    assert!(!alice.metadata().unwrap().enabled);
    assert_eq!(emulator.session_count(&alice), 0);
    assert!(alice.log_in().is_err() && emulator.log_in_with_password("alice", "right").is_err());
    auth.user().disable_user(&alice).await.unwrap();
    auth.user().enable_user(&alice).await.unwrap();
    alice.log_in().unwrap();

    for _ in 0..10 {
        assert!(emulator.log_in_with_password("alice", "wrong").is_err());
    }
    assert!(alice.metadata().unwrap().locked);
    assert!(emulator.log_in_with_password("alice", "right").is_err());
    emulator.unlock_user(&alice).unwrap();
    emulator.log_in_with_password("alice", "right").unwrap();
    emulator.lock_user(&alice).unwrap();
    assert!(alice.log_in().is_err());
    emulator.unlock_user(&alice).unwrap();

    let path = format!("/api/backend/v1/user/{}/logout_all_sessions", alice.id());
    assert_eq!(
        send(&emulator, "POST", &path, &Value::Null).await,
        (204, Value::Null)
    );
    assert_eq!(emulator.session_count(&alice), 0);
    alice.log_in().unwrap();
    auth.user().logout_all_user_sessions(&alice).await.unwrap();
    assert_eq!(emulator.session_count(&alice), 0);

    emulator.set_up_totp(&alice).unwrap();
    assert!(emulator.log_in_with_password("alice", "right").is_err());
}

#[actix_web::test]
async fn users_may_create_orgs_or_not_whichever_method_says_so() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let may = || alice.metadata().unwrap().can_create_orgs;
    auth.user()
        .enable_user_can_create_orgs(&alice)
        .await
        .unwrap();
    assert!(may());
    auth.user()
        .disable_user_can_create_orgs(&alice)
        .await
        .unwrap();
    assert!(!may());
    let path = format!("/api/backend/v1/user/{}/can_create_orgs", alice.id());
    for method in ["POST", "PUT"] {
        for (end, expected) in [("enable", true), ("disable", false)] {
            let path = format!("{path}/{end}");
            let (status, reply) = send(&emulator, method, &path, &Value::Null).await;
            assert_eq!((status, reply), (200, json!({})), "{method} {end}");
            assert_eq!(may(), expected, "{method} {end}");
        }
    }
}

#[actix_web::test]
async fn a_deleted_user_is_gone_everywhere() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    auth.user().delete_user(&alice).await.unwrap();
    assert_eq!(alice.metadata(), None);
    assert!(alice.log_in().is_err());
    emulator.create_user("alice@example.com").unwrap();

    let user = auth.user();
    let id = alice.id();
    for (name, is_missing) in [
        (
            "delete",
            user.delete_user(id).await.unwrap_err().is_not_found(),
        ),
        (
            "disable",
            user.disable_user(id).await.unwrap_err().is_not_found(),
        ),
        (
            "enable",
            user.enable_user(id).await.unwrap_err().is_not_found(),
        ),
        (
            "2fa",
            user.disable_user_2fa(id).await.unwrap_err().is_not_found(),
        ),
        (
            "orgs",
            user.enable_user_can_create_orgs(id)
                .await
                .unwrap_err()
                .is_not_found(),
        ),
        (
            "no orgs",
            user.disable_user_can_create_orgs(id)
                .await
                .unwrap_err()
                .is_not_found(),
        ),
        (
            "logout",
            user.logout_all_user_sessions(id)
                .await
                .unwrap_err()
                .is_not_found(),
        ),
        (
            "update",
            user.update_user_metadata(id)
                .await
                .unwrap_err()
                .is_not_found(),
        ),
        (
            "odd",
            user.delete_user(ODD).await.unwrap_err().is_not_found(),
        ),
    ] {
        assert!(is_missing, "{name}");
    }
    for id in ["", ".", "..", "a\nb"] {
        let error = user.delete_user(id).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{id:?}");
    }
}
