//! A refusal names the value that it refuses, escaped, and those that there are if they are few.

use actix_web_propelauth::emulator::{Emulator, RoleMapping};
use serde_json::{Value, json};

use super::send;
use crate::api::user::NOBODY;

const ODD: &str = "Süper \"A\"\n\u{202e}";
const ESCAPED: &str = r#""Süper \"A\"\n\u{202e}""#;

#[actix_web::test]
async fn a_refusal_names_the_value_and_the_ones_that_there_are() {
    let paid = RoleMapping::new(["Boss", "Clerk"]);
    let builder = Emulator::builder().custom_role_mapping("Paid Plan", paid);
    let emulator = builder.block_domain("spam.example").start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org = emulator.create_org("Acme").unwrap();
    emulator.add_mfa_phone(&alice, "1").unwrap();
    let user = alice.id().as_str();
    let roles = r#""Owner", "Admin", "Member""#;
    let step_up = |field: &str, value: &str| {
        let mut body = json!({
            "user_id": user, "mfa_phone_id": NOBODY, "action_type": "A",
            "grant_type": "ONE_TIME_USE", "valid_for_seconds": 60,
        });
        body[field] = json!(value);
        body
    };
    let saml = json!({
        "org_id": org, "idp_entity_id": "e", "idp_sso_url": "https://x.example",
        "idp_certificate": "c", "provider": ODD,
    });
    let oidc = json!({
        "org_id": org, "client_id": "c", "client_secret": "s", "uses_pkce": true, "idp_type": ODD,
    });
    let member = |role: &str| json!({ "user_id": user, "org_id": org, "role": role });
    let invite = |email: &str, role: &str| json!({ "email": email, "org_id": org, "role": role });
    for (method, path, body, field, known) in [
        ("POST", "/org/add_user", member(ODD), "role", roles),
        ("POST", "/org/change_role", member(ODD), "role", roles),
        ("POST", "/invite_user", invite("a@b.c", ODD), "role", roles),
        ("POST", "/invite_user", invite(ODD, "Admin"), "email", ""),
        ("POST", "/invite_user_by_id", member(ODD), "role", roles),
        (
            "POST",
            "/org/add_user",
            json!({ "user_id": user, "org_id": org, "role": "Admin", "additional_roles": [ODD] }),
            "additional_roles",
            roles,
        ),
        (
            "POST",
            "/org/",
            json!({ "name": "A", "custom_role_mapping_name": ODD }),
            "custom_role_mapping_name",
            "\"Paid Plan\"",
        ),
        (
            "POST",
            "/org/",
            json!({ "name": "A", "domain": ODD }),
            "domain",
            "",
        ),
        (
            "POST",
            "/org/query",
            json!({ "order_by": ODD }),
            "order_by",
            "\"NAME\"",
        ),
        (
            "POST",
            "/org/remove_user",
            json!({ "user_id": ODD, "org_id": org }),
            "user_id",
            "",
        ),
        ("POST", "/user/", json!({ "email": ODD }), "email", ""),
        ("POST", "/magic_link", json!({ "email": ODD }), "email", ""),
        (
            "POST",
            "/magic_link",
            json!({ "email": "a@b.c", "redirect_to_url": ODD }),
            "redirect_to_url",
            "",
        ),
        ("POST", "/saml_idp_metadata", saml, "provider", "\"Okta\""),
        ("POST", "/oidc_idp_metadata", oidc, "idp_type", "\"Azure\""),
        (
            "POST",
            "/mfa/step-up/phone/send",
            step_up("grant_type", ODD),
            "grant_type",
            "\"TIME_BASED\"",
        ),
        (
            "POST",
            "/mfa/step-up/phone/send",
            step_up("mfa_phone_id", ODD),
            "mfa_phone_id",
            "",
        ),
        (
            "POST",
            "/end_user_api_keys",
            json!({ "user_id": ODD }),
            "user_id",
            "",
        ),
        (
            "POST",
            "/access_token",
            json!({ "user_id": user, "duration_in_minutes": 1, "active_org_id": ODD }),
            "active_org_id",
            "",
        ),
    ] {
        let answer = send(&emulator, method, path, &body.to_string()).await;
        let reason = answer.reasons(field);
        assert!(reason.contains(ESCAPED), "{path} {field}: {reason}");
        assert!(reason.contains(known), "{path} {field}: {reason}");
    }

    let query = |field: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(field, ODD).finish()
    };
    for (path, field, known) in [
        ("/user/query", "order_by", "\"LAST_ACTIVE_AT_DESC\""),
        ("/user/query", "include_orgs", "`true` or `false`"),
        ("/user/query", "page_size", "digit"),
        ("/org/query", "order_by", "\"CREATED_AT_DESC\""),
        ("/end_user_api_keys", "api_key_type", "\"Generic\""),
        ("/end_user_api_keys/usage", "date", "YYYY-MM-DD"),
        ("/user_report/churn", "report_interval", "\"14\""),
        ("/org_report/reengagement", "report_interval", "\"Weekly\""),
        ("/chart_metrics/signups", "cadence", "\"Monthly\""),
        ("/chart_metrics/signups", "end_date", "YYYY-MM-DD"),
        ("/pending_org_invites", "org_id", "UUID"),
    ] {
        let answer = send(&emulator, "GET", &format!("{path}?{}", query(field)), "").await;
        let reason = answer.reasons(field);
        assert!(reason.contains(ESCAPED), "{path} {field}: {reason}");
        assert!(reason.contains(known), "{path} {field}: {reason}");
    }
    let answer = send(&emulator, "GET", "/chart_metrics/new", "").await;
    let reason = answer.reasons("chart_metric");
    assert!(
        reason.contains("\"new\"") && reason.contains("\"active_orgs\""),
        "{reason}"
    );

    // An organization with other roles names its own, and a long value is cut.
    let paid = json!({ "custom_role_mapping_name": "Paid Plan" }).to_string();
    send(&emulator, "PUT", &format!("/org/{org}"), &paid).await;
    let long = "x".repeat(10_000);
    let answer = send(
        &emulator,
        "POST",
        "/org/add_user",
        &member(&long).to_string(),
    )
    .await;
    let reason = answer.reasons("role");
    assert!(
        reason.len() < 200 && reason.contains("\"Boss\", \"Clerk\""),
        "{reason}"
    );
}

#[actix_web::test]
async fn a_404_says_what_there_is_not() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org = emulator.create_org("Acme").unwrap();
    let member = |user: &str, org: &str| json!({ "user_id": user, "org_id": org, "role": "Admin" });
    let user = alice.id();
    for (method, path, body, said) in [
        ("POST", "/org/add_user", member(NOBODY, &org), "user"),
        (
            "POST",
            "/org/add_user",
            member(user, NOBODY),
            "organization",
        ),
        ("POST", "/org/change_role", member(user, &org), "member"),
        ("POST", "/invite_user_by_id", member(NOBODY, &org), "user"),
        (
            "GET",
            "/user/email?email=x%40y.z",
            Value::Null,
            "user with the email \"x@y.z\"",
        ),
        ("GET", &format!("/user/{NOBODY}"), Value::Null, "user"),
        (
            "GET",
            &format!("/org/{NOBODY}"),
            Value::Null,
            "organization",
        ),
        (
            "DELETE",
            &format!("/end_user_api_keys/{NOBODY}"),
            Value::Null,
            "API key",
        ),
        (
            "GET",
            &format!("/employee/{NOBODY}"),
            Value::Null,
            "employee",
        ),
        (
            "GET",
            &format!("/scim/{NOBODY}/groups"),
            Value::Null,
            "organization",
        ),
        (
            "GET",
            &format!("/scim/{org}/groups/{NOBODY}"),
            Value::Null,
            "group",
        ),
        (
            "GET",
            &format!("/user/{user}/slack/fresh_token"),
            Value::Null,
            "provider \"slack\"",
        ),
    ] {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = send(&emulator, method, path, &body).await;
        assert_eq!(answer.status, 404, "{path} {answer:?}");
        let is_named = ["x@y.z", "slack", NOBODY, &*org].map(|it| answer.text.contains(it));
        assert!(
            answer.text.contains(said) && is_named.contains(&true),
            "{path} {answer:?}"
        );
    }
}

#[actix_web::test]
async fn a_refusal_does_not_name_secrets() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let secret = "hunter2-hunter2";
    for (path, body) in [
        (
            "/migrate_user/password",
            json!({ "user_id": alice.id(), "password_hash": secret }),
        ),
        (
            "/migrate_user/",
            json!({
                "email": "b@example.com", "email_confirmed": true,
                "existing_password_hash": secret, "existing_mfa_base32_encoded_secret": secret,
            }),
        ),
        (
            "/end_user_api_keys/validate",
            json!({ "api_key_token": secret }),
        ),
    ] {
        let answer = send(&emulator, "POST", path, &body.to_string()).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(!answer.text.contains(secret), "{answer:?}");
        assert_ne!(answer.json(), Value::Null);
    }
}
