//! Who may use the dashboard: its own forms in the browser that got them, and nobody's web page.

use super::{Browser, html};
use crate::emulator::{faces::World, frontend::ask};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[actix_web::test]
async fn a_form_needs_the_token_of_its_browser() {
    let world = World::new().await;
    let before = world.state().await;
    let (browser, other) = (
        Browser::new(&world.emulator).await,
        Browser::new(&world.emulator).await,
    );
    let token = format!("form_token={}", browser.form_token);
    let cookie = ("cookie", browser.cookie.as_str());
    for (headers, body) in [
        (vec![FORM, cookie], ""),
        (vec![FORM, cookie], "form_token="),
        (vec![FORM], token.as_str()),
        (vec![FORM, ("cookie", &other.cookie)], &token),
        (vec![FORM, cookie, ("origin", "null")], &token),
        (
            vec![FORM, cookie, ("origin", "http://localhost:3000")],
            &token,
        ),
        (vec![FORM, cookie, ("sec-fetch-site", "same-site")], &token),
        (vec![FORM, cookie, ("sec-fetch-site", "cross-site")], &token),
        (vec![("content-type", "text/plain"), cookie], &token),
    ] {
        let path = "/dashboard/do/reset";
        let answer = ask(&world.emulator, "POST", path, &headers, body).await;
        assert_eq!(answer.status, 403, "{headers:?} {body}");
        assert_eq!(world.state().await, before);
    }
    let answer = ask(
        &world.emulator,
        "POST",
        "/dashboard/do/reset",
        &[FORM, cookie],
        token,
    )
    .await;
    assert_eq!(answer.status, 303);
}

#[actix_web::test]
async fn a_web_page_of_another_origin_can_read_nothing() {
    let world = World::new().await;
    for path in ["/dashboard", "/dashboard/users", "/dashboard/nothing"] {
        for header in [
            ("origin", "http://localhost:3000"),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let answer = ask(&world.emulator, "GET", path, &[header], "").await;
            assert_eq!(answer.status, 403, "{path} {header:?}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
            assert!(!html(&answer).contains(world.emulator.api_key()));
        }
    }
    let answer = ask(&world.emulator, "GET", "/dashboard", &[], "").await;
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn a_fault_on_everything_leaves_the_dashboard_to_turn_it_off() {
    let world = World::new().await;
    let browser = Browser::new(&world.emulator).await;
    let answer = browser
        .send(
            "inject_fault",
            "/dashboard/faults",
            &[("route", "*"), ("drop", "true")],
        )
        .await;
    assert_eq!(answer.status, 303);
    let page = html(&browser.get("/dashboard/faults").await);
    assert!(page.contains("closes the connection"));
    assert_eq!(
        browser
            .send("clear_faults", "/dashboard/faults", &[])
            .await
            .status,
        303
    );
    assert!(world.emulator.faults().is_empty());
    let requests = world.emulator.requests();
    assert!(
        requests.iter().all(|it| !it.path.starts_with("/dashboard")),
        "{requests:?}"
    );
}
