//! Codes: used once, and for a minute.

use std::time::Duration;

use super::{
    AUTHORIZE, REQUEST, ask, browse, code, cookie, exchange, post_form, redirected, start, text,
};

#[actix_web::test]
async fn a_code_is_used_once_and_its_session_ends_if_it_is_used_again() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let code = code(&emulator, &cookie, &[]).await;
    let tokens = post_form(&emulator, &exchange(&code)).await.json();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens, "refresh_token")),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    assert_eq!(post_form(&emulator, &refresh).await.status, 200);
    // Long after it expired, and after codes of others were forgotten.
    emulator.advance_clock(Duration::from_secs(3600));
    super::code(&emulator, &cookie, &[]).await;
    let again = post_form(&emulator, &exchange(&code)).await;
    assert_eq!(
        (again.status, text(&again.json(), "error")),
        (400, "invalid_grant")
    );
    assert_eq!(post_form(&emulator, &refresh).await.status, 400);
    // The browser is not logged out by what a client did.
    let answer = browse(&emulator, AUTHORIZE, &REQUEST, &cookie).await;
    assert!(redirected(&answer).1.contains_key("code"));
}

#[actix_web::test]
async fn a_code_lasts_a_minute_and_no_longer_than_its_session() {
    let (emulator, alice) = start().await;
    emulator.freeze_clock(emulator.now());
    let cookie = cookie(&alice);
    for (seconds, status) in [(59, 200), (60, 400)] {
        let code = code(&emulator, &cookie, &[]).await;
        emulator.advance_clock(Duration::from_secs(seconds));
        assert_eq!(
            post_form(&emulator, &exchange(&code)).await.status,
            status,
            "{seconds}"
        );
    }
    let code = code(&emulator, &cookie, &[]).await;
    let headers = [("cookie", cookie.as_str())];
    ask(&emulator, "POST", "/api/v1/logout", &headers, "").await;
    assert_eq!(post_form(&emulator, &exchange(&code)).await.status, 400);
}

#[actix_web::test]
async fn of_two_exchanges_at_once_one_succeeds() {
    let (emulator, alice) = start().await;
    let code = code(&emulator, &cookie(&alice), &[]).await;
    let form = exchange(&code);
    let all = (0..6).map(|_| post_form(&emulator, &form));
    let all = futures_util::future::join_all(all).await;
    let succeeded = all.iter().filter(|answer| answer.status == 200);
    assert_eq!(succeeded.count(), 1);
}

#[actix_web::test]
async fn a_code_of_one_endpoint_is_none_of_another() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let callback = "http://localhost:3000/cb";
    let query = [("redirect_uri", callback), ("state", "s")];
    let answer = browse(&emulator, "/propelauth/ssr/authorize", &query, &cookie).await;
    let of_server = redirected(&answer).1["code"].clone();
    let form = super::with(&exchange(&of_server), &[("redirect_uri", callback)]);
    assert_eq!(post_form(&emulator, &form).await.status, 400);

    let of_client = code(&emulator, &cookie, &[]).await;
    let bearer = format!("Bearer {}", emulator.api_key());
    let headers = [("authorization", bearer.as_str())];
    let exchange_on_server = async |code: &str, redirect_uri: &str| {
        let body = serde_json::json!({ "redirect_uri": redirect_uri, "code": code });
        let path = "/propelauth/ssr/token";
        ask(&emulator, "POST", path, &headers, body.to_string())
            .await
            .status
    };
    assert_eq!(
        exchange_on_server(&of_client, super::REDIRECT_URI).await,
        400
    );
    // Neither was spent by that.
    assert_eq!(exchange_on_server(&of_server, callback).await, 200);
    assert_eq!(
        post_form(&emulator, &exchange(&of_client)).await.status,
        200
    );
}

#[actix_web::test]
async fn a_code_is_of_no_use_once_the_login_needs_another_step() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let of_client = code(&emulator, &cookie, &[]).await;
    let callback = "http://localhost:3000/cb";
    let query = [("redirect_uri", callback), ("state", "s")];
    let answer = browse(&emulator, "/propelauth/ssr/authorize", &query, &cookie).await;
    let of_server = redirected(&answer).1["code"].clone();
    let bearer = format!("Bearer {}", emulator.api_key());
    let headers = [("authorization", bearer.as_str())];
    let body = serde_json::json!({ "redirect_uri": callback, "code": of_server }).to_string();
    let exchange_both = async || {
        let path = "/propelauth/ssr/token";
        let of_server = ask(&emulator, "POST", path, &headers, body.clone()).await;
        [post_form(&emulator, &exchange(&of_client)).await, of_server]
    };
    let auth = emulator.propel_auth().await.unwrap();
    let require = async |is_required: bool| {
        let update = auth.user().update_user_metadata(alice.id());
        update.update_password_required(is_required).await.unwrap();
    };
    require(true).await;
    let before = emulator.snapshot();
    for answer in exchange_both().await {
        assert_eq!(
            (answer.status, text(&answer.json(), "error")),
            (400, "invalid_grant")
        );
    }
    assert_eq!(emulator.snapshot(), before);
    require(false).await;
    for answer in exchange_both().await {
        assert_eq!(answer.status, 200);
    }
}

#[actix_web::test]
async fn codes_and_sessions_are_in_a_snapshot() {
    let (emulator, alice) = start().await;
    let code = code(&emulator, &cookie(&alice), &[]).await;
    let before = emulator.snapshot();
    assert_eq!(post_form(&emulator, &exchange(&code)).await.status, 200);
    emulator.restore(before).unwrap();
    assert_eq!(post_form(&emulator, &exchange(&code)).await.status, 200);
    assert_eq!(super::sessions(&emulator, &alice).len(), 2);
}
