//! OpenID Connect: discovery, ID tokens and the user of an access token.

use actix_web_propelauth::emulator::Emulator;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde_json::{Value, json};

use super::{USERINFO, ask, code, cookie, exchange, post_form, start, text, tokens};

async fn get(emulator: &Emulator, path: &str) -> Value {
    let answer = ask(emulator, "GET", path, &[], "").await;
    assert_eq!(answer.status, 200, "{path}");
    answer.json()
}

/// Returns the claims of an ID token as a client of another library reads them.
async fn verified(emulator: &Emulator, token: &str) -> Value {
    let set: JwkSet =
        serde_json::from_value(get(emulator, "/.well-known/jwks.json").await).unwrap();
    assert_eq!(set.keys.len(), 1);
    let key = DecodingKey::from_jwk(&set.keys[0]).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["app"]);
    validation.set_issuer(&[emulator.auth_url()]);
    decode::<Value>(token, &key, &validation).unwrap().claims
}

#[actix_web::test]
async fn discovery_has_the_members_that_propelauth_has() {
    let (emulator, _) = start().await;
    let found = get(&emulator, "/.well-known/openid-configuration").await;
    let at = |path: &str| format!("{}{path}", emulator.auth_url());
    // As recorded of three projects.
    let recorded = json!({
        "authorization_endpoint": format!("{}/propelauth/oauth/authorize", emulator.pages_url()),
        "claims_supported": [
            "email", "email_verified", "exp", "first_name", "last_name", "iat", "iss", "picture_url",
        ],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": emulator.auth_url(),
        "jwks_uri": at("/.well-known/jwks.json"),
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "email", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": at("/propelauth/oauth/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": at("/propelauth/oauth/userinfo"),
    });
    assert_eq!(found, recorded);
}

#[actix_web::test]
async fn an_id_token_tells_who_has_logged_in_and_verifies() {
    let (emulator, alice) = start().await;
    let auth = emulator.propel_auth().await.unwrap();
    let update = auth.user().update_user_metadata(&alice);
    update.first_name("Alice").last_name("Ö").await.unwrap();
    for (scope, has_email, has_name) in [
        ("openid", false, false),
        ("openid email", true, false),
        ("profile openid", false, true),
        (
            "openid email profile offline_access unknown openid",
            true,
            true,
        ),
    ] {
        let tokens = tokens(&emulator, &alice, &[("scope", scope), ("nonce", "n-1")]).await;
        let claims = verified(&emulator, text(&tokens, "id_token")).await;
        assert_eq!(claims["sub"], json!(alice.id()));
        assert_eq!(claims["nonce"], "n-1");
        assert!(claims["auth_time"].as_i64().unwrap() <= claims["iat"].as_i64().unwrap());
        assert_eq!(claims["email"] == "alice@example.com", has_email, "{scope}");
        assert_eq!(claims["email_verified"].is_boolean(), has_email, "{scope}");
        assert_eq!(claims["first_name"] == "Alice", has_name, "{scope}");
        assert_eq!(claims["last_name"] == "Ö", has_name, "{scope}");
        let granted = text(&tokens, "scope").split(' ').count();
        assert_eq!(granted, 1 + usize::from(has_email) + usize::from(has_name));
    }
    // After a rotation, the set has the new key.
    emulator.rotate_signing_key();
    let tokens = tokens(&emulator, &alice, &[("scope", "openid")]).await;
    let claims = verified(&emulator, text(&tokens, "id_token")).await;
    assert!(claims["nonce"].is_null() && claims["email"].is_null());
}

#[actix_web::test]
async fn the_time_of_the_login_is_that_of_the_browser() {
    let (emulator, alice) = start().await;
    emulator.freeze_clock(emulator.now());
    let (begun, cookie) = (emulator.now(), cookie(&alice));
    emulator.advance_clock(std::time::Duration::from_secs(500));
    let code = code(&emulator, &cookie, &[("scope", "openid")]).await;
    let tokens = post_form(&emulator, &exchange(&code)).await.json();
    let payload = text(&tokens, "id_token").split('.').nth(1).unwrap();
    let payload =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload);
    let claims: Value = serde_json::from_slice(&payload.unwrap()).unwrap();
    assert_eq!(claims["auth_time"], json!(begun));
    assert_eq!(claims["iat"], json!(begun + 500));
}

#[actix_web::test]
async fn an_access_token_tells_its_user() {
    let (emulator, alice) = start().await;
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    let tokens = tokens(&emulator, &alice, &[("scope", "openid email")]).await;
    let header = format!("bearer {}", text(&tokens, "access_token"));
    for method in ["GET", "POST"] {
        let headers = [
            ("authorization", header.as_str()),
            ("origin", "http://localhost:3000"),
        ];
        let answer = ask(&emulator, method, USERINFO, &headers, "").await;
        assert_eq!(answer.status, 200);
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, Some("http://localhost:3000"));
        let info = answer.json();
        for (name, value) in [
            ("sub", json!(alice.id())),
            ("user_id", json!(alice.id())),
            ("email", json!("alice@example.com")),
            ("email_confirmed", json!(false)),
            ("email_verified", json!(false)),
            ("can_create_orgs", json!(true)),
        ] {
            assert_eq!(info[name], value, "{name}");
        }
        let org = &info["org_id_to_org_info"][acme.as_str()];
        assert_eq!(
            (&org["org_name"], &org["user_role"]),
            (&json!("Acme Inc"), &json!("Owner"))
        );
    }
    // Any access token of the project will do.
    let of_login = format!("Bearer {}", alice.log_in().unwrap());
    let headers = [("authorization", of_login.as_str())];
    assert_eq!(
        ask(&emulator, "GET", USERINFO, &headers, "").await.status,
        200
    );
    let preflight = [
        ("origin", "http://localhost:3000"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    let answer = ask(&emulator, "OPTIONS", USERINFO, &preflight, "").await;
    let allowed = answer.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("authorization"), "{allowed}");
}

#[actix_web::test]
async fn what_is_no_access_token_of_this_project_tells_nothing() {
    let (emulator, alice) = start().await;
    let other = Emulator::start().await.unwrap();
    let stranger = other.create_user("alice@example.com").unwrap();
    let tokens = tokens(&emulator, &alice, &[("scope", "openid")]).await;
    let access = text(&tokens, "access_token");
    let broken = format!("{}A", &access[..access.len() - 1]);
    let status = async |header: &str| {
        let headers = [("authorization", header)];
        let answer = ask(&emulator, "GET", USERINFO, &headers, "").await;
        let challenge = answer.header("www-authenticate").map(str::to_owned);
        assert_eq!(challenge.is_some(), answer.status == 401);
        answer.status
    };
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer ..",
        &format!("Basic {access}"),
        &format!("Bearer {broken}{broken}"),
        &format!("Bearer {access} {access}"),
        &format!("Bearer {}", text(&tokens, "id_token")),
        &format!("Bearer {}", text(&tokens, "refresh_token")),
        &format!("Bearer {}", emulator.api_key()),
        &format!("Bearer {}", stranger.log_in().unwrap()),
    ] {
        assert_eq!(status(header).await, 401, "{header}");
    }
    let bare = ask(&emulator, "GET", USERINFO, &[], "").await;
    assert_eq!(
        bare.header("www-authenticate"),
        Some("Bearer realm=\"propelauth\"")
    );
    let header = format!("Bearer {access}");
    let twice = [
        ("authorization", header.as_str()),
        ("authorization", "Bearer x"),
    ];
    assert_eq!(
        ask(&emulator, "GET", USERINFO, &twice, "").await.status,
        401
    );

    assert_eq!(status(&header).await, 200);
    let auth = emulator.propel_auth().await.unwrap();
    auth.user().disable_user(&alice).await.unwrap();
    assert_eq!(status(&header).await, 401);
    auth.user().enable_user(&alice).await.unwrap();
    emulator.advance_clock(std::time::Duration::from_secs(1801));
    assert_eq!(status(&header).await, 401, "expired");
    let header = format!("Bearer {}", alice.log_in().unwrap());
    auth.user().delete_user(&alice).await.unwrap();
    assert_eq!(status(&header).await, 401, "deleted");
}
