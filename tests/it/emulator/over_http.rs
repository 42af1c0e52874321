//! The requests under `/propelauth-dev/`.

use actix_web::http::Method;
use actix_web_propelauth::{PropelAuth, emulator::Emulator};
use serde_json::{Value, json};

use crate::fixtures::world::{connect, start};

/// Sends a request without a key, and returns the status and the JSON.
async fn ask(emulator: &Emulator, method: Method, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/propelauth-dev/{path}", emulator.auth_url());
    let request = awc::Client::new().request(method, url);
    let mut response = match body {
        Value::Null => request.send().await.unwrap(),
        body => request.send_json(&body).await.unwrap(),
    };
    let body = response.body().limit(1 << 24).await.unwrap();
    (
        response.status().as_u16(),
        serde_json::from_slice(&body).unwrap_or_default(),
    )
}

async fn get(emulator: &Emulator, path: &str) -> Value {
    let (status, body) = ask(emulator, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn post(emulator: &Emulator, path: &str, body: Value) -> Value {
    let (status, reply) = ask(emulator, Method::POST, path, body.clone()).await;
    assert_eq!(status, 200, "{path} {body}: {reply}");
    reply
}

async fn people() -> (Emulator, PropelAuth) {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.create_org("Other Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    (emulator, auth)
}

#[actix_web::test]
async fn every_request_in_the_list_exists() {
    let (emulator, _) = people().await;
    let list = get(&emulator, "").await;
    let list = list.as_array().unwrap();
    assert!(list.len() > 20, "{list:?}");
    for entry in list {
        let request = entry["request"].as_str().unwrap();
        let (method, path) = request.split_once(" /propelauth-dev/").unwrap();
        let method: Method = method.parse().unwrap();
        let path = path.replace("{name}", "a");
        let (status, body) = ask(&emulator, method, &path, Value::Null).await;
        assert!([200, 400].contains(&status), "{request}: {status} {body}");
        assert!(!entry["about"].as_str().unwrap().is_empty());
    }
    let (status, body) = ask(&emulator, Method::GET, "mails", Value::Null).await;
    assert_eq!(status, 404);
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .contains("GET /propelauth-dev/emails"),
        "{body}"
    );
    let (status, body) = ask(&emulator, Method::GET, "reset", Value::Null).await;
    assert_eq!(
        (status, &body["error_code"]),
        (405, &json!("method_not_allowed"))
    );
}

#[actix_web::test]
async fn status_has_what_a_service_needs_to_connect() {
    let (emulator, _) = people().await;
    let status = get(&emulator, "status").await;
    assert_eq!(status["auth_url"], emulator.auth_url());
    assert_eq!(status["issuer"], emulator.issuer());
    assert_eq!(status["api_key"], emulator.api_key());
    assert_eq!(status["verifier_key_pem"], emulator.verifier_key());
    assert_eq!(status["users"], 1);
    assert_eq!(status["orgs"], 2);
    assert_eq!(status["roles"], json!(["Owner", "Admin", "Member"]));
}

#[actix_web::test]
async fn users_and_organizations_name_each_other() {
    let (emulator, _) = people().await;
    let users = get(&emulator, "users").await;
    assert_eq!(users[0]["email"], "alice@example.com");
    assert_eq!(users[0]["orgs"][0]["org_name"], "Acme Inc");
    assert_eq!(users[0]["orgs"][0]["role"], "Admin");
    let orgs = get(&emulator, "orgs").await;
    let mut orgs = orgs.as_array().unwrap().iter();
    let acme = orgs.find(|it| it["name"] == "Acme Inc").unwrap();
    assert_eq!(acme["members"][0]["user_id"], users[0]["user_id"]);
    assert_eq!(acme["org_id"], users[0]["orgs"][0]["org_id"]);
}

#[actix_web::test]
async fn tokens_are_what_was_asked_for() {
    let (emulator, _) = people().await;
    let auth = connect(&emulator);
    let create = async |options: Value| post(&emulator, "token", options).await;
    let validate = |created: &Value| {
        let header = format!("Bearer {}", created["access_token"].as_str().unwrap());
        auth.validate_access_token_and_get_user(header.as_str())
            .map_err(|denied| denied.to_string())
    };

    let valid = create(json!({ "user": "alice@example.com" })).await;
    let user = validate(&valid).unwrap();
    assert_eq!(valid["user_id"], user.user_id.as_str());
    assert_eq!(valid["claims"]["email"], "alice@example.com");
    let lifetime = valid["expires_at"].as_i64().unwrap() - valid["issued_at"].as_i64().unwrap();
    assert_eq!(lifetime, 1800);
    let by_id = create(json!({ "user": valid["user_id"] })).await;
    assert_eq!(validate(&by_id).unwrap().user_id, user.user_id);

    let user = "alice@example.com";
    for (options, part) in [
        (json!({ "user": user, "expires_in": -300 }), "expired"),
        (json!({ "user": user, "forged": true }), "signature"),
        (
            json!({ "user": user, "issuer": "https://other.example" }),
            "issuer",
        ),
    ] {
        let why = validate(&create(options).await).unwrap_err();
        assert!(why.contains(part), "{why}");
    }

    let options = json!({ "user": user, "impersonated_by": "support@example.com" });
    assert!(validate(&create(options).await).unwrap().is_impersonated());

    let options = json!({ "user": user, "role": "Member", "permissions": ["can_fly"] });
    let promoted = validate(&create(options).await).unwrap();
    let acme = promoted.orgs().next().unwrap();
    assert!(acme.is_role("Member") && acme.has_permission("can_fly"));

    let options = json!({ "user": user, "org": "Other Inc", "role": "Owner" });
    assert_eq!(validate(&create(options).await).unwrap().orgs().count(), 2);

    let options = json!({ "user": user, "active_org": "Acme Inc" });
    let active = validate(&create(options).await).unwrap();
    assert_eq!(active.active_org().unwrap().org_name, "Acme Inc");
}

#[actix_web::test]
async fn a_token_may_have_any_lifetime() {
    let (emulator, _) = people().await;
    for lifetime in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
        let token = json!({ "user": "alice@example.com", "expires_in": lifetime });
        let token = post(&emulator, "token", token).await;
        let (issued, expires) = (&token["issued_at"], &token["expires_at"]);
        assert!(issued.as_i64() <= expires.as_i64(), "{lifetime}: {token}");
    }
}

#[actix_web::test]
async fn mistakes_are_named_with_what_to_do() {
    let (emulator, _) = people().await;
    for (path, body, part) in [
        (
            "token",
            json!({ "user": "eve@example.com" }),
            "no user \"eve@example.com\"",
        ),
        (
            "token",
            json!({ "usr": "alice@example.com" }),
            "unknown field `usr`",
        ),
        (
            "token",
            json!({ "user": "alice@example.com", "role": "admin" }),
            "Admin",
        ),
        (
            "token",
            json!({ "user": "alice@example.com", "active_org": "Nix" }),
            "no organization",
        ),
        (
            "token",
            json!({ "user": "alice@example.com", "active_org": "Other Inc" }),
            "not a member",
        ),
        (
            "faults",
            json!({ "route": "create_usr", "status": 500 }),
            "create_user",
        ),
        (
            "faults",
            json!({ "route": "*", "statu": 500 }),
            "unknown field `statu`",
        ),
        ("clock/advance", json!({}), "missing field `seconds`"),
        ("clock/advance", json!({ "seconds": -1 }), "invalid value"),
    ] {
        let (status, reply) = ask(&emulator, Method::POST, path, body.clone()).await;
        assert_eq!(status, 400, "{path} {body}");
        let message = reply["message"].as_str().unwrap();
        assert!(message.contains(part), "{path} {body}: {message}");
    }
}

#[actix_web::test]
async fn the_clock_is_the_emulators() {
    let (emulator, _) = people().await;
    let frozen = post(&emulator, "clock/freeze", json!({ "at": 1_700_000_000 })).await;
    assert_eq!(frozen["is_frozen"], true);
    let advanced = post(&emulator, "clock/advance", json!({ "seconds": 60 })).await;
    assert_eq!(advanced["now"], 1_700_000_060);
    assert_eq!(emulator.now(), 1_700_000_060);
    let resumed = post(&emulator, "clock/resume", Value::Null).await;
    assert_eq!(
        (&resumed["is_frozen"], &resumed["ahead_seconds"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(get(&emulator, "clock").await["is_frozen"], false);
}

#[actix_web::test]
async fn faults_and_requests_are_seen_from_both_sides() {
    let (emulator, auth) = people().await;
    let fault = json!({ "route": "create_org", "rate_limit": 3, "times": 2 });
    let added = post(&emulator, "faults", fault).await;
    assert_eq!(added["times_left"], 2);
    auth.org().create_org("Third Inc").await.unwrap_err();
    let faults = get(&emulator, "faults").await;
    assert_eq!(faults[0]["retry_after_seconds"], 3);
    let requests = get(&emulator, "requests").await;
    let last = requests.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["operation"], &last["status"]),
        (&json!("create_org"), &json!(429))
    );
    assert_eq!(last["request_body"]["name"], "Third Inc");
    assert!(last["duration_ms"].as_f64().unwrap() < 1000.0);
    for path in ["faults", "requests"] {
        ask(&emulator, Method::DELETE, path, Value::Null).await;
        assert_eq!(get(&emulator, path).await, json!([]));
    }
    assert!(emulator.faults().is_empty() && emulator.requests().is_empty());
}

#[actix_web::test]
async fn a_snapshot_can_be_put_back_and_a_reset_goes_to_the_start() {
    let (emulator, _) = people().await;
    let before = get(&emulator, "snapshot").await;
    emulator.create_user("bob@example.com").unwrap();
    ask(&emulator, Method::PUT, "snapshot", before).await;
    assert_eq!(get(&emulator, "users").await.as_array().unwrap().len(), 1);
    let (status, _) = ask(&emulator, Method::PUT, "snapshot", json!({ "version": 0 })).await;
    assert_eq!(status, 400);
    post(&emulator, "reset", Value::Null).await;
    assert_eq!(get(&emulator, "users").await, json!([]), "it began empty");
}

#[actix_web::test]
async fn web_pages_of_other_origins_can_do_nothing() {
    let (emulator, _) = people().await;
    let url = format!("{}/propelauth-dev/reset", emulator.auth_url());
    for (name, value, expected) in [
        ("Origin", "https://evil.example".to_owned(), 403),
        ("Origin", "null".to_owned(), 403),
        ("Sec-Fetch-Site", "cross-site".to_owned(), 403),
        ("Host", "evil.example".to_owned(), 403),
        ("Origin", emulator.auth_url().to_owned(), 200),
    ] {
        let request = awc::Client::new()
            .post(&url)
            .insert_header((name, value.clone()));
        let status = request.send().await.unwrap().status().as_u16();
        assert_eq!(status, expected, "{name}: {value}");
        let users = get(&emulator, "users").await.as_array().unwrap().len();
        assert_eq!(users, usize::from(expected == 403), "{name}: {value}");
    }
}
