//! The emulator, seen by clients that are not ours: its wire, its limits and its life.

use std::{net::TcpListener, sync::Arc};

use actix_web::{
    App,
    http::{StatusCode, header},
    test as app, web,
};
use actix_web_propelauth::{
    InOrgWithPermission, OrgMemberInfo, PropelAuth, User,
    api::CreateUser,
    emulator::{Emulator, EmulatorError, RoleMapping},
    org_id,
    testing::{self, HasAccessToken as _, TestRequestExt as _},
};
use serde_json::{Value, json};

const BACKEND: &str = "/api/backend/v1";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

struct Reply {
    status: u16,
    content_type: String,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Sends a request the way that any other library would.
async fn send(emulator: &Emulator, method: &str, path: &str, body: impl Into<Vec<u8>>) -> Reply {
    send_with(emulator, method, path, body, &[]).await
}

async fn send_with(
    emulator: &Emulator,
    method: &str,
    path: &str,
    body: impl Into<Vec<u8>>,
    headers: &[(&str, &str)],
) -> Reply {
    let url = format!("{}{path}", emulator.auth_url());
    let client = awc::Client::builder().disable_timeout().finish();
    let mut request = client
        .request(method.parse().unwrap(), url)
        .bearer_auth(emulator.api_key());
    for (name, value) in headers {
        request = request.insert_header((*name, *value));
    }
    let mut response = request.send_body(body.into()).await.unwrap();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.map(|it| it.to_str().unwrap().to_owned());
    Reply {
        status: response.status().as_u16(),
        content_type: content_type.unwrap_or_default(),
        body: String::from_utf8(response.body().await.unwrap().to_vec()).unwrap(),
    }
}

#[actix_web::test]
async fn the_key_is_served_under_both_names_at_both_paths() {
    let emulator = Emulator::start().await.unwrap();
    for path in ["/api/v1", BACKEND] {
        let path = format!("{path}/token_verification_metadata");
        let reply = send(&emulator, "GET", &path, "").await;
        let expected = json!({
            "verifier_key_pem": emulator.verifier_key(),
            "public_key_pem": emulator.verifier_key(),
        });
        assert_eq!((reply.status, reply.json()), (200, expected), "{path}");
    }
}

#[actix_web::test]
async fn other_libraries_get_the_shapes_that_they_expect() {
    let emulator = Emulator::start().await.unwrap();
    let user = format!("{BACKEND}/user/");
    // Python sends defaults, Rust sends nulls, Node sends a content type with everything.
    let body = json!({
        "email": "alice@example.com", "username": null, "password": null,
        "email_confirmed": false, "send_email_to_confirm_email_address": true,
        "properties": null, "not_a_field_yet": null,
    });
    let created = send(&emulator, "POST", &user, body.to_string()).await;
    assert_eq!(
        (created.status, created.content_type.as_str()),
        (200, "application/json")
    );
    let created = created.json();
    let id = created["user_id"].as_str().unwrap();

    let path = format!("{user}{id}?include_orgs=true");
    let json_type = [("Content-Type", "application/json")];
    let fetched = send_with(&emulator, "GET", &path, "", &json_type)
        .await
        .json();
    assert_eq!(fetched["org_id_to_org_info"], json!({}));
    assert_eq!(fetched["metadata"], Value::Null);
    let absent = ["username", "legacy_user_id"];
    assert!(
        absent.iter().all(|field| fetched.get(field).is_none()),
        "{fetched}"
    );
    let path = format!("{user}{id}?include_orgs=false");
    assert_eq!(
        send(&emulator, "GET", &path, "")
            .await
            .json()
            .get("org_id_to_org_info"),
        None
    );

    let again = send(&emulator, "POST", &user, body.to_string()).await;
    assert_eq!(again.status, 400);
    assert_eq!(
        again.json(),
        json!({ "email": ["Email is already in use: \"alice@example.com\""] })
    );

    for (path, status) in [
        (format!("{user}{NOBODY}"), 404),
        (format!("{user}email"), 400), // another operation, which wants an address
        (format!("{user}{id}?include_orgs=maybe"), 400),
    ] {
        assert_eq!(
            send(&emulator, "GET", &path, "").await.status,
            status,
            "{path}"
        );
    }
    // Some libraries take any JSON object for field errors, so this is text.
    let missing = send(&emulator, "GET", &format!("{user}{NOBODY}"), "").await;
    assert!(
        missing.content_type.starts_with("text/plain"),
        "{}",
        missing.content_type
    );

    let token = format!("{BACKEND}/access_token");
    for (user_id, status) in [(id, 200), (NOBODY, 403), ("not-a-uuid", 400)] {
        let body = json!({ "user_id": user_id, "duration_in_minutes": 1, "active_org_id": null });
        let reply = send(&emulator, "POST", &token, body.to_string()).await;
        assert_eq!(reply.status, status, "{user_id}");
    }
}

#[actix_web::test]
async fn bodies_that_cannot_be_read_are_400_and_never_more() {
    let emulator = Emulator::start().await.unwrap();
    let deep = "[".repeat(100_000);
    let deep_member = format!(r#"{{"email":"a@b","properties":{{"a":{deep}"#);
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"\"",
        "{}",
        r#"{"email":null}"#,
        r#"{"email":1}"#,
        r#"{"email":["a@b"]}"#,
        r#"{"email":"a@b","properties":[]}"#,
        "\u{feff}{}",
        &deep,
        &deep_member,
    ] {
        let reply = send(&emulator, "POST", &format!("{BACKEND}/user/"), body).await;
        let start: String = body.chars().take(40).collect();
        assert_eq!(reply.status, 400, "{start}");
        assert!(reply.json().is_object(), "{start}");
    }
    let reply = send(&emulator, "POST", &format!("{BACKEND}/user/"), [0xff, 0xfe]).await;
    assert_eq!(reply.status, 400);
}

#[actix_web::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let emulator = Emulator::start().await.unwrap();
    let path = format!("{BACKEND}/user/");
    let body = |n| json!({ "email": "a@b", "first_name": "x".repeat(n) }).to_string();
    let reply = send(&emulator, "POST", &path, body(1024 * 1024)).await;
    assert_eq!(reply.status, 413);
    let expected = json!({
        "error_code": "payload_too_large",
        "user_facing_error": "Your request is too large to process.",
    });
    assert_eq!(reply.json(), expected);
    assert_eq!(
        send(&emulator, "POST", &path, body(1_000_000)).await.status,
        200
    );
}

#[actix_web::test]
async fn what_is_not_emulated_says_so() {
    let emulator = Emulator::start().await.unwrap();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/api/backend/v1/user"),
        ("POST", "/api/backend/v1/user"),
        ("GET", "/api/backend/v1/user/"),
        ("GET", "/api/backend/v1//user/x"),
        ("GET", "/api/backend/v1/user/x/y"),
        ("GET", "/API/backend/v1/user/x"),
        ("PUT", "/api/backend/v1/user/x/no_such_operation"),
        ("OPTIONS", "/api/backend/v1/user/x"),
    ] {
        let reply = send(&emulator, method, path, "").await;
        assert_eq!(reply.status, 501, "{method} {path}");
        let json = reply.json();
        assert_eq!(json["error_code"], "not_implemented");
        assert_eq!(
            (&json["method"], &json["path"]),
            (&json!(method), &json!(path))
        );
    }
}

#[actix_web::test]
async fn the_key_is_asked_for() {
    let emulator = Emulator::builder().api_key("k1").start().await.unwrap();
    assert_eq!(emulator.api_key(), "k1");
    let path = format!("{BACKEND}/token_verification_metadata");
    for (value, status) in [
        ("Bearer k1", 200),
        ("bearer k1", 200),
        ("Bearer k2", 401),
        ("Bearer k1 ", 200), // trimmed by HTTP itself
        ("Bearer  k1", 401),
        ("Bearer", 401),
        ("k1", 401),
        ("Basic k1", 401),
    ] {
        let reply = send_with(&emulator, "GET", &path, "", &[("Authorization", value)]).await;
        assert_eq!(reply.status, status, "{value:?}");
    }
}

/// C10: a developer reads these.
#[actix_web::test]
async fn it_says_what_is_missing() {
    let emulator = Emulator::builder().api_key("k1").start().await.unwrap();
    let url = |path: &str| format!("{}{path}", emulator.auth_url());
    let metadata = url(&format!("{BACKEND}/token_verification_metadata"));
    let ask = async |method: &str, url: String, value: Option<&str>| {
        let mut request = awc::Client::new().request(method.parse().unwrap(), url);
        if let Some(value) = value {
            request = request.insert_header((header::AUTHORIZATION, value));
        }
        let mut reply = request.send().await.unwrap();
        let body = reply.body().await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        (reply.status().as_u16(), body)
    };
    let token = format!(
        "Bearer {}",
        testing::TestUser::new("a@example.com").access_token()
    );
    for (value, told) in [
        (None, "no Authorization header was sent"),
        (Some("Basic secret"), "does not begin with `Bearer`"),
        (Some("secret"), "does not begin with `Bearer`"),
        (Some("Bearer"), "no integration API key after `Bearer`"),
        (Some("Bearer  secret"), "more than one space"),
        (Some("Bearer \"secret\""), "with quotes"),
        (Some("Bearer Bearer secret"), "more than one word"),
        (Some("Bearer undefined"), "is not set"),
        (Some("Bearer secret"), "of another environment"),
        (Some(&token), "a user's access token was sent"),
    ] {
        let (status, body) = ask("GET", metadata.clone(), value).await;
        assert_eq!(status, 401, "{value:?}");
        assert!(body.contains(told), "{value:?}: {body}");
        assert!(!body.contains("secret"), "{body}");
    }
    // What is not emulated says so without a key as well.
    for (method, path, told) in [
        ("PUT", "/api/v1/logout", "SUPPORTED.md"),
        ("GET", "/auth", "this is not emulated"),
        ("GET", "/favicon.ico", "this is not emulated"),
        ("GET", "/", "this is not emulated"),
        ("OPTIONS", "/api/backend/v1/user/", "no CORS headers"),
        (
            "PATCH",
            "/api/backend/v1/access_token",
            "it has POST here, not PATCH",
        ),
        (
            "GET",
            "/api/backend/v1/user",
            "did you mean /api/backend/v1/user/",
        ),
        ("GET", "/api/backend/v1/nothing", "SUPPORTED.md"),
    ] {
        let (status, body) = ask(method, url(path), None).await;
        assert_eq!(status, 501, "{method} {path}");
        assert!(body.contains(told), "{method} {path}: {body}");
    }
    let host = [("Host", "evil.example")];
    let reply = send_with(&emulator, "GET", "/", "", &host).await;
    assert_eq!(reply.status, 403);
    assert!(reply.body.contains("evil.example") && reply.body.contains("127.0.0.1"));
}

#[actix_web::test]
async fn only_names_of_this_machine_are_answered() {
    let emulator = Emulator::start().await.unwrap();
    let path = format!("{BACKEND}/token_verification_metadata");
    for (host, status) in [
        ("localhost", 200),
        ("LOCALHOST:1234", 200),
        ("127.0.0.1:80", 200),
        ("[::1]:80", 200),
        ("[::1]", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example:80", 403),
        ("127.0.0.2", 403),
        ("evil.example:localhost", 403),
        ("localhost@evil.example", 403),
        ("localhost:", 200),
        ("::1", 403),
    ] {
        let reply = send_with(&emulator, "GET", &path, "", &[("Host", host)]).await;
        assert_eq!(reply.status, status, "{host}");
        assert!(!reply.body.contains("PUBLIC KEY") || status == 200);
    }
}

#[actix_web::test]
async fn emulators_run_side_by_side_and_share_nothing() {
    let one = Emulator::start().await.unwrap();
    let two = Emulator::start().await.unwrap();
    assert_ne!(one.auth_url(), two.auth_url());
    assert_eq!(one.issuer(), one.auth_url());
    let alice = one.create_user("alice@example.com").unwrap();
    assert!(one.user_metadata(&alice).is_some());
    assert!(two.user_metadata(&alice).is_none());
    two.create_user("alice@example.com").unwrap();
}

#[actix_web::test]
async fn a_dropped_emulator_frees_its_port() {
    let emulator = Emulator::start().await.unwrap();
    let port: u16 = emulator
        .auth_url()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    // A connection that is kept alive must not keep the emulator alive.
    send(&emulator, "GET", "/", "").await;
    let taken = Emulator::builder().port(port).start().await.unwrap_err();
    assert!(matches!(taken, EmulatorError::Serve(_)), "{taken}");
    drop(emulator);
    let again = Emulator::builder().port(port).start().await.unwrap();
    assert!(again.auth_url().ends_with(&port.to_string()));
    drop(again);
    TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn plain_tokio_runtimes_will_do_one_after_the_other() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let (emulator, auth) = runtime().block_on(async {
        let emulator = Emulator::start().await.unwrap();
        let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key());
        let auth = auth.emulator().fetch_and_init().await.unwrap();
        (emulator, auth)
    });
    // The connection that the first runtime left in this thread's pool died with it.
    for n in 0..3 {
        let email = format!("user-{n}@example.com");
        let created = runtime().block_on(async { auth.user().create_user(&email).await });
        assert!(emulator.user_metadata(created.unwrap().user_id).is_some());
    }
}

#[actix_web::test]
async fn its_state_can_be_used_from_many_threads() {
    let emulator = Arc::new(Emulator::start().await.unwrap());
    let acme = emulator.create_org("Acme").unwrap();
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let (emulator, acme) = (Arc::clone(&emulator), acme.clone());
            std::thread::spawn(move || {
                let user = CreateUser::new(format!("user-{n}@example.com"));
                let user = emulator.create_user(user).unwrap();
                emulator.add_user_to_org(&user, &acme, "Member").unwrap();
                user
            })
        })
        .collect();
    for thread in threads {
        let orgs = thread
            .join()
            .unwrap()
            .metadata()
            .unwrap()
            .org_id_to_org_info
            .unwrap();
        assert_eq!(orgs[&acme].user_role, "Member");
    }
}

#[actix_web::test]
async fn what_contradicts_itself_is_not_started() {
    for builder in [
        Emulator::builder().permission("admin", "can_view_billing"),
        Emulator::builder().roles(["A"]).permission("Admin", "x"),
        Emulator::builder().roles([""]),
        Emulator::builder().roles(Vec::<String>::new()),
        Emulator::builder().roles(["A", "A"]),
        Emulator::builder().permission("Admin", " "),
        Emulator::builder().custom_role_mapping("", RoleMapping::new(["A"])),
        Emulator::builder().custom_role_mapping(
            "Paid",
            RoleMapping::new(["A"]).permission("B", "can_export"),
        ),
        Emulator::builder().max_orgs_per_user(0),
        Emulator::builder().without_orgs().max_orgs_per_user(1),
        Emulator::builder().without_orgs().permission("Admin", "x"),
        Emulator::builder().without_orgs().roles(["A"]),
        Emulator::builder().without_orgs().multiple_roles_per_user(),
        Emulator::builder().block_domain("@spam.example"),
        Emulator::builder().block_domain(""),
        Emulator::builder().api_key(""),
        Emulator::builder().api_key("a b"),
        Emulator::builder().api_key("a\r\nb"),
        Emulator::builder().issuer("auth.localhost"),
        Emulator::builder().issuer("ftp://x"),
        Emulator::builder().issuer("https://auth.localhost/"),
        Emulator::builder().issuer("https://Auth.localhost"),
    ] {
        let error = builder.start().await.unwrap_err();
        assert!(matches!(error, EmulatorError::Project(_)), "{error}");
    }
}

#[actix_web::test]
async fn its_users_pass_middleware_and_guards() {
    async fn billing(user: User, org: OrgMemberInfo) -> String {
        format!("{} {}", user.email, org.org_name)
    }

    let emulator = Emulator::builder().permission("Admin", "can_view_billing");
    let emulator = emulator.start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let bob = emulator.create_user("bob@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator.add_user_to_org(&bob, &acme, "Member").unwrap();

    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key());
    let auth = auth.emulator().fetch_and_init().await.unwrap();
    let guard = InOrgWithPermission::new("can_view_billing", org_id::path("org_id"));
    let billing = web::resource("/orgs/{org_id}/billing")
        .wrap(guard)
        .get(billing);
    let service = App::new().service(billing).wrap(auth.require_user());
    let service = app::init_service(service).await;
    let get = || app::TestRequest::get().uri(&format!("/orgs/{acme}/billing"));

    let body = app::call_and_read_body(&service, get().as_user(&alice).to_request()).await;
    assert_eq!(body, "alice@example.com Acme Inc");
    let refused = app::call_service(&service, get().as_user(&bob).to_request()).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let token = alice.log_in_to_org(&acme).unwrap();
    let request = get().insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
    let allowed = app::call_service(&service, request.to_request()).await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert!(bob.log_in_to_org(NOBODY).is_err());

    emulator
        .change_user_role_in_org(&bob, &acme, "Admin")
        .unwrap();
    let allowed = app::call_service(&service, get().as_user(&bob).to_request()).await;
    assert_eq!(allowed.status(), StatusCode::OK);
}
