//! Logging in, and what a login still needs.

use std::time::Duration;

use actix_web_propelauth::{
    OrgId,
    api::{CreateOrg, SamlIdpMetadata, SamlIdpProvider},
    emulator::Emulator,
};
use serde_json::{Value, json};

use super::browser::{Browser, events_since, last_token, user, with_settings};

#[actix_web::test]
async fn a_password_logs_in_by_address_or_name() {
    let emulator = with_settings(json!({})).await;
    for name in ["alice@acme.example", "ALICE@acme.example", "alice"] {
        let browser = Browser::new(&emulator);
        assert_eq!(browser.login_state().await, "LoginRequired");
        let before = emulator.webhook_messages().len();
        assert_eq!(browser.log_in(name, "wonderland").await, "Finished");
        assert_eq!(browser.login_state().await, "Finished");
        assert_eq!(events_since(&emulator, before), ["user.login"]);
    }
}

#[actix_web::test]
async fn wrong_names_and_wrong_passwords_look_the_same() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    let body = |email: &str, password: &str| json!({ "email": email, "password": password });
    let no_user = browser
        .call("POST", "login", body("bob@acme.example", "x"))
        .await;
    let wrong = browser.call("POST", "login", body("alice", "x")).await;
    assert_eq!(
        (no_user.status, no_user.json()),
        (wrong.status, wrong.json())
    );
    assert_eq!(wrong.json()["error_code"], "user_not_found");
    for (body, fields) in [
        (
            json!({}),
            json!({ "email": "required", "password": "required" }),
        ),
        (
            json!({ "email": "alice" }),
            json!({ "password": "required" }),
        ),
        (body("", "x"), json!({ "email": "required" })),
        (
            json!({ "email": 7, "password": [] }),
            json!({ "email": "invalid_type", "password": "invalid_type" }),
        ),
    ] {
        assert_eq!(browser.wrong_fields("POST", "login", body).await, fields);
    }
}

#[actix_web::test]
async fn ten_wrong_passwords_lock_and_a_link_unlocks() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    let body = |password: &str| json!({ "email": "alice", "password": password });
    for attempt in 1..=10 {
        let told = browser.call("POST", "login", body("x")).await.json();
        let code = if attempt < 10 {
            "user_not_found"
        } else {
            "account_locked"
        };
        assert_eq!(told["error_code"], code, "{attempt}");
    }
    // The correct password is not told from others any more.
    for password in ["wonderland", "x"] {
        assert_eq!(
            browser.refused("POST", "login", body(password)).await,
            "account_locked"
        );
    }
    browser
        .done(
            "POST",
            "forgot_password",
            json!({ "email": "alice@acme.example" }),
        )
        .await;
    assert!(
        emulator.email_outbox()[0]
            .link
            .as_ref()
            .unwrap()
            .contains("/update_password?t=")
    );
}

#[actix_web::test]
async fn a_disabled_user_and_a_disabled_method_are_told_apart() {
    let emulator = with_settings(json!({ "has_password_login": false })).await;
    let browser = Browser::new(&emulator);
    let right = json!({ "email": "alice", "password": "wonderland" });
    assert_eq!(
        browser.refused("POST", "login", right.clone()).await,
        "action_disabled"
    );

    let emulator = with_settings(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let alice = user(&emulator, "alice@acme.example").await;
    auth.user().disable_user(&alice.user_id).await.unwrap();
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.refused("POST", "login", right).await,
        "account_disabled"
    );
    let wrong = json!({ "email": "alice", "password": "x" });
    let told = browser.call("POST", "login", wrong).await.json();
    assert_eq!(
        told["error_code"], "user_not_found",
        "only who knows the password is told"
    );
}

#[actix_web::test]
async fn links_log_in_people_who_have_or_may_get_an_account() {
    let project = json!({
        "has_passwordless_login": true,
        "allow_users_to_signup_with_personal_email": false,
        "signup_domain_blocklist": ["spam.example"],
        "magic_link_expire_after_first_use": true,
        "magic_link_requires_interstitial": true,
    });
    let emulator = with_settings(project).await;
    let browser = Browser::new(&emulator);
    let body =
        |email: &str, creates: bool| json!({ "email": email, "create_if_doesnt_exist": creates });
    let path = "login_passwordless";
    for (email, code) in [
        ("a@gmail.com", "bad_request"),
        ("a@spam.example", "domain_not_allowed"),
    ] {
        assert_eq!(browser.refused("POST", path, body(email, true)).await, code);
        browser.done("POST", path, body(email, false)).await;
    }
    assert_eq!(emulator.email_outbox(), []);
    let told = browser
        .wrong_fields(
            "POST",
            path,
            json!({ "email": "x", "create_if_doesnt_exist": true }),
        )
        .await;
    assert_eq!(told, json!({ "email": "invalid" }));
    let told = browser
        .wrong_fields(
            "POST",
            path,
            json!({ "email": "a@b.c", "create_if_doesnt_exist": "x" }),
        )
        .await;
    assert_eq!(told, json!({ "create_if_doesnt_exist": "invalid_type" }));

    for (email, creates) in [("alice@acme.example", false), ("bob@acme.example", true)] {
        browser.done("POST", path, body(email, creates)).await;
        let sent = emulator.email_outbox().pop().unwrap();
        assert_eq!(
            (sent.to.as_str(), sent.user_id.is_some()),
            (email, !creates)
        );
        let link = emulator
            .magic_links()
            .into_iter()
            .find(|it| Some(&it.url) == sent.link.as_ref());
        let link = link.unwrap();
        assert!(link.expires_after_first_use && link.requires_interstitial);
        assert!(!format!("{sent:?}").contains("t="), "{sent:?}");
        emulator.open_magic_link(&link.url).unwrap();
        emulator.open_magic_link(&link.url).unwrap_err();
    }
    let bob = user(&emulator, "bob@acme.example").await;
    emulator.lock_user(&bob.user_id).unwrap();
    assert_eq!(
        browser
            .refused("POST", path, body("bob@acme.example", false))
            .await,
        "account_locked"
    );

    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser
            .refused("POST", path, body("alice@acme.example", false))
            .await,
        "not_found"
    );
}

#[actix_web::test]
async fn a_login_with_a_second_factor_needs_its_code() {
    let emulator = with_settings(json!({})).await;
    let alice = "alice@acme.example";
    let user = user(&emulator, alice).await;
    emulator.set_up_totp(&user.user_id).unwrap();
    let browser = Browser::new(&emulator);
    let code = |code: &str| json!({ "code": code });
    assert_eq!(
        browser.refused("POST", "verify", code("1")).await,
        "invalid_mfa_cookie"
    );
    assert_eq!(
        browser.refused("POST", "verify_backup", code("1")).await,
        "invalid_mfa_cookie"
    );

    let before = emulator.webhook_messages().len();
    assert_eq!(
        browser.log_in(alice, "wonderland").await,
        "TwoFactorRequired"
    );
    assert_eq!(browser.login_state().await, "TwoFactorRequired");
    assert_eq!(events_since(&emulator, before), [] as [&str; 0]);
    assert_eq!(
        browser.refused("POST", "update_metadata", json!({})).await,
        "not_logged_in"
    );
    let right = emulator.totp_code(&user.user_id).unwrap();
    assert_eq!(
        browser.wrong_fields("POST", "verify", json!({})).await,
        json!({ "code": "required" })
    );
    let told = browser.call("POST", "verify", code("000")).await.json();
    assert_eq!(told["field_errors"], json!({ "code": "incorrect" }));
    assert_eq!(
        browser.done("POST", "verify", code(&right)).await,
        json!({ "login_state": "Finished" })
    );
    assert_eq!(events_since(&emulator, before), ["user.login"]);
    assert_eq!(
        browser.refused("POST", "verify", code(&right)).await,
        "invalid_mfa_cookie"
    );

    // A code is accepted once.
    let other = Browser::new(&emulator);
    other.log_in(alice, "wonderland").await;
    assert_eq!(other.call("POST", "verify", code(&right)).await.status, 400);
    emulator.advance_clock(Duration::from_secs(30));
    let next = emulator.totp_code(&user.user_id).unwrap();
    other.done("POST", "verify", code(&next)).await;
}

#[actix_web::test]
async fn five_wrong_codes_lock_the_second_factor_for_a_while() {
    let emulator = with_settings(json!({})).await;
    let user = user(&emulator, "alice@acme.example").await;
    emulator.set_up_totp(&user.user_id).unwrap();
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    for attempt in 1..=5 {
        let (path, code) = [
            ("verify", "invalid_request_fields"),
            ("verify_backup", "incorrect_mfa_code"),
        ][attempt % 2];
        let told = browser
            .call("POST", path, json!({ "code": "x" }))
            .await
            .json();
        let code = if attempt == 5 {
            "account_mfa_locked"
        } else {
            code
        };
        assert_eq!(told["error_code"], code, "{attempt}");
    }
    let right = json!({ "code": emulator.totp_code(&user.user_id).unwrap() });
    assert_eq!(
        browser.refused("POST", "verify", right).await,
        "account_mfa_locked"
    );
    emulator.advance_clock(Duration::from_secs(600));
    let right = json!({ "code": emulator.totp_code(&user.user_id).unwrap() });
    browser.done("POST", "verify", right).await;
}

#[actix_web::test]
async fn a_phone_gets_the_code_of_a_login() {
    let seed = json!({ "users": [{
        "email": "alice@acme.example", "password": "wonderland",
        "mfa_phones": [{ "number": "+1 555 0100" }],
    }] });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let browser = Browser::new(&emulator);
    let before = emulator.webhook_messages().len();
    assert_eq!(
        browser.log_in("alice@acme.example", "wonderland").await,
        "TwoFactorRequired"
    );
    assert_eq!(
        events_since(&emulator, before),
        ["user.send_mfa_phone_code"]
    );
    let sms = emulator.sms_outbox().pop().unwrap();
    assert_eq!(
        browser
            .call("POST", "verify", json!({ "code": "x" }))
            .await
            .status,
        400
    );
    browser
        .done("POST", "verify", json!({ "code": sms.code }))
        .await;
    assert_eq!(browser.login_state().await, "Finished");
}

#[actix_web::test]
async fn who_forgot_the_password_gets_a_link_and_others_learn_nothing() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    let path = "forgot_password";
    let none = browser
        .done("POST", path, json!({ "email": "bob@acme.example" }))
        .await;
    assert_eq!(emulator.email_outbox(), []);
    let some = browser
        .done("POST", path, json!({ "email": "ALICE@acme.example" }))
        .await;
    assert_eq!(none, some);
    for provider in ["gmail", "outlook", "yahoo"] {
        assert!(
            some["sniper_links"][provider]
                .as_str()
                .unwrap()
                .starts_with("https://")
        );
    }
    assert_eq!(last_token(&emulator).len(), 64);
    for _ in 0..10 {
        browser
            .done("POST", path, json!({ "email": "alice@acme.example" }))
            .await;
    }
    assert_eq!(emulator.email_outbox().len(), 5, "there is a limit");
    assert_eq!(
        browser
            .wrong_fields("POST", path, json!({ "email": "x" }))
            .await,
        json!({ "email": "invalid" })
    );
    assert_eq!(
        browser.wrong_fields("POST", path, Value::Null).await,
        json!({ "email": "required" })
    );
}

#[actix_web::test]
async fn members_are_sent_to_the_identity_provider_of_their_organization() {
    let emulator = with_settings(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let browser = Browser::new(&emulator);
    let check = |query: &str| format!("login/check?{query}");
    let mut ids = Vec::new();
    for (name, is_live) in [("One", true), ("Two", false), ("Three", true)] {
        let org = CreateOrg::new(name).domain("acme.example");
        let org = emulator.create_org(org).unwrap();
        set_up_saml(&emulator, &org, is_live).await;
        ids.push(org);
    }
    for (query, code) in [
        ("", "org_not_found"),
        ("org_id=", "org_not_found"),
        ("org_id=%00", "org_not_found"),
        ("domain=other.example", "org_not_found"),
        ("email=x", "org_not_found"),
        ("email=alice@acme.example", "ambiguous_results"),
        ("domain=acme.example", "ambiguous_results"),
        (&format!("org_id={}", ids[1]), "org_not_found"),
    ] {
        assert_eq!(
            browser.refused("GET", &check(query), Value::Null).await,
            code,
            "{query}"
        );
    }
    let url = format!("{}/saml?id={}", emulator.pages_url(), ids[0]);
    let told = browser
        .done("GET", &check(&format!("org_id={}", ids[0])), Value::Null)
        .await;
    assert_eq!(told, json!({ "login_url": url }));
    auth.org().delete_org(&ids[2]).await.unwrap();
    let told = browser
        .done("GET", &check("email=bob@ACME.example"), Value::Null)
        .await;
    assert_eq!(told, json!({ "login_url": url }));
}

async fn set_up_saml(emulator: &Emulator, org_id: &OrgId, is_live: bool) {
    let auth = emulator.propel_auth().await.unwrap();
    let idp = SamlIdpMetadata {
        org_id: org_id.clone(),
        idp_entity_id: "https://idp.example/entity".to_owned(),
        idp_sso_url: "https://idp.example/sso".to_owned(),
        idp_certificate: "certificate".to_owned(),
        provider: SamlIdpProvider::Okta,
    };
    auth.saml().set_saml_idp_metadata(idp).await.unwrap();
    if is_live {
        auth.saml().saml_go_live(org_id).await.unwrap();
    }
}
