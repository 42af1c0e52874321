//! Settings of the project that concern browsers: kept everywhere, and each with an effect.

use actix_web_propelauth::{api::CreateOrg, emulator::Emulator};
use serde_json::{Value, json};

use super::browser::{Browser, user, with_settings};

/// A project with everything set to another value than the usual one.
fn everything() -> Value {
    let text = r#"{
        "has_passwordless_login": true, "all_users_must_setup_2fa": true, "user_autologout_seconds": 60,
        "user_autologout_type": "AfterLogin", "magic_link_expire_after_first_use": true,
        "magic_link_requires_interstitial": true, "require_email_confirmation": true, "allow_public_signups": false,
        "signup_domain_allowlist": ["acme.example"], "allow_users_to_signup_with_personal_email": false,
        "users_can_change_email": false, "users_can_delete_own_account": true, "users_can_create_orgs": false,
        "users_can_delete_their_own_orgs": true, "users_must_be_in_an_organization": true,
        "allow_autojoin_by_domain": false, "orgs_can_require_2fa": true, "orgs_can_setup_saml": true,
        "orgs_metaname": "Team", "default_role": "Admin", "default_owner_role": "Admin",
        "personal_api_keys_enabled": true, "org_api_keys_enabled": true, "invalidate_org_api_key_upon_user_removal": true,
        "api_key_config": { "expiration_options": { "options": ["OneYear"], "default": "OneYear" } },
        "personal_api_key_rate_limit": { "allow_per_period": 1, "period_size": 2, "period_type": "hours" },
        "org_api_key_rate_limit": { "allow_per_period": 3, "period_size": 4, "period_type": "days" },
        "user_properties": {
            "name_property": { "in_jwt": false },
            "username_property": { "in_jwt": false, "display_name": "Account" },
            "metadata_property": { "in_jwt": false },
            "phone_number_property": { "required": false },
            "tos_property": { "tos_links": [{ "name": "Terms", "url": "https://x.dev/terms" }] },
            "referral_source_property": { "options": ["Friends"], "user_writable": "Read" },
            "custom_properties": [{
                "name": "color", "display_name": "Color", "field_type": "Enum", "enum_values": ["red"],
                "in_jwt": false, "required": false, "required_by": 1, "user_writable": "WriteIfUnset",
                "collect_on_signup": false, "show_in_account": false
            }]
        }
    }"#;
    serde_json::from_str(text).unwrap()
}

#[actix_web::test]
async fn settings_are_kept_and_can_be_changed_and_cleared() {
    let role = json!({ "name": "Admin", "permissions": [], "can_invite": false, "can_delete_org": true, "roles_can_manage": ["Member"], "is_internal": true });
    let seed = json!({ "project": everything(), "roles": [role, { "name": "Member", "permissions": [] }] });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let set = emulator.project_settings();
    for (name, value) in everything().as_object().unwrap() {
        assert_eq!(set[name], *value, "{name}");
    }
    emulator.save_snapshot("all").unwrap();
    let cleared = json!({
        "personal_api_key_rate_limit": null, "org_api_key_rate_limit": null, "default_role": null,
        "default_owner_role": null, "users_can_create_orgs": true,
    });
    emulator.set_project_settings(cleared).unwrap();
    let changed = emulator.project_settings();
    assert!(changed["personal_api_key_rate_limit"].is_null() && changed["default_role"].is_null());
    assert_eq!(changed["users_can_create_orgs"], true);
    emulator.load_snapshot("all").unwrap();
    assert_eq!(emulator.project_settings(), set);
    for wrong in [
        json!({ "default_role": "Boss" }),
        json!({ "api_key_config": { "expiration_options": { "options": ["Never"], "default": "OneYear" } } }),
        json!({ "api_key_config": { "expiration_options": { "options": ["Ever"], "default": "OneYear" } } }),
        json!({ "user_properties": { "custom_properties": [{ "name": "x" }] } }),
        json!({ "has_phone_mfa": true }),
        json!({ "waitlist_users_enabled": true }),
        json!({ "frist": 1 }),
    ] {
        emulator.set_project_settings(wrong.clone()).unwrap_err();
        assert_eq!(emulator.project_settings(), set, "{wrong}");
    }
}

#[actix_web::test]
async fn a_builder_makes_settings_by_name() {
    let mut builder = Emulator::builder();
    for (name, value) in everything().as_object().unwrap().clone() {
        builder = builder.setting(name, value);
    }
    let emulator = builder.start().await.unwrap();
    for (name, value) in everything().as_object().unwrap() {
        assert_eq!(emulator.project_settings()[name], *value, "{name}");
    }
    for (name, value, told) in [
        (
            "has_pasword_login",
            json!(true),
            "did you mean `has_password_login`",
        ),
        (
            "has_password_login",
            json!("x"),
            "project.has_password_login",
        ),
        ("application_url", json!("x"), "not an http or https URL"),
        ("has_phone_mfa", json!(true), "not emulated"),
    ] {
        let error = Emulator::builder()
            .setting(name, value)
            .start()
            .await
            .unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    let seed = json!({ "project": { "has_password_login": true } });
    let builder = Emulator::builder()
        .setting("has_password_login", false)
        .seed_json(seed);
    let error = builder.start().await.unwrap_err().to_string();
    assert!(error.contains("set it in one place"), "{error}");
}

#[actix_web::test]
async fn tokens_have_what_the_settings_say() {
    for in_jwt in [true, false] {
        let property = json!({ "in_jwt": in_jwt });
        let project = json!({ "user_properties": {
            "name_property": property, "username_property": property, "metadata_property": property,
            "phone_number_property": { "in_jwt": in_jwt },
            "custom_properties": [{ "name": "color", "display_name": "Color", "field_type": "Text", "in_jwt": in_jwt }],
        } });
        let emulator = with_settings(project).await;
        let alice = user(&emulator, "alice@acme.example").await.user_id;
        let auth = emulator.propel_auth().await.unwrap();
        let update = auth
            .user()
            .update_user_metadata(&alice)
            .first_name("Alice")
            .last_name("A");
        let object = |value: Value| value.as_object().unwrap().clone();
        let update = update.metadata(object(json!({ "plan": "paid" })));
        let properties = json!({ "color": "red", "phone_number": "+1 555 0100", "other": 1 });
        update.properties(object(properties)).await.unwrap();
        let browser = Browser::new(&emulator);
        assert_eq!(browser.log_in("alice", "wonderland").await, "Finished");
        let user = browser.user().await;
        assert_eq!(user.first_name.is_some(), in_jwt);
        assert_eq!(user.last_name.is_some(), in_jwt);
        assert_eq!(user.username.is_some(), in_jwt);
        assert_eq!(user.metadata.is_empty(), !in_jwt);
        assert_eq!(user.properties.contains_key("color"), in_jwt);
        assert_eq!(user.properties.contains_key("phone_number"), in_jwt);
        assert!(
            user.properties.contains_key("other"),
            "what is not listed stays"
        );
    }
}

#[actix_web::test]
async fn required_properties_are_asked_for() {
    let project = json!({ "user_properties": {
        "tos_property": {}, "referral_source_property": { "options": ["Friends"] },
        "phone_number_property": { "required_by": 4_000_000_000_u64 },
        "custom_properties": [{ "name": "plan", "display_name": "Plan", "field_type": "Text", "user_writable": "Read" }],
    } });
    let emulator = with_settings(project).await;
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.log_in("alice", "wonderland").await,
        "UserMetadataRequired"
    );
    let update = async |properties: Value| {
        browser
            .call(
                "POST",
                "update_metadata",
                json!({ "properties": properties }),
            )
            .await
            .status
    };
    assert_eq!(
        update(json!({ "tos": false, "referral_source": "Friends" })).await,
        400
    );
    assert_eq!(update(json!({ "referral_source": "Friends" })).await, 200);
    assert_eq!(browser.login_state().await, "UserMetadataRequired");
    assert_eq!(update(json!({ "tos": true })).await, 200);
    // The phone number is for accounts of a later time, and the plan is set by the backend.
    assert_eq!(browser.login_state().await, "Finished");
    assert_eq!(
        update(json!({ "referral_source": "Friends", "tos": true })).await,
        200
    );
    assert_eq!(update(json!({ "plan": "paid" })).await, 400);

    let form = json!({ "email": "bob@acme.example", "password": "x", "properties": { "referral_source": "Ads", "size": 1 } });
    let told = browser.wrong_fields("POST", "signup", form).await;
    assert_eq!(
        told,
        json!({ "referral_source": "invalid", "size": "unknown" })
    );
    let form = json!({ "email": "bob@acme.example", "password": "x", "properties": { "tos": true, "referral_source": "Friends" } });
    assert_eq!(
        browser.done("POST", "signup", form).await["login_state"],
        "Finished"
    );
}

#[actix_web::test]
async fn default_roles_are_given_to_founders_and_newcomers() {
    let project = json!({ "default_role": "Admin", "default_owner_role": "Admin" });
    let emulator = with_settings(project).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    let told = browser
        .done("POST", "create_org", json!({ "name": "Acme" }))
        .await;
    let org_id = told["org_id"].as_str().unwrap();
    assert!(browser.user().await.org(org_id).unwrap().is_role("Admin"));
    let open = CreateOrg::new("Open")
        .domain("acme.example")
        .enable_auto_joining_by_domain(true);
    let open = emulator.create_org(open).unwrap();
    browser
        .done("POST", &format!("join_org/{open}"), Value::Null)
        .await;
    assert!(browser.user().await.org(&open).unwrap().is_role("Admin"));
}

#[actix_web::test]
async fn magic_links_of_the_backend_are_as_the_project_wants_them() {
    let project = json!({ "magic_link_expire_after_first_use": true, "magic_link_requires_interstitial": true });
    let emulator = with_settings(project).await;
    let auth = emulator.propel_auth().await.unwrap();
    auth.user()
        .create_magic_link("alice@acme.example")
        .await
        .unwrap();
    let links = emulator.magic_links();
    assert!(links[0].expires_after_first_use && links[0].requires_interstitial);
    let other = auth.user().create_magic_link("alice@acme.example");
    other
        .expire_after_first_use(false)
        .requires_interstitial(false)
        .await
        .unwrap();
    let links = emulator.magic_links();
    let mut explicit = links
        .iter()
        .filter(|it| !it.expires_after_first_use && !it.requires_interstitial);
    assert!(explicit.next().is_some());
}

#[actix_web::test]
async fn a_session_lasts_as_long_as_the_project_says() {
    for (kind, is_open) in [("AfterInactivity", true), ("AfterLogin", false)] {
        let project = json!({ "user_autologout_seconds": 60, "user_autologout_type": kind });
        let emulator = with_settings(project).await;
        let browser = Browser::new(&emulator);
        browser.log_in("alice", "wonderland").await;
        emulator.advance_clock(std::time::Duration::from_secs(40));
        browser.user().await;
        emulator.advance_clock(std::time::Duration::from_secs(40));
        let state = browser.login_state().await;
        assert_eq!(state == "Finished", is_open, "{kind}");
    }
}
