//! Users made, changed, kept out, let in and deleted, with every string as odd as can be.

use std::{collections::BTreeMap, time::Duration};

use actix_web_propelauth::{
    Error, PropelAuth,
    api::{CreateUser, ResendEmailConfirmationRefusal},
    emulator::{EmailKind, Emulator},
};
use serde_json::{Map, Value, json};

pub(crate) const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}";
pub(crate) const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const HASH: &str = "$2a$14$abc";

pub(crate) fn handle(emulator: &Emulator) -> PropelAuth {
    PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .verifier_key(emulator.verifier_key())
        .emulator()
        .build()
        .unwrap()
}

pub(crate) async fn start() -> (Emulator, PropelAuth) {
    let emulator = Emulator::start().await.unwrap();
    let auth = handle(&emulator);
    (emulator, auth)
}

/// Sends a request the way that any other library would.
pub(crate) async fn send(
    emulator: &Emulator,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let url = format!("{}{path}", emulator.auth_url());
    let request = awc::Client::default()
        .request(method.parse().unwrap(), url)
        .bearer_auth(emulator.api_key());
    let sent = match body {
        Value::Null => request.send(),
        body => request.send_json(body),
    };
    let mut response = sent.await.unwrap();
    let body = response.body().await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

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
    let token = alice.login().unwrap();
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
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.create_user("bob@example.com").unwrap();
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
    assert_eq!((&sent.user_id, sent.sent_at), (alice.id(), 1_700_000_000));

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
    assert!(emulator.log_in("alice@example.com", "").is_err());
    auth.user().update_user_password(&alice, ODD).await.unwrap();
    let user = alice.metadata().unwrap();
    assert!(user.has_password && !user.update_password_required);
    emulator.log_in("ALICE@example.com", ODD).unwrap();
    assert!(emulator.log_in("alice@example.com", "other").is_err());
    assert!(!emulator.snapshot().to_string().contains("O'Neil"));

    let call = auth.user().update_user_password(&alice, "new");
    assert!(!format!("{call:?}").contains("new"));
    call.ask_user_to_update_password_on_login(true)
        .await
        .unwrap();
    assert!(alice.metadata().unwrap().update_password_required);
    assert!(emulator.log_in("alice@example.com", ODD).is_err());
    emulator.log_in("alice@example.com", "new").unwrap();

    let error = auth
        .user()
        .update_user_password(&alice, "")
        .await
        .unwrap_err();
    assert!(!error.field_errors().unwrap().get("password").is_empty());
    auth.user().clear_user_password(&alice).await.unwrap();
    assert!(!alice.metadata().unwrap().has_password);
    assert!(emulator.log_in("alice@example.com", "new").is_err());

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

#[actix_web::test]
async fn who_is_disabled_or_locked_cannot_log_in() {
    let (emulator, auth) = start().await;
    let user = CreateUser::new("alice@example.com")
        .username("alice")
        .password("right");
    let alice = emulator.create_user(user).unwrap();
    emulator.log_in("alice", "right").unwrap();
    alice.login().unwrap();
    assert_eq!(emulator.session_count(&alice), 2);

    auth.user().disable_user(&alice).await.unwrap();
    assert!(!alice.metadata().unwrap().enabled);
    assert_eq!(emulator.session_count(&alice), 0);
    assert!(alice.login().is_err() && emulator.log_in("alice", "right").is_err());
    auth.user().disable_user(&alice).await.unwrap();
    auth.user().enable_user(&alice).await.unwrap();
    alice.login().unwrap();

    for _ in 0..10 {
        assert!(emulator.log_in("alice", "wrong").is_err());
    }
    assert!(alice.metadata().unwrap().locked);
    assert!(emulator.log_in("alice", "right").is_err());
    emulator.unlock_user(&alice).unwrap();
    emulator.log_in("alice", "right").unwrap();
    emulator.lock_user(&alice).unwrap();
    assert!(alice.login().is_err());
    emulator.unlock_user(&alice).unwrap();

    let path = format!("/api/backend/v1/user/{}/logout_all_sessions", alice.id());
    assert_eq!(
        send(&emulator, "POST", &path, &Value::Null).await,
        (204, Value::Null)
    );
    assert_eq!(emulator.session_count(&alice), 0);
    alice.login().unwrap();
    auth.user().logout_all_user_sessions(&alice).await.unwrap();
    assert_eq!(emulator.session_count(&alice), 0);

    emulator.set_up_totp(&alice).unwrap();
    assert!(emulator.log_in("alice", "right").is_err());
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
    assert!(alice.login().is_err());
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
        assert!(matches!(error, Error::InvalidRequest { .. }), "{id:?}");
    }
}

#[actix_web::test]
async fn a_user_is_brought_from_elsewhere() {
    let (emulator, auth) = start().await;
    let migrated = auth
        .user()
        .migrate_user_from_external_source("zoë+%2F'&=@exämple.com", true)
        .existing_user_id(ODD)
        .existing_password_hash(HASH)
        .update_password_required(true)
        .enabled(false)
        .first_name(ODD)
        .last_name(ODD)
        .username(ODD)
        .picture_url("https://x.example/ü")
        .properties(object(&json!({ ODD: ODD })))
        .await
        .unwrap();
    let user = emulator.user(&migrated.user_id).unwrap();
    for text in [
        &user.username,
        &user.first_name,
        &user.last_name,
        &user.legacy_user_id,
    ] {
        assert_eq!(text.as_deref(), Some(ODD));
    }
    assert_eq!(json!(user.properties), json!({ ODD: ODD }));
    assert!(user.email_confirmed && user.has_password && user.update_password_required);
    assert!(!user.enabled && !user.mfa_enabled);

    let plain = auth
        .user()
        .migrate_user_from_external_source("b@example.com", false);
    let plain = emulator.user(plain.await.unwrap().user_id).unwrap();
    assert!(plain.enabled && !plain.email_confirmed && !plain.has_password);

    let call = auth
        .user()
        .migrate_user_from_external_source("B@example.com", true);
    let error = call
        .username(ODD)
        .picture_url(ODD)
        .existing_password_hash("plain text")
        .existing_mfa_base32_encoded_secret(ODD)
        .await
        .unwrap_err();
    let fields: Vec<&str> = error
        .field_errors()
        .unwrap()
        .iter()
        .map(|(it, _)| it)
        .collect();
    let expected = [
        "email",
        "existing_mfa_base32_encoded_secret",
        "existing_password_hash",
        "picture_url",
        "username",
    ];
    assert_eq!(fields, expected);
}

#[actix_web::test]
async fn a_magic_link_logs_in_whom_it_says() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(1_700_000_000);
    let parameters = BTreeMap::from([(ODD.to_owned(), ODD.to_owned())]);
    let link = auth
        .user()
        .create_magic_link("zoë+%2F'&=@exämple.com")
        .redirect_to_url("https://app.example/r?x=1&y=ü")
        .expires_in_hours(2)
        .create_new_user_if_one_doesnt_exist(true)
        .expire_after_first_use(true)
        .requires_interstitial(true)
        .user_signup_query_parameters(parameters.clone())
        .await
        .unwrap();
    let url = link.url.expose();
    assert!(url.starts_with(&format!("{}/api/fe/v2/login/magic?t=", emulator.auth_url())));
    assert!(!format!("{link:?}").contains(url));
    let kept = emulator.magic_links().pop().unwrap();
    assert_eq!((kept.url.as_str(), kept.expires_at), (url, 1_700_007_200));
    assert_eq!(
        kept.redirect_to_url.as_deref(),
        Some("https://app.example/r?x=1&y=ü")
    );
    assert_eq!(kept.user_signup_query_parameters, parameters);
    assert!(kept.requires_interstitial && kept.uses == 0);

    let zoe = emulator.open_magic_link(url).unwrap();
    let user = zoe.metadata().unwrap();
    assert!(user.email_confirmed && user.email == "zoë+%2F'&=@exämple.com");
    assert_eq!(emulator.session_count(&zoe), 1);
    let told = auth
        .user()
        .fetch_user_signup_query_params(&zoe)
        .await
        .unwrap();
    assert_eq!(json!(told.user_signup_query_parameters), json!(parameters));
    assert!(emulator.open_magic_link(url).is_err());

    let link = auth
        .user()
        .create_magic_link(&*user.email)
        .expires_in_hours(1)
        .await
        .unwrap();
    emulator.open_magic_link(link.url.expose()).unwrap();
    emulator.open_magic_link(link.url.expose()).unwrap();
    emulator.advance_clock(Duration::from_secs(3600));
    assert!(emulator.open_magic_link(link.url.expose()).is_err());
    assert!(emulator.open_magic_link(ODD).is_err());

    let call = auth.user().create_magic_link("nobody@example.com");
    let error = call
        .expires_in_hours(0)
        .redirect_to_url(ODD)
        .await
        .unwrap_err();
    let fields: Vec<&str> = error
        .field_errors()
        .unwrap()
        .iter()
        .map(|(it, _)| it)
        .collect();
    assert_eq!(fields, ["email", "expires_in_hours", "redirect_to_url"]);
}

#[actix_web::test]
async fn a_domain_may_be_kept_out() {
    let emulator = Emulator::builder()
        .block_domain("Spam.example")
        .start()
        .await
        .unwrap();
    let auth = handle(&emulator);
    let error = auth.user().create_user("a@spam.EXAMPLE").await.unwrap_err();
    assert!(!error.field_errors().unwrap().get("email").is_empty());
    auth.user()
        .create_user("a@spam.EXAMPLE")
        .ignore_domain_restrictions(true)
        .await
        .unwrap();
    auth.user().create_user("a@spam.example.org").await.unwrap();
}
