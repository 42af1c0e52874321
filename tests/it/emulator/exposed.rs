//! Emulators that other machines can reach: nothing that is published protects them.

use std::net::{IpAddr, Ipv4Addr, TcpListener};

use actix_web_propelauth::emulator::{Emulator, EmulatorBuilder};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::form_urlencoded;

const KEY: &str = "9f86d081884c7d65-of-this-test";

fn exposed() -> EmulatorBuilder {
    Emulator::builder()
        .expose(Ipv4Addr::UNSPECIFIED)
        .allow_host("emulator")
        .api_key(KEY)
}

/// Asks with these headers, and returns status, challenge and body.
async fn ask(
    emulator: &Emulator,
    method: &str,
    path: &str,
    headers: &[(&'static str, &str)],
) -> (u16, Option<String>, Value) {
    let url = format!("{}{path}", emulator.auth_url());
    let mut request = awc::Client::new().request(method.parse().unwrap(), url);
    for header in headers {
        request = request.insert_header(*header);
    }
    let mut response = request.send().await.unwrap();
    let body = response.body().await.unwrap();
    let challenge = response.headers().get("www-authenticate");
    (
        response.status().as_u16(),
        challenge.map(|it| it.to_str().unwrap().to_owned()),
        serde_json::from_slice(&body).unwrap_or_default(),
    )
}

#[actix_web::test]
async fn its_own_requests_need_its_key_except_for_its_health() {
    let emulator = exposed().start().await.unwrap();
    let bearer = format!("Bearer {KEY}");
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let (status, _, list) = ask(
        &emulator,
        "GET",
        "/propelauth-dev/",
        &[("authorization", &bearer)],
    )
    .await;
    assert_eq!(status, 200);
    let requests: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["request"].as_str())
        .collect();
    assert!(requests.len() > 30, "{requests:?}");
    let before = emulator.snapshot();
    let own = ["GET /dashboard", "GET /dashboard/users", "POST /dashboard"];
    for request in requests.iter().chain(&own) {
        let (method, path) = request.split_once(' ').unwrap();
        let (status, challenge, body) = ask(&emulator, method, path, &[]).await;
        if path == "/propelauth-dev/health" {
            assert_eq!((status, challenge), (200, None));
            continue;
        }
        assert_eq!(status, 401, "{request}");
        assert_eq!(body["error_code"], "api_key_required", "{request}");
        assert_eq!(
            challenge.as_deref(),
            Some("Basic realm=\"propelauth-dev\""),
            "{request}: a browser must ask for the key"
        );
        assert!(!body.to_string().contains(KEY), "{body}");
    }
    assert_eq!(emulator.snapshot(), before);
    for (header, expected) in [
        (basic(&format!(":{KEY}")), 200),
        (basic(&format!("anyone:{KEY}")), 200),
        (basic(&format!("{KEY}:")), 401),
        (basic(KEY), 401),
        (basic("anyone:emulator-integration-api-key"), 401),
        ("Basic %".to_owned(), 401),
        ("Bearer emulator-integration-api-key".to_owned(), 401),
        (format!("Bearer {KEY}x"), 401),
        (KEY.to_owned(), 401),
    ] {
        let headers = [("authorization", header.as_str())];
        let (status, ..) = ask(&emulator, "GET", "/propelauth-dev/status", &headers).await;
        assert_eq!(status, expected, "{header}");
    }
    // The path that needs no key is that one only.
    for path in [
        "/propelauth-dev/health/",
        "/propelauth-dev//health",
        "/propelauth-dev/health/../status",
        "/propelauth-dev",
    ] {
        let (status, ..) = ask(&emulator, "GET", path, &[]).await;
        assert_eq!(status, 401, "{path}");
    }
}

#[actix_web::test]
async fn an_emulator_that_is_not_exposed_needs_no_key_for_them() {
    let emulator = Emulator::start().await.unwrap();
    for path in ["/propelauth-dev/status", "/propelauth-dev/health"] {
        let (status, ..) = ask(&emulator, "GET", path, &[]).await;
        assert_eq!(status, 200, "{path}");
    }
}

#[actix_web::test]
async fn it_answers_to_the_names_that_it_was_given() {
    let named = exposed().start().await.unwrap();
    let address = IpAddr::from(Ipv4Addr::LOCALHOST);
    let unnamed = Emulator::builder().expose(address).api_key(KEY);
    let unnamed = unnamed.start().await.unwrap();
    for (host, by_name, without) in [
        ("emulator", 200, 403),
        ("EMULATOR:9100", 200, 403),
        ("localhost:9100", 200, 200),
        ("127.0.0.1", 200, 200),
        ("emulator.evil.example", 403, 403),
        ("evil.example", 403, 403),
        ("", 403, 403),
        ("emulator@evil.example", 403, 403),
    ] {
        for (emulator, expected) in [(&named, by_name), (&unnamed, without)] {
            let headers = [("host", host)];
            let (status, ..) = ask(emulator, "GET", "/propelauth-dev/health", &headers).await;
            assert_eq!(status, expected, "{host}");
        }
    }
}

#[cfg(target_os = "linux")]
#[actix_web::test]
async fn it_listens_where_it_was_told_to() {
    use std::net::TcpStream;

    let reaches = |address: [u8; 4], emulator: &Emulator| {
        let port = emulator.auth_url().rsplit(':').next().unwrap();
        TcpStream::connect((Ipv4Addr::from(address), port.parse().unwrap())).is_ok()
    };
    let everywhere = exposed().start().await.unwrap();
    assert!(everywhere.auth_url().starts_with("http://127.0.0.1:"));
    assert!(reaches([127, 0, 0, 1], &everywhere) && reaches([127, 0, 0, 2], &everywhere));
    let one = Emulator::builder().expose(Ipv4Addr::new(127, 0, 0, 2));
    let one = one.api_key(KEY).start().await.unwrap();
    assert!(one.auth_url().starts_with("http://127.0.0.2:"));
    assert!(!reaches([127, 0, 0, 1], &one) && reaches([127, 0, 0, 2], &one));
}

#[actix_web::test]
async fn it_needs_a_key_of_its_own() {
    for key in ["emulator-integration-api-key", "short"] {
        let builder = Emulator::builder().expose(Ipv4Addr::UNSPECIFIED);
        let error = builder.api_key(key).start().await.unwrap_err().to_string();
        assert!(error.contains("key of its own"), "{error}");
        assert!(!error.contains("short"), "{error}");
    }
}

#[actix_web::test]
async fn it_signs_with_a_key_that_it_generated() {
    let published = Emulator::start().await.unwrap();
    let keys: Vec<_> = (0..3)
        .map(|_| {
            published.rotate_signing_key();
            published.verifier_key()
        })
        .collect();
    let mut known = keys.clone();
    let emulator = exposed().start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    for _ in 0..2 {
        assert!(!known.contains(&emulator.verifier_key()));
        known.push(emulator.verifier_key());
        let auth = emulator.propel_auth().await.unwrap();
        let header = format!("Bearer {}", alice.log_in().unwrap());
        let user = auth.validate_access_token_and_get_user(header.as_str());
        assert_eq!(user.unwrap().user_id, *alice.id());
        emulator.rotate_signing_key();
        let auth = emulator.propel_auth().await.unwrap();
        assert!(
            auth.validate_access_token_and_get_user(header.as_str())
                .is_err()
        );
    }
    // A snapshot keeps it, a reset does, and none brings a published one back.
    let key = emulator.verifier_key();
    let restored = exposed().snapshot(emulator.snapshot());
    assert_eq!(restored.start().await.unwrap().verifier_key(), key);
    emulator.reset().unwrap();
    assert!(!keys.contains(&emulator.verifier_key()));
    let from_published = exposed().snapshot(published.snapshot());
    let from_published = from_published.start().await.unwrap();
    assert!(!keys.contains(&from_published.verifier_key()));
    let seed = serde_json::json!({ "users": [{ "email": "bob@example.com" }] });
    from_published.reset_to_seed(seed).unwrap();
    assert!(!keys.contains(&from_published.verifier_key()));
}

#[actix_web::test]
async fn what_must_not_be_guessed_does_not_follow_from_the_seed_of_ids() {
    let secrets = |emulator: &Emulator| {
        let alice = emulator.create_user("alice@example.com").unwrap();
        let session = alice.start_session().unwrap();
        (alice.id().clone(), session)
    };
    let predictable = || Emulator::builder().id_seed(7);
    let (one, two) = (
        predictable().start().await.unwrap(),
        predictable().start().await.unwrap(),
    );
    assert_eq!(secrets(&one), secrets(&two));
    let before = one.snapshot();
    let (one, two) = (
        exposed().id_seed(7).start().await.unwrap(),
        exposed().id_seed(7).start().await.unwrap(),
    );
    let (one, two) = (secrets(&one), secrets(&two));
    assert_eq!(one.0, two.0, "an id is no secret");
    assert_ne!(one.1, two.1);
    // Nor does it after a snapshot of an emulator that was not exposed.
    let sessions = |emulator: &Emulator| {
        let bob = emulator.create_user("bob@example.com").unwrap();
        bob.start_session().unwrap()
    };
    let one = exposed().snapshot(before.clone()).start().await.unwrap();
    let two = exposed().snapshot(before).start().await.unwrap();
    assert_ne!(sessions(&one), sessions(&two));
}

#[actix_web::test]
async fn its_webhooks_are_signed_with_a_secret_that_it_generated() {
    let published = Emulator::start().await.unwrap();
    let emulator = exposed().start().await.unwrap();
    assert_ne!(emulator.webhook_secret(), published.webhook_secret());
    let webhook = emulator.add_webhook("http://127.0.0.1:9/hook").unwrap();
    assert_eq!(webhook.secret(), emulator.webhook_secret());
}

/// Others must not learn from an emulator what only its machine reaches.
#[actix_web::test]
async fn no_document_of_a_client_is_fetched_from_this_machine() {
    let emulator = exposed().start().await.unwrap();
    let open = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    open.set_nonblocking(true).unwrap();
    let port = open.local_addr().unwrap().port();
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let closed = closed.local_addr().unwrap().port();
    let mut told = Vec::new();
    for url in [
        format!("http://127.0.0.1:{port}/client"),
        format!("http://localhost:{port}/client"),
        format!("http://[::1]:{port}/client"),
        format!("https://127.0.0.1:{port}/client"),
        format!("https://localhost:{port}/client"),
        format!("https://[::ffff:7f00:1]:{port}/client"),
        format!("https://0.0.0.0:{port}/client"),
        format!("https://127.0.0.1:{closed}/client"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/client".to_owned(),
        "https://client.invalid/client".to_owned(),
    ] {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &url)
            .append_pair("redirect_uri", "https://app.example.com/cb")
            .finish();
        let path = format!("{}/oauth/2.1/authorize?{query}", emulator.auth_url());
        let mut response = awc::Client::new().get(path).send().await.unwrap();
        let body = response.body().await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        told.push((response.status().as_u16(), body, url));
        let asked = open.accept().map(|_| ());
        assert!(
            asked.is_err(),
            "it was asked for {}",
            told.last().unwrap().2
        );
    }
    let (status, first, _) = &told[0];
    assert_eq!(*status, 400);
    assert!(first.contains("the log of the emulator"), "{first}");
    for (of_status, body, url) in &told {
        assert_eq!((of_status, body), (status, first), "{url}");
    }
}
