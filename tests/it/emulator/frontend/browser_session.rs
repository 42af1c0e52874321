//! The session of a browser: its refresh, its logout, and which web pages may ask.

use actix_web_propelauth::emulator::{EmulatedUser, Emulator, Fault};
use serde_json::json;

use super::{Answer, ask};

const REFRESH: &str = "/api/v1/refresh_token";
const ORIGIN: &str = "http://localhost:3000";

fn cookie(user: &EmulatedUser) -> String {
    format!(
        "theme=dark; refresh_token={}; other=1",
        user.start_session().unwrap()
    )
}

async fn refresh(emulator: &Emulator, path: &str, cookie: &str) -> Answer {
    let headers = [
        ("cookie", cookie),
        ("origin", ORIGIN),
        ("content-type", "application/json"),
    ];
    ask(emulator, "GET", path, &headers, "").await
}

#[actix_web::test]
async fn a_session_is_refreshed_with_tokens_that_services_accept() {
    let emulator = Emulator::builder()
        .include_login_method()
        .start()
        .await
        .unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    let cookie = cookie(&alice);

    let answer = refresh(&emulator, REFRESH, &cookie).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let session = answer.json();
    assert_eq!(session["user"]["user_id"], json!(alice.id()));
    assert_eq!(session["user"]["can_create_orgs"], true);
    let org = &session["org_id_to_org_member_info"][acme.as_str()];
    assert_eq!(org["user_role"], "Admin");
    let auth = emulator.propel_auth().await.unwrap();
    let header = |session: &serde_json::Value| {
        format!("Bearer {}", session["access_token"].as_str().unwrap())
    };
    let user = auth
        .validate_access_token_and_get_user(header(&session).as_str())
        .unwrap();
    assert_eq!(user.login_method.as_str(), "password");
    let expires = session["expires_at_seconds"].as_i64().unwrap();
    assert!((1790..=1800).contains(&(expires - emulator.now())));

    let path = format!("{REFRESH}?active_org_id={acme}");
    let active = refresh(&emulator, &path, &cookie).await.json();
    let user = auth
        .validate_access_token_and_get_user(header(&active).as_str())
        .unwrap();
    assert!(user.active_org().unwrap().is_role("Admin"));

    // The refresh token stays the same, so that tabs that refresh at once are not logged out.
    let set = answer.header("set-cookie").unwrap();
    let token = cookie
        .split("refresh_token=")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    assert!(
        set.starts_with(&format!(
            "refresh_token={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age="
        )),
        "{set}"
    );
}

#[actix_web::test]
async fn who_is_not_logged_in_gets_a_401_that_the_page_can_read() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let other = emulator.create_org("Other").unwrap();
    let cookie = cookie(&alice);
    let not_a_member = format!("{REFRESH}?active_org_id={other}");
    for (path, cookie) in [
        (REFRESH, ""),
        (REFRESH, "refresh_token="),
        (REFRESH, "refresh_token=0123"),
        (REFRESH, "refresh_token"),
        (not_a_member.as_str(), cookie.as_str()),
        (&format!("{REFRESH}?active_org_id="), &cookie),
        (&format!("{REFRESH}?active_org_id=%00%ff"), &cookie),
    ] {
        let answer = refresh(&emulator, path, cookie).await;
        assert_eq!(answer.status, 401, "{path} {cookie}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            Some("true")
        );
        assert!(answer.json()["access_token"].is_null());
    }
}

#[actix_web::test]
async fn a_session_ends_with_its_time_its_user_and_a_logout() {
    let emulator = Emulator::start().await.unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let status = async |cookie: &str| refresh(&emulator, REFRESH, cookie).await.status;

    let (one, two) = (cookie(&alice), cookie(&alice));
    let headers = [("cookie", one.as_str()), ("origin", ORIGIN)];
    let answer = ask(&emulator, "POST", "/api/v1/logout", &headers, "").await;
    assert_eq!(
        answer.json(),
        json!({ "redirect_to": "http://localhost:3000/" })
    );
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!((status(&one).await, status(&two).await), (401, 200));
    // Again, as a second tab does.
    assert_eq!(
        ask(&emulator, "POST", "/api/v1/logout", &headers, "")
            .await
            .status,
        200
    );

    auth.user().logout_all_user_sessions(&alice).await.unwrap();
    assert_eq!(status(&two).await, 401);
    let three = cookie(&alice);
    auth.user().disable_user(&alice).await.unwrap();
    assert_eq!(status(&three).await, 401);
    auth.user().enable_user(&alice).await.unwrap();
    assert_eq!(status(&three).await, 401, "enabling brings no session back");

    let four = cookie(&alice);
    emulator.advance_clock(std::time::Duration::from_secs(1_209_599));
    assert_eq!(status(&four).await, 200);
    emulator.advance_clock(std::time::Duration::from_secs(1_209_599));
    assert_eq!(status(&four).await, 200, "what is used goes on");
    emulator.advance_clock(std::time::Duration::from_secs(1_209_600));
    assert_eq!(status(&four).await, 401);

    let five = cookie(&alice);
    auth.user().delete_user(&alice).await.unwrap();
    assert_eq!(status(&five).await, 401);
    let events = emulator.webhook_messages();
    let outs = events
        .iter()
        .filter(|it| it.event_type == "user.logged_out");
    assert_eq!(outs.count(), 2);
}

#[actix_web::test]
async fn an_unfinished_login_has_no_access_token() {
    let seed = json!({ "project": { "require_email_confirmation": true, "has_orgs": true } });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let cookie = cookie(&alice);
    assert_eq!(refresh(&emulator, REFRESH, &cookie).await.status, 401);
    emulator.confirm_email(&alice).unwrap();
    assert_eq!(refresh(&emulator, REFRESH, &cookie).await.status, 200);
    let auth = emulator.propel_auth().await.unwrap();

    let update = auth.user().update_user_metadata(&alice);
    update.update_password_required(true).await.unwrap();
    assert_eq!(refresh(&emulator, REFRESH, &cookie).await.status, 401);
}

#[actix_web::test]
async fn only_pages_of_allowed_origins_may_ask() {
    let seed = json!({ "project": {
        "application_url": "https://app.example.com",
        "additional_fe_locations": [{ "domain": "x.dev", "allow_any_subdomain": true }],
        "session_cookie_same_site": "None",
    } });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    for (origin, is_allowed) in [
        ("https://app.example.com", true),
        ("https://a.x.dev", true),
        ("http://localhost:5173", true),
        ("https://evil.example", false),
        ("https://app.example.com.evil.example", false),
        ("null", false),
        ("", false),
    ] {
        let cookie = cookie(&alice);
        for (method, path) in [("GET", REFRESH), ("POST", "/api/v1/logout")] {
            let headers = [("origin", origin), ("cookie", &cookie)];
            let answer = ask(&emulator, method, path, &headers, "").await;
            assert_eq!(
                answer.status,
                if is_allowed { 200 } else { 403 },
                "{origin}"
            );
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, is_allowed.then_some(origin));
            assert_eq!(answer.header("vary"), Some("Origin"));
            if is_allowed {
                let set = answer.header("set-cookie").unwrap();
                assert!(set.contains("SameSite=None; Secure"), "{set}");
            }
            let headers = [
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", "content-type"),
            ];
            let preflight = ask(&emulator, "OPTIONS", path, &headers, "").await;
            assert_eq!(preflight.status, 204);
            let allowed = preflight.header("access-control-allow-origin");
            assert_eq!(allowed, is_allowed.then_some(origin));
            // All methods of @propelauth/frontend-apis, one of whose calls is a PATCH.
            let methods = preflight.header("access-control-allow-methods");
            assert_eq!(methods, Some("GET, POST, PATCH, DELETE"));
        }
    }
    // A program has no origin.
    let headers = [("cookie", cookie(&alice))];
    let headers: Vec<_> = headers.iter().map(|(a, b)| (*a, b.as_str())).collect();
    assert_eq!(
        ask(&emulator, "GET", REFRESH, &headers, "").await.status,
        200
    );
}

#[actix_web::test]
async fn faults_and_mistakes_can_be_read_by_pages_as_well() {
    let emulator = Emulator::start().await.unwrap();
    let fault = Fault::on(format!("GET {REFRESH}")).status(503);
    emulator.inject_fault(fault).unwrap();
    let answer = refresh(&emulator, REFRESH, "").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    emulator.clear_faults();
    let answer = ask(&emulator, "PUT", REFRESH, &[("origin", ORIGIN)], "").await;
    assert_eq!(answer.status, 501);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let log = emulator.requests();
    assert_eq!(log[0].operation.as_deref(), Some("refresh_token"));
    // The backend API is for services, and not for web pages.
    let headers = [("origin", ORIGIN)];
    let answer = ask(
        &emulator,
        "GET",
        "/api/backend/v1/token_verification_metadata",
        &headers,
        "",
    )
    .await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
