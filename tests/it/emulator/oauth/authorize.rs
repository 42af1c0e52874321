//! The authorization endpoint: where it sends a browser, and what it refuses.

use actix_web_propelauth::emulator::Emulator;
use serde_json::json;

use super::{
    AUTHORIZE, CHALLENGE, REDIRECT_URI, REQUEST, browse, code, cookie, exchange, post_form,
    redirected, return_url, start, with,
};

#[actix_web::test]
async fn a_browser_is_sent_back_with_a_code_and_the_state() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let (to, parameters) = redirected(&browse(&emulator, AUTHORIZE, &REQUEST, &cookie).await);
    assert_eq!(
        (to.as_str(), parameters["state"].as_str()),
        (REDIRECT_URI, "s1")
    );
    assert_eq!((parameters.len(), parameters["code"].len()), (2, 64));
    // The query of a registered URI is kept, and a wildcard is one label.
    let query = with(
        &REQUEST,
        &[("redirect_uri", "https://t1.example.org/cb?a=b")],
    );
    let (to, parameters) = redirected(&browse(&emulator, AUTHORIZE, &query, &cookie).await);
    assert_eq!(
        (to.as_str(), parameters["a"].as_str()),
        ("https://t1.example.org/cb", "b")
    );
    let without = with(&REQUEST, &[("state", "")]);
    let (_, parameters) = redirected(&browse(&emulator, AUTHORIZE, &without, &cookie).await);
    assert_eq!(parameters.len(), 1);
}

#[actix_web::test]
async fn a_browser_is_sent_nowhere_for_an_unknown_client_or_redirect_uri() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    for wrong in [
        ("client_id", ""),
        ("client_id", "unknown"),
        ("client_id", "App"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://app.example.com/callback/"),
        ("redirect_uri", "https://app.example.com/callback?x"),
        ("redirect_uri", "https://APP.example.com/callback"),
        ("redirect_uri", "http://app.example.com/callback"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "https://t1.t2.example.org/cb?a=b"),
        ("redirect_uri", "https://example.org/cb?a=b"),
        ("redirect_uri", "https://*.example.org/cb?a=b"),
        ("redirect_uri", "https://evil.example/.example.org/cb?a=b"),
    ] {
        for cookie in ["", &cookie] {
            let answer = browse(&emulator, AUTHORIZE, &with(&REQUEST, &[wrong]), cookie).await;
            assert_eq!(answer.status, 400, "{wrong:?}");
            assert_eq!(answer.header("location"), None, "{wrong:?}");
        }
    }
    for twice in [("client_id", "other"), ("redirect_uri", REDIRECT_URI)] {
        let mut query = REQUEST.to_vec();
        query.push(twice);
        let answer = browse(&emulator, AUTHORIZE, &query, &cookie).await;
        assert_eq!(answer.status, 400, "{twice:?}");
    }
}

#[actix_web::test]
async fn other_mistakes_are_told_to_the_client() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let long = "a".repeat(5000);
    for (wrong, error) in [
        ([("response_type", ""), ("nonce", "n")], "invalid_request"),
        (
            [("response_type", "token"), ("nonce", "n")],
            "unsupported_response_type",
        ),
        (
            [("response_type", "code id_token"), ("nonce", "n")],
            "unsupported_response_type",
        ),
        (
            [("response_mode", "fragment"), ("nonce", "n")],
            "invalid_request",
        ),
        (
            [("request", "e30"), ("nonce", "n")],
            "request_not_supported",
        ),
        (
            [("request_uri", "https://x"), ("nonce", "n")],
            "request_not_supported",
        ),
        ([("prompt", "create"), ("nonce", "n")], "invalid_request"),
        (
            [("prompt", "none login"), ("nonce", "n")],
            "invalid_request",
        ),
        ([("max_age", "-1"), ("nonce", "n")], "invalid_request"),
        ([("max_age", "soon"), ("nonce", "n")], "invalid_request"),
        (
            [("nonce", long.as_str()), ("nonce2", "n")],
            "invalid_request",
        ),
        (
            [("code_challenge", CHALLENGE), ("nonce", "n")],
            "invalid_request",
        ),
        (
            [("code_challenge_method", "S256"), ("nonce", "n")],
            "invalid_request",
        ),
        (
            [
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "plain"),
            ],
            "invalid_request",
        ),
        (
            [
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "s256"),
            ],
            "invalid_request",
        ),
        (
            [
                ("code_challenge", "short"),
                ("code_challenge_method", "S256"),
            ],
            "invalid_request",
        ),
        ([("org_id", "x"), ("nonce", "n")], "access_denied"),
    ] {
        let answer = browse(&emulator, AUTHORIZE, &with(&REQUEST, &wrong), &cookie).await;
        let (to, parameters) = redirected(&answer);
        assert_eq!(to, REDIRECT_URI);
        assert_eq!(parameters["error"], error, "{wrong:?}");
        assert_eq!(parameters["state"], "s1", "{wrong:?}");
        assert!(!parameters.contains_key("code"));
    }
    for twice in [
        "response_type",
        "scope",
        "state",
        "nonce",
        "org_id",
        "prompt",
    ] {
        let mut query = with(&REQUEST, &[("scope", "openid"), ("nonce", "n")]);
        query.extend([(twice, "code"), (twice, "code")]);
        let (_, parameters) = redirected(&browse(&emulator, AUTHORIZE, &query, &cookie).await);
        assert_eq!(parameters["error"], "invalid_request", "{twice}");
        assert_eq!(
            parameters.contains_key("state"),
            twice != "state",
            "{twice}"
        );
    }
}

#[actix_web::test]
async fn a_browser_without_a_session_is_sent_to_the_login_and_comes_back() {
    let (emulator, alice) = start().await;
    let query = with(&REQUEST, &[("scope", "openid email"), ("nonce", "ü")]);
    let (to, parameters) = redirected(&browse(&emulator, AUTHORIZE, &query, "").await);
    assert_eq!(to, "/login");
    assert_eq!(parameters.len(), 1);
    let back = return_url(&parameters);
    let asked: Vec<_> = back.query_pairs().into_owned().collect();
    let expected: Vec<_> = query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(asked, expected);
    let asked: Vec<_> = asked
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let answer = browse(&emulator, back.path(), &asked, &cookie(&alice)).await;
    assert_eq!(redirected(&answer).0, REDIRECT_URI);
    // A cookie of another kind is no session.
    for cookie in [
        "refresh_token=",
        "refresh_token=x",
        "refresh_token=%00",
        "x=y",
    ] {
        let answer = browse(&emulator, AUTHORIZE, &REQUEST, cookie).await;
        assert_eq!(redirected(&answer).0, "/login");
    }
}

#[actix_web::test]
async fn an_unfinished_login_gets_no_code() {
    let (emulator, alice) = start().await;
    let auth = emulator.propel_auth().await.unwrap();
    let cookie = cookie(&alice);
    let update = auth.user().update_user_metadata(&alice);
    update.update_password_required(true).await.unwrap();
    let answer = browse(&emulator, AUTHORIZE, &REQUEST, &cookie).await;
    assert_eq!(redirected(&answer).0, "/login");
    let silent = with(&REQUEST, &[("prompt", "none")]);
    let (_, parameters) = redirected(&browse(&emulator, AUTHORIZE, &silent, &cookie).await);
    assert_eq!(parameters["error"], "interaction_required");
}

#[actix_web::test]
async fn a_silent_request_shows_no_page() {
    let (emulator, alice) = start().await;
    let silent = with(&REQUEST, &[("prompt", "none")]);
    let (to, parameters) = redirected(&browse(&emulator, AUTHORIZE, &silent, "").await);
    assert_eq!(
        (to.as_str(), parameters["error"].as_str()),
        (REDIRECT_URI, "login_required")
    );
    let cookie = cookie(&alice);
    let (_, parameters) = redirected(&browse(&emulator, AUTHORIZE, &silent, &cookie).await);
    assert!(parameters.contains_key("code"));
    emulator.advance_clock(std::time::Duration::from_secs(61));
    let silent = with(&silent, &[("max_age", "60")]);
    let (_, parameters) = redirected(&browse(&emulator, AUTHORIZE, &silent, &cookie).await);
    assert_eq!(parameters["error"], "login_required");
}

/// With a frozen clock, so that no login is newer than another by its time.
#[actix_web::test]
async fn a_prompt_asks_for_another_login_exactly_once() {
    let (emulator, alice) = start().await;
    emulator.freeze_clock(emulator.now());
    for (prompt, of_page) in [
        (("prompt", "login"), "login"),
        (("prompt", "login consent"), "login"),
        (("prompt", "select_account"), "select_account"),
    ] {
        let query = with(&REQUEST, &[prompt]);
        for before in ["", &cookie(&alice)] {
            let answer = browse(&emulator, AUTHORIZE, &query, before).await;
            let (to, parameters) = redirected(&answer);
            assert_eq!(to, "/login", "{prompt:?}");
            assert_eq!(parameters["prompt"], of_page);
            let back = return_url(&parameters);
            let asked: Vec<_> = back.query_pairs().into_owned().collect();
            let asked: Vec<_> = asked
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            // Who comes back without another login is sent there again.
            let again = browse(&emulator, AUTHORIZE, &asked, before).await;
            assert_eq!(redirected(&again).0, "/login");
            let after = browse(&emulator, AUTHORIZE, &asked, &cookie(&alice)).await;
            assert_eq!(redirected(&after).0, REDIRECT_URI);
        }
    }
}

#[actix_web::test]
async fn an_old_login_does_not_do_if_the_client_says_how_old_it_may_be() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let query = with(&REQUEST, &[("max_age", "60")]);
    assert_eq!(
        redirected(&browse(&emulator, AUTHORIZE, &query, &cookie).await).0,
        REDIRECT_URI
    );
    emulator.advance_clock(std::time::Duration::from_secs(62));
    let (to, parameters) = redirected(&browse(&emulator, AUTHORIZE, &query, &cookie).await);
    assert_eq!(
        (to.as_str(), parameters["prompt"].as_str()),
        ("/login", "login")
    );
}

#[actix_web::test]
async fn an_organization_is_the_only_one_in_the_tokens() {
    let (emulator, alice) = start().await;
    let acme = emulator.create_org("Acme Inc").unwrap();
    let other = emulator.create_org("Other").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    let cookie = cookie(&alice);
    let query = with(&REQUEST, &[("org_id", other.as_str())]);
    let (_, parameters) = redirected(&browse(&emulator, AUTHORIZE, &query, &cookie).await);
    assert_eq!(parameters["error"], "access_denied");
    let upper = acme.as_str().to_uppercase();
    let code = code(&emulator, &cookie, &[("org_id", &upper)]).await;
    let issued = post_form(&emulator, &exchange(&code)).await.json();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", issued["refresh_token"].as_str().unwrap()),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    let refreshed = post_form(&emulator, &refresh).await.json();
    for tokens in [&issued, &refreshed] {
        let header = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let user = auth
            .validate_access_token_and_get_user(header.as_str())
            .unwrap();
        assert!(user.active_org().unwrap().is_role("Admin"));
    }
    auth.org()
        .remove_user_from_org(&alice, &acme)
        .await
        .unwrap();
    let answer = post_form(&emulator, &refresh).await;
    assert_eq!(
        (answer.status, answer.json()["error"].clone()),
        (400, json!("invalid_grant"))
    );
}

#[actix_web::test]
async fn a_client_of_a_seed_is_one() {
    let seed = json!({ "oauth_clients": [
        { "client_id": "a", "client_secret": "b", "name": "My app", "redirect_uris": [REDIRECT_URI] },
        { "redirect_uris": ["http://localhost:3000/cb"] },
    ] });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let clients = emulator.oauth_clients();
    assert_eq!(
        (clients[0].client_id.as_str(), clients[0].secret()),
        ("a", "b")
    );
    assert_eq!((clients[0].name.as_str(), clients.len()), ("My app", 2));
    let query = with(&REQUEST, &[("client_id", "a")]);
    assert_eq!(
        redirected(&browse(&emulator, AUTHORIZE, &query, "").await).0,
        "/login"
    );
}
