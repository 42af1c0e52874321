//! The token endpoint: both grants, and how a client proves its identity.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    CHALLENGE, FORM, TOKEN, USERINFO, VERIFIER, ask, code, cookie, encoded, exchange, post_form,
    start, text, tokens, with,
};

const PKCE: [(&str, &str); 2] = [
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[actix_web::test]
async fn a_code_becomes_tokens_that_services_accept() {
    let (emulator, alice) = start().await;
    let auth = emulator.propel_auth().await.unwrap();
    let code = code(&emulator, &cookie(&alice), &[]).await;
    let answer = post_form(&emulator, &exchange(&code)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    let tokens = answer.json();
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&json!("Bearer"), &json!(1800))
    );
    // Who did not ask for OpenID Connect does not get it.
    assert!(tokens["id_token"].is_null() && tokens["scope"].is_null());
    let header = format!("Bearer {}", text(&tokens, "access_token"));
    let user = auth
        .validate_access_token_and_get_user(header.as_str())
        .unwrap();
    assert_eq!(user.user_id, *alice.id());

    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens, "refresh_token")),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    emulator.advance_clock(std::time::Duration::from_secs(1900));
    let refreshed = post_form(&emulator, &refresh).await.json();
    let header = format!("Bearer {}", text(&refreshed, "access_token"));
    assert!(emulator.propel_auth().await.is_ok());
    let headers = [("authorization", header.as_str())];
    let info = ask(&emulator, "GET", USERINFO, &headers, "").await;
    assert_eq!(info.json()["email"], "alice@example.com");
    assert_ne!(refreshed["access_token"], tokens["access_token"]);
}

#[actix_web::test]
async fn a_client_proves_its_identity_in_one_way() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let send = async |header: Option<String>, form: &[(&str, &str)]| {
        let mut headers = vec![("content-type", FORM)];
        headers.extend(header.as_deref().map(|header| ("authorization", header)));
        ask(&emulator, "POST", TOKEN, &headers, encoded(form)).await
    };
    let code_of = async |pkce: bool| {
        let more = if pkce { &PKCE[..] } else { &[] };
        code(&emulator, &cookie, more).await
    };
    let without = [("client_id", ""), ("client_secret", "")];
    // Each that is allowed.
    let code = code_of(false).await;
    let form = with(&exchange(&code), &without);
    assert_eq!(send(Some(basic("app", "secret")), &form).await.status, 200);
    let code = code_of(false).await;
    let form = with(&exchange(&code), &[("client_secret", "")]);
    assert_eq!(
        send(Some(basic("app", "s%65cret")), &form).await.status,
        200,
        "encoded"
    );
    let code = code_of(true).await;
    let form = with(
        &exchange(&code),
        &[("client_secret", ""), ("code_verifier", VERIFIER)],
    );
    assert_eq!(
        send(None, &form).await.status,
        200,
        "PKCE in place of the secret"
    );
    let code = code_of(true).await;
    let form = with(&exchange(&code), &[("code_verifier", VERIFIER)]);
    assert_eq!(send(None, &form).await.status, 200, "PKCE and the secret");

    // And none that is not. The code remains good.
    let code = code_of(false).await;
    let fit = exchange(&code);
    for (header, form, status, error) in [
        (None, with(&fit, &without), 401, "invalid_client"),
        (
            None,
            with(&fit, &[("client_secret", "")]),
            401,
            "invalid_client",
        ),
        (
            None,
            with(&fit, &[("client_secret", "wrong")]),
            401,
            "invalid_client",
        ),
        (
            None,
            with(&fit, &[("client_secret", "Secret")]),
            401,
            "invalid_client",
        ),
        (
            None,
            with(&fit, &[("client_id", "unknown")]),
            401,
            "invalid_client",
        ),
        (
            None,
            with(&fit, &[("client_id", "other")]),
            401,
            "invalid_client",
        ),
        (
            Some(basic("app", "wrong")),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some(basic("app", "")),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some(basic("unknown", "secret")),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some(basic("app", "secret")),
            fit.to_vec(),
            400,
            "invalid_request",
        ),
        (
            Some(basic("app", "secret")),
            with(&fit, &[("client_secret", ""), ("client_id", "other")]),
            400,
            "invalid_request",
        ),
        (
            Some("Bearer x".to_owned()),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some("Basic".to_owned()),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some("Basic !".to_owned()),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some("Basic YQ==".to_owned()),
            with(&fit, &without),
            401,
            "invalid_client",
        ),
        (
            Some("Basic /w==".to_owned()),
            fit.to_vec(),
            401,
            "invalid_client",
        ),
        (
            None,
            with(&fit, &[("code_verifier", VERIFIER)]),
            400,
            "invalid_grant",
        ),
    ] {
        let answer = send(header.clone(), &form).await;
        let told = format!("{header:?} {form:?} {}", answer.json());
        assert_eq!(answer.status, status, "{told}");
        assert_eq!(answer.json()["error"], error, "{told}");
        let challenge = answer.header("www-authenticate");
        assert_eq!(challenge.is_some(), status == 401, "{told}");
    }
    assert_eq!(send(None, &fit).await.status, 200);
}

#[actix_web::test]
async fn a_code_is_for_its_client_its_redirect_uri_and_its_verifier() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let other = emulator.oauth_clients().remove(1);
    let code = code(&emulator, &cookie, &PKCE).await;
    let fit = with(&exchange(&code), &[("code_verifier", VERIFIER)]);
    let upper = VERIFIER.to_uppercase();
    for (wrong, error) in [
        (vec![("grant_type", "")], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (
            vec![("grant_type", "client_credentials")],
            "unsupported_grant_type",
        ),
        (vec![("code", "")], "invalid_request"),
        (vec![("code", "0123")], "invalid_grant"),
        (vec![("redirect_uri", "")], "invalid_request"),
        (
            vec![("redirect_uri", "https://t.example.org/cb?a=b")],
            "invalid_grant",
        ),
        (
            vec![("redirect_uri", "https://app.example.com/callback/")],
            "invalid_grant",
        ),
        (vec![("code_verifier", "")], "invalid_grant"),
        (vec![("code_verifier", &upper)], "invalid_grant"),
        (vec![("code_verifier", CHALLENGE)], "invalid_grant"),
        (
            vec![("client_id", "other"), ("client_secret", other.secret())],
            "invalid_grant",
        ),
    ] {
        let answer = post_form(&emulator, &with(&fit, &wrong)).await;
        assert_eq!(answer.status, 400, "{wrong:?}");
        assert_eq!(answer.json()["error"], error, "{wrong:?}");
        assert!(
            !answer.json()["error_description"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    assert_eq!(post_form(&emulator, &fit).await.status, 200);
}

#[actix_web::test]
async fn a_refresh_token_is_for_its_client_that_proves_as_much_as_before() {
    let (emulator, alice) = start().await;
    let other = emulator.oauth_clients().remove(1);
    let confidential = tokens(&emulator, &alice, &[("scope", "openid email")]).await;
    let code = code(&emulator, &cookie(&alice), &PKCE).await;
    let public = [("client_secret", ""), ("code_verifier", VERIFIER)];
    let public = post_form(&emulator, &with(&exchange(&code), &public))
        .await
        .json();

    let refresh = |token| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", "app"),
            ("client_secret", "secret"),
        ]
    };
    let fit = refresh(text(&confidential, "refresh_token"));
    let browser = alice.start_session().unwrap();
    for (wrong, status, error) in [
        (vec![("refresh_token", "")], 400, "invalid_request"),
        (vec![("refresh_token", "x")], 400, "invalid_grant"),
        (
            vec![("refresh_token", text(&confidential, "access_token"))],
            400,
            "invalid_grant",
        ),
        (
            vec![("refresh_token", browser.as_str())],
            400,
            "invalid_grant",
        ),
        (vec![("client_secret", "")], 401, "invalid_client"),
        (vec![("client_secret", "x")], 401, "invalid_client"),
        (
            vec![("client_id", "other"), ("client_secret", other.secret())],
            400,
            "invalid_grant",
        ),
        (vec![("scope", "openid profile")], 400, "invalid_scope"),
    ] {
        let answer = post_form(&emulator, &with(&fit, &wrong)).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (status, &json!(error)),
            "{wrong:?}"
        );
    }
    assert_eq!(post_form(&emulator, &fit).await.status, 200);
    assert_eq!(
        post_form(&emulator, &with(&fit, &[("scope", "email")]))
            .await
            .status,
        200
    );
    let of_public = refresh(text(&public, "refresh_token"));
    assert_eq!(
        post_form(&emulator, &with(&of_public, &[("client_secret", "")]))
            .await
            .status,
        200
    );

    // What a browser has to do first, the client's user has to do as well.
    let auth = emulator.propel_auth().await.unwrap();
    for (is_required, status) in [(true, 400), (false, 200)] {
        let update = auth.user().update_user_metadata(&alice);
        update.update_password_required(is_required).await.unwrap();
        assert_eq!(post_form(&emulator, &fit).await.status, status);
    }

    // What ends a session ends the client's as well.
    auth.user().disable_user(&alice).await.unwrap();
    assert_eq!(
        post_form(&emulator, &fit).await.json()["error"],
        "invalid_grant"
    );
}

#[actix_web::test]
async fn what_a_client_holds_is_no_session_of_a_browser() {
    let (emulator, alice) = start().await;
    let tokens = tokens(&emulator, &alice, &[]).await;
    let cookie = format!("refresh_token={}", text(&tokens, "refresh_token"));
    let headers = [("cookie", cookie.as_str())];
    let answer = ask(&emulator, "GET", "/api/v1/refresh_token", &headers, "").await;
    assert_eq!(answer.status, 401);
    let answer = super::browse(&emulator, super::AUTHORIZE, &super::REQUEST, &cookie).await;
    assert_eq!(super::redirected(&answer).0, "/login");
    let bearer = format!("Bearer {}", emulator.api_key());
    let headers = [("authorization", bearer.as_str())];
    let body = json!({ "refresh_token": tokens["refresh_token"] }).to_string();
    let path = "/api/backend/v1/refresh_token";
    assert_eq!(
        ask(&emulator, "POST", path, &headers, body.clone())
            .await
            .status,
        401
    );
    // But its server may end it.
    let answer = ask(&emulator, "POST", "/api/backend/v1/logout", &headers, body).await;
    assert_eq!(answer.status, 200);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens, "refresh_token")),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    assert_eq!(post_form(&emulator, &refresh).await.status, 400);
}

#[actix_web::test]
async fn a_web_page_of_an_allowed_origin_reads_the_answer() {
    let (emulator, alice) = start().await;
    let code = code(&emulator, &cookie(&alice), &PKCE).await;
    let form = with(
        &exchange(&code),
        &[("client_secret", ""), ("code_verifier", VERIFIER)],
    );
    let body = encoded(&form);
    for (origin, status) in [
        ("https://evil.example", 403),
        ("http://localhost:3000", 200),
    ] {
        let headers = [("content-type", FORM), ("origin", origin)];
        let answer = ask(&emulator, "POST", TOKEN, &headers, body.clone()).await;
        assert_eq!(answer.status, status);
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, (status == 200).then_some(origin));
    }
}
