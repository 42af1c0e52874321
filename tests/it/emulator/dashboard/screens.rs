//! What screens show.

use actix_web_propelauth::{
    api::CreateUser,
    emulator::{Emulator, TokenOptions},
};
use serde_json::Value;

use super::{Browser, html};
use crate::emulator::{faces::World, frontend::ask};

const HOSTILE: &str = "<script>alert(1)</script>\"'&";

/// Returns the paths of all screens, with ids of things that are there.
async fn screens(world: &World) -> Vec<String> {
    let pages = ask(&world.emulator, "GET", "/propelauth-dev/pages", &[], "")
        .await
        .json();
    let pages = pages.as_array().unwrap().iter();
    let urls = pages.filter_map(|page| page["url"].as_str());
    let paths = urls.map(|url| {
        url.strip_prefix(&world.emulator.pages_url())
            .unwrap()
            .to_owned()
    });
    paths
        .filter(|path| path.starts_with("/dashboard"))
        .collect()
}

#[actix_web::test]
async fn each_screen_is_there_with_its_title_and_links() {
    let world = World::new().await;
    let screens = screens(&world).await;
    assert!(screens.len() >= 14, "{screens:?}");
    let browser = Browser::new(&world.emulator).await;
    for path in &screens {
        assert!(!path.contains('{'), "{path}");
        let answer = browser.get(path).await;
        let text = html(&answer);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(text.matches("<h1>").count(), 1, "{path}");
        assert_eq!(text.matches("aria-current=\"page\"").count(), 1, "{path}");
        // The policy would refuse these.
        for part in [" style=", " onclick=", "javascript:", "<style"] {
            assert!(!text.contains(part), "{path}: {part}");
        }
        let mut ids: Vec<&str> = text
            .split(" id=\"")
            .skip(1)
            .filter_map(|it| it.split('"').next())
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{path}: an id comes twice");
        let regions = text.split("role=\"region\" aria-label=\"").skip(1);
        let mut regions: Vec<&str> = regions.filter_map(|it| it.split('"').next()).collect();
        let count = regions.len();
        regions.sort_unstable();
        regions.dedup();
        assert_eq!(regions.len(), count, "{path}: two tables have one name");
    }
    for path in [
        "/dashboard/users/none",
        "/dashboard/orgs/%3Cb%3E",
        "/dashboard/users/%00",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(html(&answer).contains("Not found"));
    }
}

#[actix_web::test]
async fn names_are_text_on_every_screen() {
    let world = World::new().await;
    let emulator = &world.emulator;
    emulator
        .call_operation(
            "update_user_metadata",
            serde_json::json!({
                "user_id": world.alice, "first_name": HOSTILE, "metadata": { HOSTILE: HOSTILE },
            }),
        )
        .unwrap();
    emulator
        .call_operation(
            "update_org",
            serde_json::json!({ "org_id": world.acme, "name": HOSTILE }),
        )
        .unwrap();
    let mapping = actix_web_propelauth::emulator::RoleMapping::new([HOSTILE, "Member"]);
    emulator.set_custom_role_mapping(HOSTILE, mapping).unwrap();
    let path = "/api/backend/v1/x?a=%3Cscript%3E<script>"
        .replace('<', "%3C")
        .replace('>', "%3E");
    ask(
        emulator,
        "POST",
        &path,
        &[],
        format!("{{\"a\":{}}}", Value::from(HOSTILE)),
    )
    .await;
    let browser = Browser::new(emulator).await;
    for path in screens(&world).await {
        let text = html(&browser.get(&path).await);
        assert!(!text.contains("<script>alert"), "{path}");
    }
    let query =
        "/dashboard/users?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&done=%3Cscript%3E&page=-1";
    let text = html(&browser.get(query).await);
    assert!(!text.contains("<script>") && !text.contains("note good"));
}

#[actix_web::test]
async fn users_are_searched_and_paged() {
    let world = World::new().await;
    for number in 0..60 {
        let user = CreateUser::new(format!("user{number:02}@example.com")).first_name("Zoë");
        world.emulator.create_user(user).unwrap();
    }
    let browser = Browser::new(&world.emulator).await;
    let count = async |query: &str| {
        let text = html(&browser.get(&format!("/dashboard/users{query}")).await);
        (text.matches("<a href=\"/dashboard/users/").count(), text)
    };
    let (found, first) = count("").await;
    assert_eq!(found, 25);
    assert!(first.contains("Page 1 of 3, 62 in total") && first.contains("?page=2"));
    assert_eq!(count("?page=3").await.0, 12);
    for page in ["0", "99", "-1", "x", ""] {
        assert!(count(&format!("?page={page}")).await.0 > 0, "{page}");
    }
    let (found, text) = count("?q=zo%C3%AB&page=2").await;
    assert_eq!(found, 25);
    assert!(text.contains("q=zo%C3%AB&amp;page=3"), "the search stays");
    assert_eq!(count("?q=user07").await.0, 1);
    let (found, text) = count("?q=nothing-like-this").await;
    assert_eq!(found, 0);
    assert!(text.contains("No user has this"));
}

#[actix_web::test]
async fn every_setting_is_on_the_screen() {
    let world = World::new().await;
    let browser = Browser::new(&world.emulator).await;
    let text = html(&browser.get("/dashboard/settings").await);
    for name in world
        .emulator
        .project_settings()
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(text.contains(&format!("&quot;{name}&quot;")), "{name}");
    }
    for (form, name) in [
        ("set_login", "user_autologout_seconds"),
        ("set_frontends", "application_url"),
    ] {
        let id = format!("id=\"{form}-{name}-\"");
        assert!(text.contains(&id), "{id}");
    }
}

#[actix_web::test]
async fn tokens_are_taken_apart_and_broken() {
    let emulator = Emulator::start().await.unwrap();
    emulator.create_user("alice@example.com").unwrap();
    let browser = Browser::new(&emulator).await;
    let options = TokenOptions::new("alice@example.com")
        .forged()
        .expires_in(-7200);
    let token = emulator.create_token(&options).unwrap().access_token;
    let fields = [("token", token.as_str())];
    let text = html(
        &browser
            .send("explain_token", "/dashboard/tokens", &fields)
            .await,
    );
    for part in ["wrong_signature", "expired", "alice@example.com"] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(text.matches(">fails<").count(), 2);
    let fields = [("user", "alice@example.com")];
    let text = html(
        &browser
            .send("break_token", "/dashboard/tokens", &fields)
            .await,
    );
    for broken in emulator.broken_tokens("alice@example.com").unwrap() {
        assert!(
            text.contains(&format!("<code>{}</code>", broken.kind)),
            "{}",
            broken.kind
        );
    }
    let text = html(
        &browser
            .send("mint_token", "/dashboard/tokens", &fields)
            .await,
    );
    assert!(text.contains("<code class=\"secret\">eyJ"));
}

#[actix_web::test]
async fn requests_are_listed_without_their_secrets() {
    let world = World::new().await;
    let emulator = &world.emulator;
    emulator.clear_faults();
    let key = format!("Bearer {}", emulator.api_key());
    let headers = [("authorization", key.as_str())];
    let body = r#"{"email":"carol@example.com","password":"hunter2hunter2"}"#;
    ask(emulator, "POST", "/api/backend/v1/user/", &headers, body).await;
    ask(emulator, "GET", "/nowhere?t=hunter2hunter2&a=1", &[], "").await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    ask(
        emulator,
        "POST",
        "/login",
        &form,
        "email=dan%40example.com&password=hunter2hunter2",
    )
    .await;
    let browser = Browser::new(emulator).await;
    let text = html(&browser.get("/dashboard/requests").await);
    for part in [
        "create_user",
        "carol@example.com",
        "dan@example.com",
        "[redacted]",
        "/nowhere?t=",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("hunter2") && !text.contains(emulator.api_key()));
    let followed = html(&browser.get("/dashboard/requests?follow=1").await);
    assert!(followed.contains("hx-trigger=\"every 2s\"") && !text.contains("hx-trigger"));
}

#[actix_web::test]
async fn requests_are_shown_without_those_of_a_browser() {
    let emulator = Emulator::start().await.unwrap();
    let asked = [
        "/login",
        "/org/members/1",
        "/favicon.ico",
        "/api/v1/refresh_token",
        "/api/backend/v1/user/1",
        "/no_such_request",
    ];
    for path in asked {
        ask(&emulator, "GET", path, &[], "").await;
    }
    let browser = Browser::new(&emulator).await;
    let shown = async |screen: &str| {
        let text = html(&browser.get(screen).await);
        let is_shown = |path: &&str| text.contains(&format!("GET {path}"));
        asked.into_iter().filter(is_shown).collect::<Vec<_>>()
    };
    assert_eq!(shown("/dashboard/requests").await, asked);
    assert_eq!(shown("/dashboard/requests?pages=0").await, asked[3..]);
}
