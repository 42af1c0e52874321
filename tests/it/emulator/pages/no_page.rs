//! What a person and a program get where there is no page, and where people are led.

use actix_web_propelauth::emulator::Emulator;
use serde_json::json;

use super::{browser::Browser, start};
use crate::emulator::frontend::{Answer, ask};

const BROWSER: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

async fn get(emulator: &Emulator, path: &str, accept: &str) -> Answer {
    ask(emulator, "GET", path, &[("accept", accept)], "").await
}

async fn exposed() -> Emulator {
    Emulator::builder()
        .expose(std::net::Ipv4Addr::UNSPECIFIED)
        .api_key("9f86d081884c7d65-of-this-test")
        .start()
        .await
        .unwrap()
}

#[actix_web::test]
async fn a_person_gets_a_page_where_there_is_none() {
    let emulator = start(json!({})).await;
    let first = get(&emulator, "/", BROWSER).await;
    assert_eq!(
        (first.status, first.header("location")),
        (303, Some("/dashboard"))
    );
    for path in ["/nothing", "/login/", "/org/%3Cb%3E"] {
        let page = get(&emulator, path, BROWSER).await;
        assert_eq!(page.status, 404, "{path}");
        let text = String::from_utf8(page.body).unwrap();
        for link in ["/login", "/account", "/dashboard"] {
            assert!(text.contains(&format!("href=\"{link}\"")), "{text}");
        }
        assert!(!text.contains("<b>"), "{text}");
    }
    let emulator = exposed().await;
    let first = get(&emulator, "/", BROWSER).await;
    assert_eq!(
        (first.status, first.header("location")),
        (303, Some("/login"))
    );
    let page = get(&emulator, "/nothing", BROWSER).await;
    let text = String::from_utf8(page.body).unwrap();
    assert!(!text.contains("/dashboard"), "{text}");
}

#[actix_web::test]
async fn a_program_is_told_what_is_missing() {
    let emulator = start(json!({})).await;
    for (method, path, accept) in [
        ("GET", "/", "*/*"),
        ("GET", "/nothing", "application/json, text/htmlx"),
        ("POST", "/nothing", BROWSER),
        ("GET", "/api/backend/v1/nothing", BROWSER),
        ("GET", "/api/v1/nothing", BROWSER),
    ] {
        let answer = ask(&emulator, method, path, &[("accept", accept)], "").await;
        assert_eq!(answer.status, 501, "{method} {path}");
        let json = answer.json();
        let message = json["message"].as_str().unwrap();
        assert!(!message.contains("feature"), "{message}");
    }
}

#[actix_web::test]
async fn who_waits_for_an_email_is_led_to_the_outbox() {
    const LINK: &str = "href=\"/dashboard/outbox\"";
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    let fields = [("email", "alice@acme.example")];
    let sent = browser
        .fill("/forgot_password", "/forgot_password", &fields)
        .await;
    assert!(sent.text.contains(LINK), "{}", sent.text);

    let emulator = exposed().await;
    emulator.create_user("alice@acme.example").unwrap();
    let browser = Browser::new(&emulator);
    let sent = browser
        .fill("/forgot_password", "/forgot_password", &fields)
        .await;
    assert!(sent.text.contains("in its outbox."), "{}", sent.text);
    assert!(!sent.text.contains(LINK), "{}", sent.text);
}
