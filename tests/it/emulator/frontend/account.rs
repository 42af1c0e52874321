//! Signing up, confirming, and changing one's own account.

use std::time::Duration;

use actix_web_propelauth::{
    api::CreateOrg,
    emulator::{EmailKind, Emulator},
};
use serde_json::{Map, Value, json};

use super::browser::{Browser, events_since, last_token, user, with_settings};

fn form(email: &str) -> Value {
    json!({ "email": email, "password": "looking glass" })
}

fn with(mut form: Value, name: &str, value: Value) -> Value {
    form[name] = value;
    form
}

#[actix_web::test]
async fn a_sign_up_creates_an_account_and_a_session() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    let before = emulator.webhook_messages().len();
    let form = json!({
        "email": "bob@acme.example", "password": "looking glass", "username": "bob",
        "first_name": "Bob", "last_name": "", "properties": { "color": "red" },
        "turnstile_token": "x", "something": "else",
    });
    let told = browser.done("POST", "signup", form).await;
    assert_eq!(told["login_state"], "Finished");
    assert_eq!(
        events_since(&emulator, before),
        ["user.created", "user.login"]
    );
    let bob = user(&emulator, "bob@acme.example").await;
    assert_eq!(told["user_id"], json!(bob.user_id));
    assert_eq!(
        (
            bob.username.as_deref(),
            bob.first_name.as_deref(),
            bob.last_name
        ),
        (Some("bob"), Some("Bob"), None)
    );
    assert!(bob.has_password && !bob.email_confirmed);
    assert_eq!(bob.properties.unwrap()["color"], "red");
    let mails: Vec<_> = emulator
        .email_outbox()
        .iter()
        .map(|it| (it.kind, it.to.clone()))
        .collect();
    assert_eq!(
        mails,
        [(EmailKind::ConfirmEmail, "bob@acme.example".to_owned())]
    );
    Browser::new(&emulator).log_in("bob", "looking glass").await;
}

#[actix_web::test]
async fn a_form_with_mistakes_changes_nothing() {
    let project = json!({
        "signup_domain_blocklist": ["spam.example"],
        "allow_users_to_signup_with_personal_email": false,
    });
    let emulator = with_settings(project).await;
    let browser = Browser::new(&emulator);
    for (form, fields) in [
        (
            Value::Null,
            json!({ "email": "required", "password": "required" }),
        ),
        (form("x"), json!({ "email": "invalid" })),
        (form("ALICE@acme.example"), json!({ "email": "taken" })),
        (
            form("bob@spam.example"),
            json!({ "email": "domain_not_allowed" }),
        ),
        (form("bob@gmail.com"), json!({ "email": "personal_domain" })),
        (
            with(form("b@c.de"), "password", json!("")),
            json!({ "password": "required" }),
        ),
        (
            with(form("b@c.de"), "username", json!("ALICE")),
            json!({ "username": "taken" }),
        ),
        (
            with(form("b@c.de"), "username", json!("a@acme.example")),
            json!({ "username": "invalid" }),
        ),
        (
            with(form("b@c.de"), "properties", json!([])),
            json!({ "properties": "invalid_type" }),
        ),
        (
            with(form("b@c.de"), "invite_token", json!("x")),
            json!({ "invite_token": "invalid" }),
        ),
        (
            json!({ "email": [], "password": 1, "first_name": {} }),
            json!({ "email": "invalid_type", "password": "invalid_type", "first_name": "invalid_type" }),
        ),
    ] {
        assert_eq!(browser.wrong_fields("POST", "signup", form).await, fields);
    }
    for body in ["[]", "x", "\"x\"", "{", "{}{}", "1", "\u{0}"] {
        let answer = browser.send("POST", "signup", body.to_owned()).await;
        assert_eq!(
            (answer.status, &answer.json()["error_code"]),
            (400, &json!("unexpected_error")),
            "{body}"
        );
    }
}

#[actix_web::test]
async fn sign_ups_are_public_or_need_an_invitation() {
    let emulator = with_settings(
        json!({ "allow_public_signups": false, "signup_domain_allowlist": ["acme.example"] }),
    )
    .await;
    let acme = emulator.create_org("Acme").unwrap();
    let browser = Browser::new(&emulator);
    let bob = "bob@other.example";
    assert_eq!(
        browser.refused("POST", "signup", form(bob)).await,
        "action_disabled"
    );
    let auth = emulator.propel_auth().await.unwrap();
    auth.org()
        .invite_user_to_org(bob, &acme, "Admin")
        .await
        .unwrap();
    let token = last_token(&emulator);
    let invited = |email: &str| with(form(email), "invite_token", json!(token));
    let other = browser
        .wrong_fields("POST", "signup", invited("eve@other.example"))
        .await;
    assert_eq!(
        other,
        json!({ "email": "invalid" }),
        "an invitation is for one address"
    );

    let before = emulator.webhook_messages().len();
    let told = browser
        .done("POST", "signup", invited("BOB@other.example"))
        .await;
    assert_eq!(told["login_state"], "Finished");
    assert_eq!(
        events_since(&emulator, before),
        ["user.created", "user.added_to_org", "user.login"]
    );
    let member = auth
        .org()
        .fetch_users_in_org(&acme)
        .await
        .unwrap()
        .users
        .pop()
        .unwrap();
    assert_eq!(
        (member.role_in_org.as_str(), member.user.email_confirmed),
        ("Admin", true)
    );
    let again = browser
        .wrong_fields("POST", "signup", invited("b@c.de"))
        .await;
    assert_eq!(again, json!({ "invite_token": "invalid" }), "it is used up");

    auth.org()
        .invite_user_to_org("late@other.example", &acme, "Admin")
        .await
        .unwrap();
    let late = with(
        form("late@other.example"),
        "invite_token",
        json!(last_token(&emulator)),
    );
    emulator.advance_clock(Duration::from_secs(5 * 24 * 60 * 60));
    assert_eq!(
        browser.wrong_fields("POST", "signup", late).await,
        json!({ "invite_token": "invalid" })
    );

    let emulator = with_settings(json!({ "has_password_login": false })).await;
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.refused("POST", "signup", form(bob)).await,
        "action_disabled"
    );
}

#[actix_web::test]
async fn an_address_is_confirmed_by_the_emails_link() {
    let emulator = with_settings(json!({ "require_email_confirmation": true })).await;
    let browser = Browser::new(&emulator);
    let told = browser
        .done("POST", "signup", form("bob@acme.example"))
        .await;
    assert_eq!(told["login_state"], "ConfirmEmailRequired");
    for (method, path, body) in [
        ("POST", "update_metadata", json!({ "first_name": "Bob" })),
        ("POST", "security_status", Value::Null),
        ("POST", "create_org", json!({ "name": "Acme" })),
        ("POST", "update_password", json!({ "password": "x" })),
    ] {
        assert_eq!(
            browser.refused(method, path, body).await,
            "email_not_confirmed",
            "{path}"
        );
    }
    for _ in 0..4 {
        browser
            .done("POST", "resend_email_confirmation", Value::Null)
            .await;
    }
    let code = browser
        .refused("POST", "resend_email_confirmation", Value::Null)
        .await;
    assert_eq!(code, "rate_limit_exceeded");
    assert_eq!(emulator.email_outbox().len(), 5);
    let bob = user(&emulator, "bob@acme.example").await;
    emulator.confirm_email(&bob.user_id).unwrap();
    assert_eq!(browser.login_state().await, "Finished");
    let code = browser
        .refused("POST", "resend_email_confirmation", Value::Null)
        .await;
    assert_eq!(code, "email_already_confirmed");
    let code = Browser::new(&emulator)
        .refused("POST", "resend_email_confirmation", Value::Null)
        .await;
    assert_eq!(code, "not_logged_in");
}

#[actix_web::test]
async fn passwords_are_changed_by_who_knows_the_current_one() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    let path = "update_password";
    let body = |current: &str, new: &str| json!({ "current_password": current, "password": new });
    for (body, fields) in [
        (json!({}), json!({ "password": "required" })),
        (
            json!({ "password": "x" }),
            json!({ "current_password": "required" }),
        ),
        (body("wonderland", ""), json!({ "password": "required" })),
    ] {
        assert_eq!(browser.wrong_fields("POST", path, body).await, fields);
    }
    let told = browser.call("POST", path, body("x", "new")).await.json();
    assert_eq!(told["error_code"], "incorrect_password");
    browser.done("POST", path, body("wonderland", "new")).await;
    Browser::new(&emulator).log_in("alice", "new").await;
    for attempt in 1..=10 {
        let told = browser.call("POST", path, body("x", "new")).await.json();
        let code = if attempt < 10 {
            "incorrect_password"
        } else {
            "account_locked"
        };
        assert_eq!(told["error_code"], code);
    }
    assert_eq!(
        browser.refused("POST", path, body("new", "x")).await,
        "not_logged_in"
    );
}

#[actix_web::test]
async fn a_password_that_must_be_updated_needs_no_current_one() {
    let emulator = with_settings(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let alice = user(&emulator, "alice@acme.example").await.user_id;
    auth.user()
        .update_user_metadata(&alice)
        .update_password_required(true)
        .await
        .unwrap();
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.log_in("alice", "wonderland").await,
        "UpdatePasswordRequired"
    );
    assert_eq!(
        browser
            .refused("GET", "personal_api_keys", Value::Null)
            .await,
        "not_logged_in"
    );
    browser
        .done("POST", "update_password", json!({ "password": "new" }))
        .await;
    assert_eq!(browser.login_state().await, "Finished");
}

#[actix_web::test]
async fn an_address_is_replaced_once_the_new_one_is_confirmed() {
    let emulator = with_settings(json!({ "signup_domain_blocklist": ["spam.example"] })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    emulator.create_user("bob@acme.example").unwrap();
    let path = "update_email";
    let body = |email: &str| json!({ "new_email": email, "password": "wonderland" });
    for (body, fields) in [
        (json!({}), json!({ "new_email": "required" })),
        (body("x"), json!({ "new_email": "invalid" })),
        (body("BOB@acme.example"), json!({ "new_email": "taken" })),
        (
            body("a@spam.example"),
            json!({ "new_email": "domain_not_allowed" }),
        ),
        (
            json!({ "new_email": "a@b.c", "password": 1 }),
            json!({ "password": "invalid_type" }),
        ),
    ] {
        assert_eq!(browser.wrong_fields("POST", path, body).await, fields);
    }
    let told = browser
        .call("POST", path, json!({ "new_email": "new@acme.example" }))
        .await
        .json();
    assert_eq!(told["error_code"], "incorrect_password");
    browser.done("POST", path, body("new@acme.example")).await;
    let email = emulator.email_outbox().pop().unwrap();
    assert_eq!(
        (email.kind, email.to.as_str()),
        (EmailKind::ConfirmNewEmail, "new@acme.example")
    );
    assert_eq!(
        browser
            .refused("POST", path, body("other@acme.example"))
            .await,
        "confirmation_email_sent"
    );
    emulator.advance_clock(Duration::from_secs(60));
    browser.done("POST", path, body("other@acme.example")).await;
    let alice = email.user_id.unwrap();
    emulator.confirm_email(&alice).unwrap();
    assert_eq!(user(&emulator, "other@acme.example").await.user_id, alice);

    // An organization that admits its own domain only.
    let org = CreateOrg::new("Acme").domain("acme.example");
    let org = org.members_must_have_matching_domain(true);
    let org = emulator.create_org(org).unwrap();
    emulator.add_user_to_org(&alice, &org, "Member").unwrap();
    assert_eq!(
        browser.refused("POST", path, body("a@other.example")).await,
        "action_forbidden"
    );

    let emulator = with_settings(json!({ "users_can_change_email": false })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    assert_eq!(
        browser
            .refused("POST", path, body("new@acme.example"))
            .await,
        "action_disabled"
    );
}

#[actix_web::test]
async fn names_and_properties_are_changed() {
    let project = json!({ "user_properties": { "custom_properties": [
        { "name": "color", "display_name": "Color", "field_type": "Enum", "enum_values": ["red", "blue"], "in_jwt": false },
        { "name": "plan", "display_name": "Plan", "field_type": "Text", "user_writable": "Read" },
        { "name": "born", "display_name": "Born", "field_type": "Date", "user_writable": "WriteIfUnset", "required": false },
    ] } });
    let emulator = with_settings(project).await;
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.log_in("alice", "wonderland").await,
        "UserMetadataRequired"
    );
    let path = "update_metadata";
    let properties = |value: Value| json!({ "properties": value });
    for (body, fields) in [
        (
            json!({ "username": 1, "last_name": [] }),
            json!({ "username": "invalid_type", "last_name": "invalid_type" }),
        ),
        (
            properties(json!({ "color": "green", "plan": "paid", "born": "x", "size": 1 })),
            json!({ "color": "invalid", "plan": "not_writable", "born": "invalid", "size": "unknown" }),
        ),
    ] {
        assert_eq!(browser.wrong_fields("POST", path, body).await, fields);
    }
    let before = emulator.webhook_messages().len();
    let body = json!({ "first_name": "Alice", "username": "al", "properties": { "color": "red", "born": "2001-02-03" } });
    browser.done("POST", path, body).await;
    assert_eq!(events_since(&emulator, before), ["user.updated"]);
    assert_eq!(browser.login_state().await, "Finished");
    let told = browser
        .wrong_fields("POST", path, properties(json!({ "born": "2001-02-04" })))
        .await;
    assert_eq!(told, json!({ "born": "not_writable" }));
    browser
        .done(
            "POST",
            path,
            properties(json!({ "born": "2001-02-03", "color": "blue" })),
        )
        .await;
    let told = browser
        .wrong_fields("POST", path, properties(json!({ "color": null })))
        .await;
    assert_eq!(told, json!({ "color": "required" }));
    browser.done("POST", path, json!({ "username": "" })).await;

    // What is not for tokens is not in one.
    let alice = user(&emulator, "alice@acme.example").await;
    assert_eq!(
        (alice.username, alice.first_name.as_deref()),
        (None, Some("Alice"))
    );
    let user = browser.user().await;
    assert_eq!(
        user.properties,
        Map::from_iter([("born".to_owned(), json!("2001-02-03"))])
    );
}

#[actix_web::test]
async fn a_second_factor_is_set_up_and_removed() {
    let emulator = with_settings(json!({ "all_users_must_setup_2fa": true })).await;
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.log_in("alice", "wonderland").await,
        "TwoFactorEnablementRequired"
    );
    let code = browser.refused("POST", "mfa_disable", json!({})).await;
    assert_eq!(code, "action_already_complete");
    let told = browser
        .wrong_fields("POST", "mfa_enable", json!({ "code": "000000" }))
        .await;
    assert_eq!(
        told,
        json!({ "code": "incorrect" }),
        "no secret was shown yet"
    );
    let status = browser.done("POST", "security_status", Value::Null).await;
    assert_eq!(
        (&status["type"], &status["mfa_enabled"]),
        (&json!("Disabled"), &json!(false))
    );
    assert_eq!(
        browser.done("POST", "security_status", Value::Null).await,
        status
    );
    let secret = status["new_secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    let image = status["new_qr"].as_str().unwrap();
    assert_eq!(
        image.starts_with("iVBORw0KGgo"),
        cfg!(feature = "pages"),
        "a PNG image in base64"
    );

    // The code that an app shows, by an emulator that has the same secret.
    let app = Emulator::builder()
        .seed_json(json!({ "users": [{ "email": "a@b.c", "totp_secret": secret }] }));
    let app = app.start().await.unwrap();
    let app_user = user(&app, "a@b.c").await.user_id;
    app.freeze_clock(emulator.now());
    emulator.freeze_clock(emulator.now());
    let right = json!({ "code": app.totp_code(&app_user).unwrap() });
    let told = browser
        .wrong_fields("POST", "mfa_enable", json!({ "code": "x" }))
        .await;
    assert_eq!(told, json!({ "code": "incorrect" }));
    let before = emulator.webhook_messages().len();
    browser.done("POST", "mfa_enable", right.clone()).await;
    assert_eq!(events_since(&emulator, before), ["user.updated"]);
    assert_eq!(browser.login_state().await, "Finished");
    assert_eq!(
        browser.refused("POST", "mfa_enable", right).await,
        "action_already_complete"
    );
    let status = browser.done("POST", "security_status", Value::Null).await;
    assert_eq!(
        (&status["type"], &status["mfa_enabled"]),
        (&json!("Enabled"), &json!(true))
    );
    let codes = status["backup_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);

    let other = Browser::new(&emulator);
    assert_eq!(
        other.log_in("alice", "wonderland").await,
        "TwoFactorRequired"
    );
    other
        .done("POST", "verify_backup", json!({ "code": codes[3] }))
        .await;
    assert_eq!(other.login_state().await, "Finished");
    let third = Browser::new(&emulator);
    third.log_in("alice", "wonderland").await;
    let told = third
        .call("POST", "verify_backup", json!({ "code": codes[3] }))
        .await
        .json();
    assert_eq!(
        told["error_code"], "incorrect_mfa_code",
        "a code is for one login"
    );
    for body in [json!({}), json!({ "code": 7 })] {
        let told = third.call("POST", "verify_backup", body).await.json();
        assert_eq!(told["error_code"], "incorrect_mfa_code");
    }

    browser.done("POST", "mfa_disable", json!({})).await;
    assert_eq!(browser.login_state().await, "TwoFactorEnablementRequired");
    let status = browser.done("POST", "security_status", Value::Null).await;
    assert_ne!(
        status["new_secret"],
        json!(secret),
        "a secret is for one set-up"
    );
}

#[actix_web::test]
async fn an_account_is_deleted_by_its_user_if_that_is_allowed() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.refused("DELETE", "delete_me", Value::Null).await,
        "not_logged_in"
    );
    browser.log_in("alice", "wonderland").await;
    assert_eq!(
        browser.refused("DELETE", "delete_me", Value::Null).await,
        "action_disabled"
    );

    let emulator = with_settings(json!({ "users_can_delete_own_account": true })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    // An organization keeps an owner for as long as it has members.
    let acme = emulator.create_org("Acme").unwrap();
    let alice = user(&emulator, "alice@acme.example").await.user_id;
    let bob = emulator.create_user("bob@acme.example").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    emulator.add_user_to_org(&bob, &acme, "Admin").unwrap();
    let state = emulator.snapshot();
    let told = browser.call("DELETE", "delete_me", Value::Null).await;
    assert_eq!(told.json()["error_code"], "action_disabled");
    assert!(told.json().to_string().contains("Acme"), "{}", told.json());
    assert_eq!(emulator.snapshot(), state);
    let auth = emulator.propel_auth().await.unwrap();
    let to_owner = auth.org().change_user_role_in_org(bob.id(), &acme, "Owner");
    to_owner.await.unwrap();
    let before = emulator.webhook_messages().len();
    browser.done("DELETE", "delete_me", Value::Null).await;
    assert_eq!(browser.refresh_token(), "");
    assert_eq!(events_since(&emulator, before), ["user.deleted"]);
    assert_eq!(browser.login_state().await, "LoginRequired");
}
