//! What holds for every call of `@propelauth/frontend-apis`.

use std::collections::BTreeSet;

use actix_web_propelauth::emulator::Emulator;
use serde_json::{Value, json};

use super::{
    ask,
    browser::{Browser, CALLS, ORIGIN, known_codes, with_settings},
};

/// The calls that anyone may send.
const PUBLIC: &[&str] = &[
    "login_state",
    "login",
    "login_passwordless",
    "login/check",
    "forgot_password",
    "signup",
];

/// The calls that continue a login.
const OF_LOGIN: &[&str] = &["verify", "verify_backup"];

/// The calls that finish a login, once the address is confirmed.
const FINISHING: &[&str] = &[
    "update_password",
    "update_email",
    "update_metadata",
    "security_status",
    "mfa_enable",
    "mfa_disable",
    "create_org",
    "joinable_orgs",
    "join_org/{id}",
];

/// The calls that need no confirmed address.
const UNCONFIRMED: &[&str] = &["resend_email_confirmation", "delete_me"];

fn private() -> impl Iterator<Item = (&'static str, &'static str)> {
    let calls = CALLS.iter().map(|(method, path, _)| (*method, *path));
    calls.filter(|(_, path)| !PUBLIC.contains(path) && !OF_LOGIN.contains(path))
}

/// Returns a body with all fields that any call has.
fn body() -> Value {
    json!({
        "org_id": "x", "user_id": "x", "email": "a@b.c", "role": "Member", "code": "1", "name": "x",
        "password": "x", "new_email": "a@b.c", "display_name": "x", "first_name": "x",
    })
}

#[actix_web::test]
async fn every_call_is_a_row_and_every_row_a_call() {
    let emulator = Emulator::start().await.unwrap();
    let browser = Browser::new(&emulator);
    for (method, path, _) in CALLS {
        let path = path.replace("{id}", "x");
        let answer = browser.call(method, &path, Value::Null).await;
        assert!(
            ![404, 405, 501].contains(&answer.status) || answer.json()["error_code"].is_string(),
            "{method} {path}"
        );
        for other in ["GET", "POST", "DELETE", "PATCH", "PUT"] {
            let is_call = CALLS
                .iter()
                .any(|it| it.0 == other && it.1.replace("{id}", "x") == path);
            if !is_call {
                let answer = ask(
                    &emulator,
                    other,
                    &format!("/api/fe/v3/{path}"),
                    &[("x-csrf-token", "x")],
                    "",
                )
                .await;
                assert_eq!(answer.status, 501, "{other} {path}");
            }
        }
    }
    let named: BTreeSet<_> = emulator
        .requests()
        .into_iter()
        .filter_map(|it| it.operation)
        .collect();
    assert_eq!(named.len(), CALLS.len(), "{named:?}");
}

#[actix_web::test]
async fn who_is_not_logged_in_learns_nothing() {
    let emulator = with_settings(json!({})).await;
    let browser = Browser::new(&emulator);
    for cookie in [
        "",
        "x",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ] {
        browser.enter(cookie);
        for (method, path) in private() {
            let path = path.replace("{id}", "x");
            assert_eq!(
                browser.refused(method, &path, body()).await,
                "not_logged_in",
                "{path}"
            );
        }
        for path in OF_LOGIN {
            assert_eq!(
                browser.refused("POST", path, body()).await,
                "invalid_mfa_cookie"
            );
        }
    }
}

#[actix_web::test]
async fn an_unfinished_login_may_do_what_finishes_it() {
    let org_needed = json!({ "users_must_be_in_an_organization": true });
    let factor_needed = json!({ "all_users_must_setup_2fa": true });
    let property_needed = json!({ "user_properties": { "custom_properties": [
        { "name": "color", "display_name": "Color", "field_type": "Text" },
    ] } });
    let confirmation_needed = json!({ "require_email_confirmation": true });
    for (project, step) in [
        (org_needed, "OrgCreationRequired"),
        (factor_needed, "TwoFactorEnablementRequired"),
        (property_needed, "UserMetadataRequired"),
        (json!({}), "UpdatePasswordRequired"),
        (confirmation_needed, "ConfirmEmailRequired"),
        (json!({}), "TwoFactorRequired"),
    ] {
        let emulator = with_settings(project).await;
        let auth = emulator.propel_auth().await.unwrap();
        let alice = auth
            .user()
            .fetch_user_metadata_by_username("alice")
            .await
            .unwrap()
            .user_id;
        match step {
            "UpdatePasswordRequired" => auth
                .user()
                .update_user_metadata(&alice)
                .update_password_required(true)
                .await
                .unwrap(),
            "TwoFactorRequired" => drop(emulator.set_up_totp(&alice).unwrap()),
            "ConfirmEmailRequired" => {
                let unconfirmed =
                    json!({ "users": [{ "email": "bob@acme.example", "password": "x" }] });
                emulator.apply_seed(unconfirmed).unwrap();
            }
            _ => {}
        }
        let browser = Browser::new(&emulator);
        let (email, password) = match step {
            "ConfirmEmailRequired" => ("bob@acme.example", "x"),
            _ => ("alice", "wonderland"),
        };
        assert_eq!(browser.log_in(email, password).await, step);
        for (method, path) in private() {
            let answer = browser
                .call(method, &path.replace("{id}", "x"), Value::Null)
                .await;
            let told = answer.json();
            let code = told["error_code"].as_str();
            let is_allowed = match step {
                "TwoFactorRequired" => false,
                "ConfirmEmailRequired" => UNCONFIRMED.contains(&path),
                _ => UNCONFIRMED.contains(&path) || FINISHING.contains(&path),
            };
            let knows = known_codes(method, path);
            let refusal = match step {
                "ConfirmEmailRequired" if knows.contains(&"email_not_confirmed") => {
                    "email_not_confirmed"
                }
                _ => "not_logged_in",
            };
            // What is wrong with a form may be told before.
            let is_refused = code == Some(refusal)
                || code == Some("invalid_request_fields")
                    && knows.contains(&"invalid_request_fields");
            assert!(
                is_allowed != (code == Some(refusal)) || is_refused,
                "{step} {method} {path}: {told}"
            );
            assert!(is_allowed || is_refused, "{step} {method} {path}: {told}");
        }
        assert_eq!(browser.login_state().await, step, "nothing was changed");
    }
}

#[actix_web::test]
async fn only_frontends_may_ask_and_only_with_the_header() {
    let emulator = with_settings(json!({ "users_can_delete_own_account": true })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    let cookie = format!("refresh_token={}", browser.refresh_token());
    let before = emulator.snapshot();
    for (method, path, _) in CALLS {
        let path = format!("/api/fe/v3/{}", path.replace("{id}", "x"));
        for (origin, token) in [
            ("https://evil.example", "-.-"),
            ("http://localhost.evil.example", "-.-"),
            ("null", "-.-"),
            (ORIGIN, ""),
        ] {
            let mut headers = vec![("origin", origin), ("cookie", cookie.as_str())];
            if !token.is_empty() {
                headers.push(("x-csrf-token", token));
            }
            let answer = ask(&emulator, method, &path, &headers, body().to_string()).await;
            assert_eq!(answer.status, 403, "{method} {path} {origin}");
            let is_frontend = origin == ORIGIN;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                is_frontend.then_some(origin)
            );
        }
        let headers = [
            ("origin", ORIGIN),
            ("access-control-request-method", method),
            (
                "access-control-request-headers",
                "content-type,x-csrf-token",
            ),
        ];
        let preflight = ask(&emulator, "OPTIONS", &path, &headers, "").await;
        assert_eq!(preflight.status, 204, "{path}");
        assert!(
            preflight
                .header("access-control-allow-methods")
                .unwrap()
                .contains(method)
        );
        assert!(
            preflight
                .header("access-control-allow-headers")
                .unwrap()
                .contains("x-csrf-token")
        );
        assert_eq!(
            preflight.header("access-control-allow-origin"),
            Some(ORIGIN)
        );
    }
    assert_eq!(emulator.snapshot(), before);
}

/// Every call with bodies and queries of every kind: each answer is one that the library can read, and a
/// refused request changes nothing.
#[actix_web::test]
async fn bad_input_is_refused_with_a_clear_answer() {
    let project = json!({
        "has_passwordless_login": true, "users_can_delete_their_own_orgs": true,
        "personal_api_keys_enabled": true, "org_api_keys_enabled": true, "orgs_can_require_2fa": true,
    });
    let emulator = with_settings(project).await;
    let acme = emulator.create_org("Acme").unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    let alice = auth
        .user()
        .fetch_user_metadata_by_username("alice")
        .await
        .unwrap()
        .user_id;
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    let session = browser.refresh_token();
    let names = [
        "email",
        "password",
        "current_password",
        "username",
        "first_name",
        "last_name",
        "properties",
        "invite_token",
        "code",
        "new_email",
        "name",
        "autojoin_by_domain",
        "restrict_to_domain",
        "require_2fa_by",
        "role",
        "additional_roles",
        "user_id",
        "expiration_option",
        "display_name",
        "create_if_doesnt_exist",
    ];
    let odd = [
        json!(null),
        json!(0),
        json!(1.5),
        json!(true),
        json!(""),
        json!([]),
        json!({}),
        json!([1, null]),
        json!("\u{0}"),
        json!("x".repeat(10_000)),
        json!({ "a": { "b": [] } }),
        json!("٠٥٠٤٧١"),
        json!("a@b@c"),
        json!(" "),
        json!("🦀\u{202e}"),
    ];
    for (method, path, _) in CALLS
        .iter()
        .filter(|it| it.1 != "delete_me" && it.1 != "delete_org")
    {
        for value in &odd {
            let mut body: Value = names
                .iter()
                .map(|name| ((*name).to_owned(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            body["org_id"] = json!(acme);
            let path = path.replace("{id}", &acme);
            let before = emulator.snapshot();
            let answer = browser.call(method, &path, body).await;
            assert!(
                answer.status < 500,
                "{method} {path} {value}: {}",
                answer.json()
            );
            let counts = [
                "login",
                "verify",
                "verify_backup",
                "update_password",
                "update_email",
            ];
            if answer.status != 200 && !counts.contains(&path.as_str()) {
                assert_eq!(emulator.snapshot(), before, "{method} {path} {value}");
            }
            browser.enter(&session);
        }
        for body in [
            "",
            "[]",
            "null",
            "{",
            "\"\"",
            "{\"org_id\":",
            "\u{feff}{}",
            "a=b",
            "{}{}",
        ] {
            let answer = browser
                .send(
                    method,
                    &path.replace("{id}", "%00%2F..%2F"),
                    body.to_owned(),
                )
                .await;
            assert!(answer.status < 500, "{method} {path} {body:?}");
        }
        for query in [
            "org_id=%00&org_id=x",
            "page_size=-1",
            "page_number=99999999999999999999",
            "&&==",
            "%ff=%ff",
            "email_search=%F0%9F",
        ] {
            if *method == "GET" {
                let answer = browser
                    .call(
                        method,
                        &format!("{}?{query}", path.replace("{id}", &acme)),
                        Value::Null,
                    )
                    .await;
                assert!(answer.status < 500, "{method} {path} {query}");
            }
        }
        browser.enter(&session);
    }
    // Users and organizations are what they were, but for what was created on purpose.
    assert_eq!(browser.login_state().await, "Finished");
}
