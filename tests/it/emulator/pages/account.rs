//! The pages of an account.

use serde_json::json;

use super::{browser::Browser, last_link, start, totp};

#[actix_web::test]
async fn a_profile_is_changed() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let names = [
        ("username", "alice"),
        ("first_name", "Al"),
        ("last_name", "<b>Liddell</b>"),
    ];
    let saved = browser.fill("/account", "/account", &names).await;
    assert_eq!(saved.location.as_deref(), Some("/account?done=profile"));
    let page = browser.get("/account?done=profile").await;
    assert!(page.has("Your changes were saved.") && page.has("<b>Liddell</b>"));
    assert!(!page.text.contains("<b>Liddell"));
    let wrong = browser
        .fill("/account", "/account", &[("username", "a@b")])
        .await;
    assert!(
        wrong.status == 400 && wrong.has("A username has no @ in it"),
        "{wrong:?}"
    );
    assert!(wrong.text.contains("aria-describedby=\"username-error\""));
}

#[actix_web::test]
async fn an_email_address_is_changed_by_a_link() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let fields = |password| {
        [
            ("new_email", "al@acme.example"),
            ("email_password", password),
        ]
    };
    let wrong = browser
        .fill("/account", "/account/email", &fields("x"))
        .await;
    assert!(
        wrong.status == 400 && wrong.text.contains("email_password-error"),
        "{wrong:?}"
    );
    let sent = browser
        .fill("/account", "/account/email", &fields("wonderland"))
        .await;
    assert_eq!(sent.location.as_deref(), Some("/account?done=email"));
    let page = browser.get("/account").await;
    assert!(page.has("al@acme.example") && page.has("alice@acme.example"));
    browser.get(&last_link(&emulator)).await;
    assert!(!browser.get("/account").await.has("alice@acme.example"));
}

#[actix_web::test]
async fn a_password_is_changed() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let fields = |current| [("current_password", current), ("password", "new")];
    let path = "/account/settings";
    let action = "/account/settings/password";
    let wrong = browser.fill(path, action, &fields("x")).await;
    assert!(wrong.status == 400 && wrong.text.contains("current_password-error"));
    let saved = browser.fill(path, action, &fields("wonderland")).await;
    assert_eq!(
        saved.location.as_deref(),
        Some("/account/settings?done=password")
    );
    let login = [("email", "alice@acme.example"), ("password", "new")];
    let entered = Browser::new(&emulator)
        .fill("/login", "/login", &login)
        .await;
    assert_eq!(entered.status, 303);
}

#[actix_web::test]
async fn a_second_factor_is_set_up_and_removed() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let page = browser.get("/account/settings").await;
    let secret = page.text.split("code class=\"secret\">").nth(1).unwrap();
    let code = totp(secret.split('<').next().unwrap());
    let form = page.form("/account/settings/mfa").with(&[("code", &code)]);
    let on = browser.submit(&form).await;
    assert_eq!(on.location.as_deref(), Some("/account/settings?done=mfa"));
    let page = browser.get("/account/settings?done=mfa").await;
    assert!(page.has("Backup codes") && !page.text.contains("class=\"secret\""));
    let off = browser
        .submit(&page.form("/account/settings/mfa/disable"))
        .await;
    assert_eq!(
        off.location.as_deref(),
        Some("/account/settings?done=no-mfa")
    );
    assert!(
        browser
            .get("/account/settings")
            .await
            .text
            .contains("class=\"secret\"")
    );
}

#[actix_web::test]
async fn an_account_is_deleted_by_those_who_are_sure() {
    let emulator = start(json!({ "users_can_delete_own_account": true })).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("carol@other.example").await;
    let unsure = browser.fill("/account", "/account/delete", &[]).await;
    assert!(unsure.status == 400 && unsure.text.contains("sure-error"));
    let form = browser.get("/account").await.form("/account/delete");
    let deleted = browser.submit(&form.with(&[("sure", "yes")])).await;
    assert_eq!(deleted.location.as_deref(), Some("/login"));
    let login = [("email", "carol@other.example"), ("password", "singers")];
    assert_eq!(browser.fill("/login", "/login", &login).await.status, 404);
    // Where it is disabled, there is no form, and one that was made up is refused.
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("carol@other.example").await;
    let page = browser.get("/account").await;
    assert!(!page.text.contains("/account/delete"));
    let mut form = page.form("/account").with(&[("sure", "yes")]);
    form.action = "/account/delete".to_owned();
    let refused = browser.submit(&form).await;
    assert!(
        refused.status == 400 && refused.has("is disabled"),
        "{refused:?}"
    );
}

#[actix_web::test]
async fn an_api_key_is_shown_once() {
    let emulator = start(json!({ "personal_api_keys_enabled": true })).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let path = "/api_keys/personal";
    let fields = [("display_name", "<i>CI</i>"), ("expiration", "OneMonth")];
    let created = browser.fill(path, path, &fields).await;
    let token = created.text.split("code class=\"secret\">").nth(1).unwrap();
    let token = token.split('<').next().unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    let valid = auth
        .api_key()
        .validate_personal_api_key(token)
        .await
        .unwrap();
    assert_eq!(valid.user.email, "alice@acme.example");
    let page = browser.get(path).await;
    assert!(page.has("<i>CI</i>") && !page.text.contains("<i>CI") && !page.text.contains(token));
    let deleted = browser
        .submit(&page.form("/api_keys/personal/delete"))
        .await;
    assert_eq!(
        deleted.location.as_deref(),
        Some("/api_keys/personal?done=removed")
    );
    assert!(
        auth.api_key()
            .validate_personal_api_key(token)
            .await
            .is_err()
    );
    let bad = browser
        .fill(path, path, &[("expiration", "Tomorrow")])
        .await;
    assert!(
        bad.status == 400 && bad.has("A key cannot last that long"),
        "{bad:?}"
    );
}
