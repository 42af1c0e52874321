//! The list of all pages, by which browsers find them.

use std::collections::BTreeSet;

use actix_web_propelauth::emulator::Emulator;
use serde_json::{Value, json};

use super::{browser::Browser, path_and_query, start};
use crate::emulator::frontend::ask;

/// Returns the rows of all pages and forms.
pub(super) async fn rows(emulator: &Emulator) -> Vec<Value> {
    let answer = ask(emulator, "GET", "/propelauth-dev/pages", &[], "").await;
    answer.json().as_array().unwrap().clone()
}

/// Returns the rows of the hosted pages.
pub(super) async fn hosted_rows(emulator: &Emulator) -> Vec<Value> {
    let mut rows = rows(emulator).await;
    rows.retain(|row| !row["path"].as_str().unwrap().starts_with("/dashboard"));
    rows
}

#[actix_web::test]
async fn every_page_is_shown_as_the_list_says() {
    let settings = json!({ "personal_api_keys_enabled": true, "org_api_keys_enabled": true });
    let emulator = start(settings).await;
    let mut shown = BTreeSet::new();
    for row in hosted_rows(&emulator).await {
        let Some(url) = row["url"].as_str() else {
            continue;
        };
        let browser = Browser::new(&emulator);
        if let Some(email) = row["email"].as_str() {
            browser.log_in_as(email).await;
        }
        let mut page = browser.get(path_and_query(url).trim_end_matches('?')).await;
        if let Some(path) = &page.location {
            page = browser.get(path).await;
        }
        assert_eq!(page.status, 200, "{row}");
        assert_eq!(page.text.matches("<h1>").count(), 1, "{row}");
        assert!(page.text.contains("<main id=\"main\""), "{row}");
        for unsafe_part in [" style=\"", "<style", "javascript:", " onclick", "hx-on"] {
            assert!(!page.text.contains(unsafe_part), "{unsafe_part} in {row}");
        }
        let policy = page.policy.unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        shown.insert(row["path"].as_str().unwrap().to_owned());
    }
    for path in [
        "/login",
        "/signup",
        "/account",
        "/org/members/{org_id}",
        "/create_org",
    ] {
        assert!(shown.contains(path), "{path} in {shown:?}");
    }
}

#[actix_web::test]
async fn what_a_page_loads_is_kept_forever() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    let page = browser.get("/login").await;
    let assets: Vec<_> = page.text.split("href=\"/assets/").skip(1).collect();
    assert_eq!(assets.len(), 2);
    for asset in assets {
        let path = format!("/assets/{}", asset.split('"').next().unwrap());
        let answer = ask(&emulator, "GET", &path, &[], "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}
