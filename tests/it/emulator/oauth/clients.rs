//! Clients: added, listed and removed, in Rust, over HTTP and by seeds.

use actix_web_propelauth::emulator::{Emulator, NewOauthClient};
use serde_json::json;

use super::{REDIRECT_URI, ask, post_form, start, text, tokens};

const CLIENTS: &str = "/propelauth-dev/oauth-clients";

#[actix_web::test]
async fn a_client_is_added_once_and_removed_with_its_sessions() {
    let (emulator, alice) = start().await;
    let again = NewOauthClient::new([REDIRECT_URI]).client_id("app");
    let why = emulator.add_oauth_client(again).unwrap_err().to_string();
    assert!(why.contains("\"app\" already"), "{why}");
    let tokens = tokens(&emulator, &alice, &[]).await;
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens, "refresh_token")),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    assert_eq!(post_form(&emulator, &refresh).await.status, 200);
    assert_eq!(super::sessions(&emulator, &alice).len(), 2);
    emulator.remove_oauth_client("app").unwrap();
    assert_eq!(post_form(&emulator, &refresh).await.status, 401);
    assert_eq!(
        super::sessions(&emulator, &alice).len(),
        1,
        "that of the browser remains"
    );
    assert!(emulator.remove_oauth_client("app").is_err());
    assert_eq!(emulator.oauth_clients().len(), 1);
}

#[actix_web::test]
async fn clients_are_managed_over_http() {
    let emulator = Emulator::start().await.unwrap();
    let body = json!({ "redirect_uris": [REDIRECT_URI], "name": "My app" }).to_string();
    let added = ask(&emulator, "POST", CLIENTS, &[], body.clone()).await;
    assert_eq!(added.status, 200);
    let added = added.json();
    assert_eq!(
        (added["name"].as_str(), text(&added, "client_id").len()),
        (Some("My app"), 32)
    );
    assert_eq!(
        text(&added, "client_secret"),
        emulator.oauth_clients()[0].secret()
    );
    assert_eq!(
        ask(&emulator, "GET", CLIENTS, &[], "").await.json(),
        json!([added])
    );
    for wrong in [
        body.as_str(),
        "{}",
        "{\"redirect_uris\":[]}",
        "{\"redirect_uris\":[\"javascript:x\"]}",
        "{\"redirect_uris\":\"https://a\"}",
        "{\"redirect_uris\":[\"https://b.example\"],\"client_id\":\"\"}",
        "{\"redirect_uris\":[\"https://b.example\"],\"secret\":\"x\"}",
        "[",
    ] {
        assert_eq!(
            ask(&emulator, "POST", CLIENTS, &[], wrong).await.status,
            400,
            "{wrong}"
        );
    }
    assert_eq!(emulator.oauth_clients().len(), 1);
    let path = format!("{CLIENTS}/{}", text(&added, "client_id"));
    assert_eq!(ask(&emulator, "DELETE", &path, &[], "").await.status, 200);
    assert_eq!(ask(&emulator, "DELETE", &path, &[], "").await.status, 400);
    assert!(emulator.oauth_clients().is_empty());
}

#[actix_web::test]
async fn mistakes_of_a_seed_have_their_place() {
    let seed = json!({ "oauth_clients": [
        { "redirect_uris": [REDIRECT_URI] },
        { "redirect_uris": [REDIRECT_URI] },
        { "client_id": "a" },
        { "redirect_uris": ["http://"] },
        { "redirect_uris": [REDIRECT_URI], "client_secret": 7 },
        { "redirect_uris": [REDIRECT_URI], "clientId": "b" },
    ] });
    let why = Emulator::builder()
        .seed_json(seed)
        .start()
        .await
        .unwrap_err()
        .to_string();
    for (number, told) in [
        (1, "already"),
        (2, "redirect_uris"),
        (3, "http://"),
        (4, "client_secret"),
        (5, "clientId"),
    ] {
        let place = format!("oauth_clients[{number}]");
        let line = why.lines().find(|line| line.contains(&place));
        assert!(
            line.is_some_and(|line| line.contains(told)),
            "{place}: {why}"
        );
    }
    let client = NewOauthClient::new(["ftp:x y"]);
    assert!(
        Emulator::builder()
            .oauth_client(client)
            .start()
            .await
            .is_err()
    );
}

#[actix_web::test]
async fn no_secret_of_a_client_is_printed() {
    let client = NewOauthClient::new([REDIRECT_URI]).secret("hush-hush");
    let builder = Emulator::builder().oauth_client(client.clone());
    let printed = format!("{client:?} {builder:?}");
    let emulator = builder.start().await.unwrap();
    let printed = format!("{printed} {:?} {emulator:?}", emulator.oauth_clients());
    assert!(!printed.contains("hush"), "{printed}");
    // Nor is what was sent in the log of requests.
    post_form(
        &emulator,
        &[("client_secret", "hush-hush"), ("code", "hush-hush")],
    )
    .await;
    let log = format!("{:?}", emulator.requests());
    assert!(!log.contains("hush"), "{log}");
}

/// Chromium holds the redirect that follows a form against the policy of the page with the form.
#[cfg(feature = "pages")]
#[actix_web::test]
async fn the_login_page_allows_the_redirect_to_a_client() {
    let (emulator, _) = start().await;
    let login = ask(&emulator, "GET", "/login", &[], "").await;
    let policy = login.header("content-security-policy").unwrap();
    let actions = policy.split("form-action ").nth(1).unwrap();
    let actions = actions.split(';').next().unwrap();
    for source in ["https://app.example.com", "https://*.example.org"] {
        let mut sources = actions.split(' ');
        assert!(sources.any(|it| it == source), "{source}: {actions}");
    }
}
