//! The login of applications that are rendered on a server, as `@propelauth/nextjs` asks for it.

use actix_web_propelauth::emulator::{EmulatedUser, Emulator};
use serde_json::{Value, json};

use super::{Answer, ask, browse, cookie, redirected, return_url, text};

const SSR_AUTHORIZE: &str = "/propelauth/ssr/authorize";
const SSR_TOKEN: &str = "/propelauth/ssr/token";
const REFRESH: &str = "/api/backend/v1/refresh_token";
const LOGOUT: &str = "/api/backend/v1/logout";
const CALLBACK: &str = "http://localhost:3000/api/auth/callback";

async fn start() -> (Emulator, EmulatedUser) {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    (emulator, alice)
}

async fn post(emulator: &Emulator, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {}", emulator.api_key());
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    ask(emulator, "POST", path, &headers, body.to_string()).await
}

async fn ssr_code(emulator: &Emulator, cookie: &str) -> String {
    let query = [
        ("redirect_uri", CALLBACK),
        ("state", "abc"),
        ("signup", "false"),
    ];
    let (to, parameters) = redirected(&browse(emulator, SSR_AUTHORIZE, &query, cookie).await);
    assert_eq!(
        (to.as_str(), parameters["state"].as_str()),
        (CALLBACK, "abc")
    );
    parameters["code"].clone()
}

async fn log_in(emulator: &Emulator, cookie: &str) -> Value {
    let code = ssr_code(emulator, cookie).await;
    let body = json!({ "redirect_uri": CALLBACK, "code": code });
    let answer = post(emulator, SSR_TOKEN, &body).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

#[actix_web::test]
async fn a_server_logs_its_user_in_and_out() {
    let (emulator, alice) = start().await;
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    let cookie = cookie(&alice);
    let session = log_in(&emulator, &cookie).await;
    let header = format!("Bearer {}", text(&session, "access_token"));
    let user = auth
        .validate_access_token_and_get_user(header.as_str())
        .unwrap();
    assert_eq!(user.user_id, *alice.id());

    let body = json!({ "refresh_token": session["refresh_token"] });
    let refreshed = post(&emulator, REFRESH, &body).await.json();
    assert_eq!(
        refreshed["access_token"]["user"]["email"],
        "alice@example.com"
    );
    let expires = refreshed["access_token"]["expires_at_seconds"]
        .as_i64()
        .unwrap();
    assert!((1790..=1800).contains(&(expires - emulator.now())));
    let path = format!("{REFRESH}?with_active_org_support=true&active_org_id={acme}");
    let active = post(&emulator, &path, &body).await.json();
    let header = format!("Bearer {}", text(&active["access_token"], "access_token"));
    let user = auth
        .validate_access_token_and_get_user(header.as_str())
        .unwrap();
    assert!(user.active_org().unwrap().is_role("Admin"));

    let headers = [("authorization", header.as_str())];
    let info = ask(&emulator, "GET", super::USERINFO, &headers, "")
        .await
        .json();
    assert_eq!(info["user_id"], json!(alice.id()));
    assert_eq!(
        info["org_id_to_org_info"][acme.as_str()]["user_role"],
        "Admin"
    );

    // The logout of the application is that of the browser: it would otherwise log in again by itself.
    assert_eq!(post(&emulator, LOGOUT, &body).await.status, 200);
    assert_eq!(post(&emulator, REFRESH, &body).await.status, 401);
    assert_eq!(post(&emulator, LOGOUT, &body).await.status, 200);
    let query = [("redirect_uri", CALLBACK), ("state", "abc")];
    let again = browse(&emulator, SSR_AUTHORIZE, &query, &cookie).await;
    assert_eq!(redirected(&again).0, "/login");
    let outs = emulator.webhook_messages();
    let outs = outs.iter().filter(|it| it.event_type == "user.logged_out");
    assert_eq!(outs.count(), 1);
}

#[actix_web::test]
async fn refreshes_at_once_log_no_user_out() {
    let (emulator, alice) = start().await;
    let session = log_in(&emulator, &cookie(&alice)).await;
    let body = json!({ "refresh_token": session["refresh_token"] });
    let all = futures_util::future::join_all((0..8).map(|_| post(&emulator, REFRESH, &body))).await;
    for answer in all {
        assert_eq!(answer.status, 200);
        // Whichever of the answers a tab keeps.
        let body = json!({ "refresh_token": answer.json()["refresh_token"] });
        assert_eq!(post(&emulator, REFRESH, &body).await.status, 200);
    }
}

#[actix_web::test]
async fn a_browser_without_a_session_logs_in_first_and_comes_back() {
    let (emulator, alice) = start().await;
    let query = [
        ("return_to_path", "/deep?x=1"),
        ("utm", "ü&"),
        ("redirect_uri", CALLBACK),
        ("state", "abc"),
        ("signup", "false"),
    ];
    for (signup, page) in [("false", "/login"), ("true", "/signup"), ("yes", "/login")] {
        let query = super::with(&query, &[("signup", signup)]);
        let (to, parameters) = redirected(&browse(&emulator, SSR_AUTHORIZE, &query, "").await);
        assert_eq!(to, page);
        // For the page, but not those of the request itself.
        assert_eq!(parameters["utm"], "ü&");
        assert!(!parameters.contains_key("state") && !parameters.contains_key("redirect_uri"));
        let back = return_url(&parameters);
        assert!(back.as_str().starts_with(emulator.auth_url()), "{back}");
        let path = &back[url::Position::BeforePath..];
        let headers = [("cookie", cookie(&alice))];
        let headers = [("cookie", headers[0].1.as_str())];
        let (to, parameters) = redirected(&ask(&emulator, "GET", path, &headers, "").await);
        assert_eq!(
            (to.as_str(), parameters["state"].as_str()),
            (CALLBACK, "abc")
        );
        assert_eq!(parameters.len(), 2);
    }
    // To the host that was asked, whose cookies are not those of another name of this machine.
    let port = emulator.auth_url().rsplit_once(':').unwrap().1;
    let path = format!("{SSR_AUTHORIZE}?{}", super::encoded(&query));
    let host = format!("localhost:{port}");
    let answer = ask(&emulator, "GET", &path, &[("host", &host)], "").await;
    let back = return_url(&redirected(&answer).1);
    assert_eq!(back.host_str(), Some("localhost"));
}

#[actix_web::test]
async fn a_code_is_sent_to_frontends_of_the_project_only() {
    let seed = json!({ "project": {
        "application_url": "https://app.example.com",
        "additional_fe_locations": [{ "domain": "x.dev", "allow_any_subdomain": true }],
    } });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let cookie = cookie(&alice);
    for (uri, status) in [
        ("https://app.example.com/cb?a=b", 302),
        ("https://a.x.dev/cb", 302),
        ("http://127.0.0.1:5173/cb", 302),
        ("https://evil.example/cb", 400),
        ("https://app.example.com.evil.example/cb", 400),
        ("https://app.example.com@evil.example/cb", 400),
        ("https://u:p@app.example.com/cb", 400),
        ("https://app.example.com\\@evil.example/cb", 400),
        ("https://app.example.com/cb#x", 400),
        ("http://app.example.com/cb", 400),
        ("//app.example.com/cb", 400),
        ("/cb", 400),
        ("javascript:alert(1)", 400),
        ("https://app.example.com/\r\nset-cookie: a=b", 400),
        ("", 400),
    ] {
        for cookie in ["", &cookie] {
            let query = [("redirect_uri", uri), ("state", "abc")];
            let answer = browse(&emulator, SSR_AUTHORIZE, &query, cookie).await;
            assert_eq!(answer.status, status, "{uri}");
            assert_eq!(answer.header("location").is_some(), status == 302, "{uri}");
        }
    }
    let twice = [
        ("redirect_uri", CALLBACK),
        ("redirect_uri", "https://evil.example/"),
    ];
    assert_eq!(
        browse(&emulator, SSR_AUTHORIZE, &twice, &cookie)
            .await
            .status,
        400
    );
}

#[actix_web::test]
async fn a_server_needs_the_key_and_a_code_that_is_its_own() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let code = ssr_code(&emulator, &cookie).await;
    let fit = json!({ "redirect_uri": CALLBACK, "code": code });
    for path in [SSR_TOKEN, REFRESH, LOGOUT] {
        let headers = [("authorization", "Bearer wrong")];
        for headers in [&headers[..], &[]] {
            let answer = ask(&emulator, "POST", path, headers, fit.to_string()).await;
            assert_eq!(answer.status, 401, "{path}");
        }
        for body in [
            "",
            "{",
            "[]",
            "null",
            "{\"code\":1,\"redirect_uri\":2,\"refresh_token\":3}",
        ] {
            let bearer = format!("Bearer {}", emulator.api_key());
            let headers = [("authorization", bearer.as_str())];
            let answer = ask(&emulator, "POST", path, &headers, body).await;
            assert_eq!(answer.status, 400, "{path} {body}");
        }
    }
    for body in [
        json!({ "redirect_uri": CALLBACK, "code": "" }),
        json!({ "redirect_uri": CALLBACK, "code": code.to_uppercase() }),
        json!({ "redirect_uri": "http://localhost:3000/other", "code": code }),
    ] {
        assert_eq!(
            post(&emulator, SSR_TOKEN, &body).await.status,
            400,
            "{body}"
        );
    }
    // Those refusals changed nothing.
    let session = post(&emulator, SSR_TOKEN, &fit).await;
    assert_eq!(session.status, 200);
    for token in ["", "x", text(&session.json(), "access_token")] {
        let body = json!({ "refresh_token": token });
        assert_eq!(post(&emulator, REFRESH, &body).await.status, 401);
    }
    let other = emulator.create_org("Other").unwrap();
    let body = json!({ "refresh_token": session.json()["refresh_token"] });
    for org_id in [other.as_str(), "x", "%00"] {
        let path = format!("{REFRESH}?active_org_id={org_id}");
        assert_eq!(post(&emulator, &path, &body).await.status, 401, "{org_id}");
    }
    assert_eq!(post(&emulator, REFRESH, &body).await.status, 200);
    // A code that is used again is in the hands of two.
    assert_eq!(post(&emulator, SSR_TOKEN, &fit).await.status, 400);
    assert_eq!(post(&emulator, REFRESH, &body).await.status, 401);
}
