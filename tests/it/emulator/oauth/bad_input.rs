//! Bad input of every kind to every request: a clear answer, and nothing changed.

use super::{
    AUTHORIZE, FORM, REQUEST, TOKEN, USERINFO, ask, browse, code, cookie, encoded, exchange,
    post_form, redirected, start,
};

const ROUTES: [(&str, &str); 9] = [
    ("GET", "/propelauth/ssr/authorize"),
    ("POST", "/propelauth/ssr/token"),
    ("POST", "/api/backend/v1/refresh_token"),
    ("POST", "/api/backend/v1/logout"),
    ("GET", AUTHORIZE),
    ("POST", TOKEN),
    ("GET", USERINFO),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/jwks.json"),
];

#[actix_web::test]
async fn every_request_survives_every_body_query_and_header() {
    let (emulator, alice) = start().await;
    let bearer = format!("Bearer {}", emulator.api_key());
    let cookie = cookie(&alice);
    let long = "a".repeat(60_000);
    let pairs = format!("{}=b&", "a".repeat(100)).repeat(500);
    let texts = [
        "",
        "&",
        "=",
        "%",
        "%zz=%ff",
        "\u{1F600}=ü",
        "a=b&a=b&a=b",
        "{\"code\":[[[[]]]]}",
        "null",
        "\"\\ud800\"",
        &long,
        &pairs,
        "redirect_uri=%00&client_id=%0d%0a&state=%ff",
        "redirect_uri=http://evil.example/%0d%0aset-cookie:a=b&state=%0d%0a",
        "grant_type=authorization_code&code=%ff&redirect_uri=&client_id=app&client_secret=secret",
    ];
    let before = emulator.snapshot();
    for (method, path) in ROUTES {
        for text in texts {
            for content_type in [
                FORM,
                "application/json",
                "text/plain",
                "x",
                "multipart/form-data; boundary=x",
            ] {
                let query: String = text.chars().filter(char::is_ascii).take(8000).collect();
                let query = query.replace([' ', '"', '\\', '{', '}', '[', ']', '%'], "");
                let path = format!("{path}?{query}");
                let headers = [
                    ("content-type", content_type),
                    ("authorization", bearer.as_str()),
                    ("cookie", cookie.as_str()),
                ];
                let body = if method == "POST" { text } else { "" };
                let answer = ask(&emulator, method, &path, &headers, body).await;
                assert!(answer.status < 500, "{method} {path} {text} {content_type}");
                assert!(answer.header("set-cookie").is_none());
            }
        }
    }
    assert_eq!(emulator.snapshot(), before, "a refusal changed something");
}

#[actix_web::test]
async fn another_method_is_not_answered() {
    let (emulator, _) = start().await;
    for (method, path) in ROUTES {
        for other in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if other == method || path == USERINFO && other == "POST" {
                continue;
            }
            let answer = ask(&emulator, other, path, &[], "").await;
            assert!(
                [404, 405, 501].contains(&answer.status),
                "{other} {path} {}",
                answer.status
            );
        }
    }
}

#[actix_web::test]
async fn a_form_is_a_form_in_the_body() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    let code = code(&emulator, &cookie, &[]).await;
    let fit = exchange(&code);
    for content_type in [
        "",
        "application/json",
        "text/plain",
        "application/x-www-form-urlencode",
    ] {
        let headers = [("content-type", content_type)];
        let answer = ask(&emulator, "POST", TOKEN, &headers, encoded(&fit)).await;
        assert_eq!(answer.status, 400, "{content_type}");
        assert_eq!(answer.json()["error"], "invalid_request");
    }
    // A secret in a URL ends up in logs.
    let path = format!("{TOKEN}?{}", encoded(&fit));
    let headers = [("content-type", FORM)];
    assert_eq!(
        ask(&emulator, "POST", &path, &headers, "").await.status,
        400
    );
    assert_eq!(
        ask(&emulator, "POST", &path, &headers, encoded(&fit))
            .await
            .status,
        400
    );
    for name in [
        "grant_type",
        "code",
        "redirect_uri",
        "client_id",
        "client_secret",
    ] {
        let mut twice = fit.to_vec();
        let pair = *fit.iter().find(|(found, _)| *found == name).unwrap();
        twice.push(pair);
        let answer = post_form(&emulator, &twice).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{name}"
        );
    }
    let headers = [(
        "content-type",
        "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
    )];
    let answer = ask(&emulator, "POST", TOKEN, &headers, encoded(&fit)).await;
    assert_eq!(answer.status, 200);
}

#[actix_web::test]
async fn a_state_cannot_change_the_response() {
    let (emulator, alice) = start().await;
    let cookie = cookie(&alice);
    for state in [
        "\r\nset-cookie: a=b",
        "&code=x#",
        "\u{0}\u{7f}ü",
        "%0d%0a",
        "a b+c",
    ] {
        let query = super::with(&REQUEST, &[("state", state)]);
        let answer = browse(&emulator, AUTHORIZE, &query, &cookie).await;
        let (_, parameters) = redirected(&answer);
        assert_eq!(parameters["state"], state);
        assert_eq!(parameters["code"].len(), 64);
        assert_eq!(answer.header("set-cookie"), None);
    }
}
