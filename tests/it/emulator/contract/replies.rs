//! Every reply has the members that PropelAuth's has, and no others.

use std::time::Duration;

use actix_web_propelauth::{
    api::{CreateApiKey, CreateUser, UpdateOrg},
    emulator::{EmulatedUser, Emulator, NewScimGroup, RoleMapping},
};
use serde_json::{Value, json};

use super::{Answer, Operation, operations, send};
use crate::api::user::NOBODY;

/// Objects with keys of the project's own.
const FREE: [&str; 5] = [
    "metadata",
    "org_metadata",
    "properties",
    "extra_properties",
    "user_signup_query_parameters",
];

/// Objects whose keys are ids or providers.
const MAPS: [&str; 2] = ["org_id_to_org_info", "fetch_user_oauth_tokens"];

/// What PropelAuth's documents have and the example, which is older, does not.
const NEWER: [&str; 1] = ["fetch_org.isolated"];

/// Collects how a value differs in form from the example.
fn compare(at: &str, example: &Value, value: &Value, differences: &mut Vec<String>) {
    let name = at.rsplit('.').next().unwrap_or_default();
    match (example, value) {
        (Value::Object(_), Value::Object(_)) if FREE.contains(&name) => {}
        (Value::Object(example), Value::Object(value)) if MAPS.contains(&name) => {
            let Some(example) = example.values().next() else {
                return;
            };
            // Ids are in no order that says which of the members has most to show.
            let compared = value.values().map(|value| {
                let mut differences = Vec::new();
                compare(&format!("{at}.*"), example, value, &mut differences);
                differences
            });
            match compared.min_by_key(Vec::len) {
                Some(least) => differences.extend(least),
                None => differences.push(format!("{at} is empty")),
            }
        }
        (Value::Object(example), Value::Object(value)) => {
            for (key, example) in example {
                let at = format!("{at}.{key}");
                match value.get(key) {
                    Some(value) => compare(&at, example, value, differences),
                    None => differences.push(format!("{at} is missing")),
                }
            }
            for key in value.keys().filter(|key| !example.contains_key(*key)) {
                let at = format!("{at}.{key}");
                if !NEWER.contains(&&*at) {
                    differences.push(format!("{at} is not PropelAuth's"));
                }
            }
        }
        (Value::Array(example), Value::Array(value)) => match (example.first(), value.first()) {
            (Some(example), Some(value)) => {
                compare(&format!("{at}[0]"), example, value, differences);
            }
            (Some(_), None) => differences.push(format!("{at} is empty")),
            (None, _) => {}
        },
        (Value::Null, _) => {}
        (example, value) => {
            let is_same = std::mem::discriminant(example) == std::mem::discriminant(value);
            if !is_same {
                differences.push(format!("{at} is {value} where PropelAuth has {example}"));
            }
        }
    }
}

/// An emulator in which every operation has something to tell.
struct World {
    emulator: Emulator,
    alice: EmulatedUser,
    acme: String,
    group: String,
    phone: String,
    key: (String, String),
    personal: String,
    employee: String,
}

async fn world() -> World {
    const NOW: i64 = 1_700_000_000;
    let paid = RoleMapping::default().permission("Owner", "can_pay");
    let builder = Emulator::builder()
        .custom_role_mapping("Paid Plan", paid)
        .issuer("http://issuer.example")
        .id_seed(1);
    let emulator = builder.start().await.unwrap();
    emulator.freeze_clock(NOW);
    let alice = CreateUser::new("alice@example.com")
        .password("p")
        .username("alice")
        .first_name("A")
        .last_name("L")
        .properties(json!({ "p": 1 }).as_object().unwrap().clone());
    let alice = emulator.create_user(alice).unwrap();
    let more = json!({
        "picture_url": "https://a.example/", "legacy_user_id": "l", "metadata": { "k": "v" },
    });
    send(
        &emulator,
        "PUT",
        &format!("/user/{}", alice.id()),
        &more.to_string(),
    )
    .await;
    let acme = json!({
        "name": "Acme Inc", "domain": "example.com", "max_users": 50, "legacy_org_id": "l",
        "custom_role_mapping_name": "Paid Plan",
    });
    let acme = send(&emulator, "POST", "/org/", &acme.to_string())
        .await
        .json();
    let acme = acme["org_id"].as_str().unwrap().to_owned();
    let metadata = json!({ "k": "v" }).as_object().unwrap().clone();
    let extra = UpdateOrg::new(&*acme)
        .metadata(metadata)
        .extra_domains(["acme.io"]);
    emulator.update_org(extra).unwrap();
    emulator.add_user_to_org(&alice, &*acme, "Owner").unwrap();
    emulator
        .add_oauth_token(&alice, "google", &["openid"])
        .unwrap();
    let parameters = [("utm".to_owned(), "x".to_owned())];
    emulator
        .set_signup_query_parameters(&alice, parameters)
        .unwrap();
    let group = NewScimGroup::new("G")
        .external_id_from_idp("g")
        .members([&alice]);
    let group = emulator
        .add_scim_group(&*acme, group)
        .unwrap()
        .into_string();
    let phone = emulator
        .add_mfa_phone(&alice, "+1 555 1234")
        .unwrap()
        .into_string();
    let metadata = json!({ "k": "v" }).as_object().unwrap().clone();
    let key = CreateApiKey::new().user_id(&alice).org_id(&*acme);
    let key = key.metadata(metadata.clone()).display_name("CI");
    let key = emulator
        .create_api_key(key.expires_at_seconds(NOW * 2))
        .unwrap();
    let personal = CreateApiKey::new()
        .user_id(&alice)
        .metadata(metadata.clone());
    let personal = emulator.create_api_key(personal).unwrap();
    let body = json!({ "api_key_token": personal.api_key_token.expose() }).to_string();
    let expired = CreateApiKey::new().user_id(&alice).org_id(&*acme);
    let expired = emulator
        .create_api_key(expired.display_name("Old").metadata(metadata))
        .unwrap();
    emulator.expire_api_key(expired.api_key_id).unwrap();
    let employee = emulator
        .add_employee("e@example.com")
        .unwrap()
        .into_string();

    // Reports look back: somebody is gone, somebody comes back, one organization grows, one shrinks.
    let bob = CreateUser::new("bob@example.com")
        .username("bob")
        .first_name("B")
        .last_name("L");
    let bob = emulator.create_user(bob).unwrap();
    let quiet = emulator.create_org("Quiet").unwrap();
    emulator.add_user_to_org(&bob, &quiet, "Owner").unwrap();
    let shrinking = emulator.create_org("Shrinking").unwrap();
    emulator.add_user_to_org(&bob, &shrinking, "Owner").unwrap();
    emulator.advance_clock(Duration::from_secs(40 * 24 * 60 * 60));
    alice.log_in().unwrap();
    send(&emulator, "POST", "/end_user_api_keys/validate", &body).await;
    emulator.record_invite(&alice).unwrap();
    let growing = emulator.create_org("Growing").unwrap();
    emulator.add_user_to_org(&alice, &growing, "Owner").unwrap();
    emulator.remove_user_from_org(&bob, &shrinking).unwrap();
    World {
        emulator,
        alice,
        acme,
        group,
        phone,
        key: (
            key.api_key_id.into_string(),
            key.api_key_token.expose().to_owned(),
        ),
        personal: personal.api_key_token.expose().to_owned(),
        employee,
    }
}

/// A request that succeeds.
struct Request {
    method: String,
    path: String,
    /// The fields of the query, or of the body.
    query: String,
    body: Value,
}

impl Request {
    async fn send(&self, world: &World) -> Answer {
        let body = match &*self.method {
            "GET" => String::new(),
            _ => self.body.to_string(),
        };
        let path = format!("{}?{}", self.path, self.query);
        send(&world.emulator, &self.method, &path, &body).await
    }
}

/// Makes a request of an operation; the operations that change something are asked for in a world
/// of their own.
async fn request(world: &World, operation: &str, method: &str, path: &str) -> Request {
    let World {
        emulator,
        acme,
        phone,
        key,
        ..
    } = world;
    let user = world.alice.id();
    let path = path
        .replace("{user_id}", user)
        .replace("{org_id}", acme)
        .replace("{group_id}", &world.group)
        .replace("{api_key_id}", &key.0)
        .replace("{employee_id}", &world.employee)
        .replace("{provider}", "google")
        .replace("{chart_metric}", "signups");
    let (query, body) = match operation {
        "fetch_user_metadata_by_email" => {
            ("email=alice%40example.com&include_orgs=true", json!({}))
        }
        "fetch_user_metadata_by_username" => ("username=alice&include_orgs=true", json!({})),
        "fetch_user_metadata_by_user_id" | "fetch_users_by_query" | "fetch_users_in_org" => {
            ("include_orgs=true", json!({}))
        }
        "fetch_batch_user_metadata_by_user_ids" => {
            ("include_orgs=true", json!({ "user_ids": [user] }))
        }
        "fetch_batch_user_metadata_by_emails" => (
            "include_orgs=true",
            json!({ "emails": ["alice@example.com"] }),
        ),
        "fetch_batch_user_metadata_by_usernames" => {
            ("include_orgs=true", json!({ "usernames": ["alice"] }))
        }
        "fetch_api_key_usage" => ("date=2023-12-24", json!({})),
        "create_user" => ("", json!({ "email": "new@example.com" })),
        "update_user_email" => (
            "",
            json!({ "new_email": "b@b.c", "require_email_confirmation": false }),
        ),
        "update_user_password" => ("", json!({ "password": "p" })),
        "resend_email_confirmation" => ("", json!({ "user_id": user })),
        "migrate_user_from_external_source" => (
            "",
            json!({ "email": "new@example.com", "email_confirmed": true }),
        ),
        "migrate_user_password" => ("", json!({ "user_id": user, "password_hash": "$2a$1$a" })),
        "create_magic_link" => ("", json!({ "email": "new@example.com" })),
        "create_access_token" => ("", json!({ "user_id": user, "duration_in_minutes": 5 })),
        "create_org" => ("", json!({ "name": "New" })),
        "subscribe_org_to_role_mapping" => ("", json!({ "custom_role_mapping_name": "Paid Plan" })),
        "add_user_to_org" | "change_user_role_in_org" | "invite_user_to_org_by_user_id" => {
            let other = emulator.create_user("other@example.com").unwrap();
            if operation == "change_user_role_in_org" {
                emulator.add_user_to_org(&other, &**acme, "Member").unwrap();
            }
            (
                "",
                json!({ "user_id": other.id(), "org_id": acme, "role": "Admin" }),
            )
        }
        "remove_user_from_org" => ("", json!({ "user_id": user, "org_id": acme })),
        "invite_user_to_org" => (
            "",
            json!({ "email": "new@example.com", "org_id": acme, "role": "Member" }),
        ),
        "revoke_pending_org_invite" | "fetch_pending_invites" => {
            let invite = actix_web_propelauth::api::InviteUserToOrg::new(
                "new@example.com",
                &**acme,
                "Member",
            );
            emulator.invite_user_as(&world.alice, invite).unwrap();
            match operation {
                "fetch_pending_invites" => ("", json!({})),
                _ => (
                    "",
                    json!({ "org_id": acme, "invitee_email": "new@example.com" }),
                ),
            }
        }
        "set_saml_idp_metadata" => (
            "",
            json!({
                "org_id": acme, "idp_entity_id": "e", "idp_sso_url": "https://x.example",
                "idp_certificate": "c", "provider": "Okta",
            }),
        ),
        "set_oidc_idp_metadata" | "saml_go_live" | "delete_saml_connection" => {
            let body = json!({
                "org_id": acme, "client_id": "c", "client_secret": "s", "uses_pkce": true,
                "idp_type": "Okta", "okta_sso_domain": "x.example",
            });
            if operation == "set_oidc_idp_metadata" {
                ("", body)
            } else {
                send(emulator, "POST", "/oidc_idp_metadata", &body.to_string()).await;
                ("", json!({}))
            }
        }
        "create_api_key" => ("", json!({ "user_id": user })),
        "import_api_key" => ("", json!({ "imported_api_key": "legacy", "user_id": user })),
        "validate_api_key" | "validate_org_api_key" => ("", json!({ "api_key_token": key.1 })),
        "validate_personal_api_key" => ("", json!({ "api_key_token": world.personal })),
        "validate_imported_api_key" => {
            let body = json!({
                "imported_api_key": "legacy", "user_id": user, "org_id": acme,
                "metadata": { "k": "v" },
            });
            send(
                emulator,
                "POST",
                "/end_user_api_keys/import",
                &body.to_string(),
            )
            .await;
            ("", json!({ "api_key_token": "legacy" }))
        }
        "send_sms_mfa_code" | "verify_sms_challenge" => {
            let body = json!({
                "user_id": user, "mfa_phone_id": phone, "action_type": "A",
                "grant_type": "ONE_TIME_USE", "valid_for_seconds": 60,
            });
            if operation == "send_sms_mfa_code" {
                ("", body)
            } else {
                let body = body.to_string();
                let sent = send(emulator, "POST", "/mfa/step-up/phone/send", &body);
                let challenge = sent.await.json()["challenge_id"].take();
                let code = emulator.sms_outbox().pop().unwrap().code;
                (
                    "",
                    json!({ "challenge_id": challenge, "user_id": user, "code": code }),
                )
            }
        }
        "verify_step_up_totp_challenge" | "verify_step_up_grant" => {
            emulator.set_up_totp(&world.alice).unwrap();
            let body = json!({
                "user_id": user, "action_type": "A", "grant_type": "ONE_TIME_USE",
                "valid_for_seconds": 60, "code": emulator.totp_code(&world.alice).unwrap(),
            });
            if operation == "verify_step_up_totp_challenge" {
                ("", body)
            } else {
                let body = body.to_string();
                let sent = send(emulator, "POST", "/mfa/step-up/verify-totp", &body);
                let grant = sent.await.json()["step_up_grant"].take();
                (
                    "",
                    json!({ "user_id": user, "action_type": "A", "grant": grant }),
                )
            }
        }
        _ => ("", json!({})),
    };
    Request {
        method: method.to_owned(),
        path,
        query: query.to_owned(),
        body,
    }
}

#[actix_web::test]
async fn every_reply_has_the_members_that_propelauths_has() {
    let mut differences = Vec::new();
    let readable = world().await;
    for operation in operations() {
        let changed;
        let world = match &*operation.method {
            "GET" => &readable,
            _ => {
                changed = world().await;
                &changed
            }
        };
        let name = &operation.name;
        let request = request(world, name, &operation.method, &operation.path).await;
        let answer = request.send(world).await;
        assert_eq!(answer.status, operation.status, "{name} {answer:?}");
        let content_type = answer.content_type.as_deref();
        let content_type = content_type.and_then(|it| it.split(';').next());
        assert_eq!(
            content_type,
            operation.content_type.as_deref(),
            "{name} {answer:?}"
        );
        match operation.content_type.as_deref() {
            Some("application/json") => {
                compare(name, &operation.reply, &answer.json(), &mut differences);
            }
            Some(_) => assert!(!answer.text.is_empty(), "{name}"),
            None => assert_eq!(answer.text, "", "{name}"),
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Returns another value of a field than that of the request, or than its default.
fn another(world: &World, operation: &str, field: &str) -> Value {
    match field {
        "include_orgs" | "enabled" | "create_new_user_if_one_doesnt_exist" => json!(false),
        "send_email_to_confirm_email_address" => json!(false),
        "email_confirmed" => json!(operation == "create_user"),
        "email" | "new_email" | "user_email" | "invitee_email" => json!("another@example.com"),
        "emails" | "usernames" => json!(["another"]),
        "user_ids" => json!([]),
        "user_id" | "org_id" | "active_org_id" | "api_key_id" | "challenge_id" => json!(NOBODY),
        "mfa_phone_id" => json!(NOBODY),
        "page_size" if operation == "fetch_pending_invites" => json!(7),
        "page_size" => json!(1),
        "members_page_size" => json!(0),
        "page_number" | "members_page_number" => json!(3),
        "order_by" => json!("CREATED_AT_DESC"),
        "report_interval" if operation.contains("reengagement") => json!("Monthly"),
        "report_interval" if operation.contains("churn") => json!("30"),
        "report_interval" => json!("90"),
        "cadence" => json!("Weekly"),
        "date" | "start_date" | "end_date" => json!("2023-12-01"),
        "api_key_type" => json!("Generic"),
        "role" if operation == "fetch_users_in_org" => json!("Member"),
        "role" => json!("Owner"),
        "additional_roles" => json!(["Admin"]),
        "max_users" => json!(7),
        "properties" | "metadata" => json!({ "another": 1 }),
        "user_signup_query_parameters" => json!({ "another": "1" }),
        "extra_domains" => json!(["another.example"]),
        "domain" => json!("another.example"),
        "custom_role_mapping_name" if operation == "create_org" => json!("Paid Plan"),
        "custom_role_mapping_name" => json!("Another Plan"),
        "require_2fa_by" => json!("2030-01-01T00:00:00Z"),
        "password_rotation_history_size" | "password_rotation_period" => json!(7),
        "expires_in_hours" | "expires_in_seconds" | "duration_in_minutes" => json!(7),
        "valid_for_seconds" => json!(7),
        "expires_at_seconds" => json!(1_900_000_000),
        "grant_type" => json!("TIME_BASED"),
        "provider" => json!("Azure"),
        "idp_type" => json!("Generic"),
        "uses_pkce" => json!(false),
        "can_setup_saml" | "autojoin_by_domain" | "restrict_to_domain" => json!(true),
        "enable_auto_joining_by_domain" | "members_must_have_matching_domain" => json!(true),
        "password_rotation_enabled" | "require_email_confirmation" => json!(true),
        "email_or_username" => json!("another"),
        "existing_password_hash" | "password_hash" => json!("$2a$1$another"),
        "existing_mfa_base32_encoded_secret" => json!("GEZDGNBVGY3TQOJQ"),
        "picture_url" | "redirect_to_url" | "idp_sso_url" => json!("https://another.example/"),
        "auth_url" | "token_url" | "userinfo_url" => json!("https://another.example/"),
        "api_key_token" => json!(world.personal.to_uppercase()),
        "set_to_never_expire" | "ask_user_to_update_password_on_login" => json!(true),
        "ignore_domain_restrictions" | "update_password_required" => json!(true),
        "expire_after_first_use" | "requires_interstitial" => json!(true),
        _ => json!("another"),
    }
}

/// Returns what came of a request in a world of its own: the answer, and everything that the
/// emulator remembers, without its URL.
async fn outcome(operation: &Operation, field: Option<&str>) -> (u16, String) {
    let world = world().await;
    let answer = answer(&world, operation, field).await;
    let all = format!("{} {}", answer.text, world.emulator.snapshot());
    (
        answer.status,
        all.replace(world.emulator.auth_url(), "URL")
            .replace(&world.emulator.pages_url(), "URL"),
    )
}

async fn answer(world: &World, operation: &Operation, field: Option<&str>) -> Answer {
    let Operation {
        name, method, path, ..
    } = operation;
    let mut request = request(world, name, method, path).await;
    if let Some(field) = field {
        set(&mut request, field, &another(world, name, field));
    }
    request.send(world).await
}

/// What is sent is never dropped: it shows in the reply, or in what is remembered, or is refused
/// by name.
#[actix_web::test]
async fn every_documented_field_has_an_effect() {
    let readable = world().await;
    let mut fields = 0;
    let mut without = Vec::new();
    for operation in operations().iter().filter(|it| !it.fields.is_empty()) {
        let name = &*operation.name;
        fields += operation.fields.len();
        if operation.method == "GET" && name != "fetch_pending_invites" {
            let before = answer(&readable, operation, None).await;
            assert_eq!(before.status, 200, "{name} {before:?}");
            for field in &operation.fields {
                let after = answer(&readable, operation, Some(field)).await;
                if (before.status, &before.text) == (after.status, &after.text) {
                    without.push(format!("{name} {field}"));
                }
            }
            continue;
        }
        let before = outcome(operation, None).await;
        assert!(matches!(before.0, 200 | 204), "{name} {before:?}");
        assert_eq!(
            before,
            outcome(operation, None).await,
            "{name} is not deterministic"
        );
        for field in &operation.fields {
            if before == outcome(operation, Some(field)).await {
                without.push(format!("{name} {field}"));
            }
        }
    }
    assert!(fields > 200, "{fields}");
    // No domain is blocked here; `user::enter` has some that are.
    assert_eq!(without, ["create_user ignore_domain_restrictions"]);
}

/// Sets a field of a request where it travels.
fn set(request: &mut Request, field: &str, value: &Value) {
    let is_in_query = request.method == "GET" || field == "include_orgs";
    if !is_in_query {
        request.body[field] = value.clone();
        return;
    }
    let pairs = url::form_urlencoded::parse(request.query.as_bytes()).into_owned();
    let others = pairs.filter(|(name, _)| name != field);
    let others: Vec<_> = others.collect();
    let value = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    request.query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(field, &value)
        .finish();
}

#[actix_web::test]
async fn an_api_key_that_does_not_exist_is_null() {
    let emulator = Emulator::start().await.unwrap();
    for id in ["0123456789abcdef0123456789abcdef", NOBODY, "x"] {
        let answer = send(&emulator, "GET", &format!("/end_user_api_keys/{id}"), "").await;
        assert_eq!((answer.status, &*answer.text), (200, "null"), "{id}");
        assert_eq!(answer.content_type.as_deref(), Some("application/json"));
    }
}

#[actix_web::test]
async fn an_organization_without_metadata_has_empty_metadata() {
    let emulator = Emulator::start().await.unwrap();
    let org = emulator.create_org("Acme").unwrap();
    let one = send(&emulator, "GET", &format!("/org/{org}"), "")
        .await
        .json();
    assert_eq!(one["metadata"], json!({}));
    for (method, body) in [("POST", "{}"), ("GET", "")] {
        let page = send(&emulator, method, "/org/query", body).await.json();
        assert_eq!(page["orgs"][0]["metadata"], json!({}), "{method}");
    }
}
