//! What is sent is what it should be, and what each reply means is told: the status first.

use std::time::Duration;

use super::{KEY, client, failure, server::Canned, settings};
use crate::{
    api::{CreateAccessTokenRefusal, NotFound},
    call::{Error, OptionalExt as _},
    client::{Client, ClientSettings, Delivery, SettingsError},
};

#[actix_web::test]
async fn requests_carry_the_key_the_environment_and_nothing_that_compresses() {
    let server = Canned::http("204 No Content", "", "");
    let client = client(&server.url);
    let call = client.org().add_user_to_org("u", "o", "Admin");
    call.additional_roles(["Billing"]).await.unwrap();

    let requests = server.requests();
    let request = requests[0].to_lowercase();
    assert!(
        request.starts_with("post /api/backend/v1/org/add_user http/1.1\r\n"),
        "{request}"
    );
    for header in [
        &format!("authorization: bearer {KEY}"),
        "x-propelauth-url: auth.example.com",
        "content-type: application/json",
        concat!(
            "user-agent: actix-web-propelauth/",
            env!("CARGO_PKG_VERSION")
        ),
    ] {
        assert!(
            request.contains(&format!("\r\n{header}\r\n")),
            "{header} in {request}"
        );
    }
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        assert!(
            !request.contains(&format!("accept-encoding: {encoding}")),
            "{request}"
        );
    }
    let body = requests[0].split("\r\n\r\n").nth(1).unwrap();
    assert_eq!(
        body,
        r#"{"additional_roles":["Billing"],"org_id":"o","role":"Admin","user_id":"u"}"#
    );
}

#[actix_web::test]
async fn a_path_in_the_base_url_is_kept() {
    let server = Canned::http("404 Not Found", "", "");
    let client = client(&format!("{}/proxy/", server.url));
    let user = client
        .user()
        .fetch_user_metadata_by_user_id("ü/%2F +")
        .await
        .optional()
        .unwrap();
    assert_eq!(user, None);
    let line = server.requests()[0].lines().next().unwrap().to_owned();
    assert_eq!(
        line,
        "GET /proxy/api/backend/v1/user/%C3%BC%2F%252F%20%2B HTTP/1.1"
    );
}

#[actix_web::test]
async fn the_status_decides_before_the_body_does() {
    let json = r#"{"error_code":"unauthorized","email":["is odd"]}"#;
    for (status, body) in [("401 Unauthorized", json), ("401 Unauthorized", "<html>")] {
        let error = failure(&Canned::http(status, "", body).url).await;
        assert!(matches!(error, Error::InvalidApiKey), "{error:?}");
        assert!(error.to_string().contains("401"));
    }
    for (status, body) in [("404 Not Found", json), ("404 Not Found", "")] {
        let error = failure(&Canned::http(status, "", body).url).await;
        assert!(matches!(error, Error::Refused(NotFound::NotFound)) && error.is_not_found());
    }
    let error = failure(&Canned::http("426 Upgrade Required", "", json).url).await;
    assert!(matches!(error, Error::OrgsNotEnabled), "{error:?}");
    let error = failure(&Canned::http("413 Payload Too Large", "", json).url).await;
    assert!(matches!(error, Error::PayloadTooLarge), "{error:?}");

    let error = failure(&Canned::http("400 Bad Request", "", r#"{"email":["is odd"]}"#).url).await;
    assert_eq!(error.field_errors().unwrap().get("email"), ["is odd"]);
    let error = failure(&Canned::http("400 Bad Request", "", "bad request").url).await;
    assert!(error.field_errors().unwrap().is_empty());

    let error =
        failure(&Canned::http("500 Internal Server Error", "", r#"{"error_code":"x_y"}"#).url)
            .await;
    let Error::UnexpectedStatus {
        status: 500,
        error_code,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(error_code.as_deref(), Some("x_y"));
}

#[actix_web::test]
async fn a_refusal_is_the_operations_own() {
    for (status, expected, is_not_found) in [
        (
            "403 Forbidden",
            CreateAccessTokenRefusal::UserNotFound,
            true,
        ),
        ("404 Not Found", CreateAccessTokenRefusal::NotEnabled, false),
    ] {
        let client = client(&Canned::http(status, "", "{}").url);
        let error = client
            .access_token()
            .create_access_token("u", 5)
            .await
            .unwrap_err();
        assert_eq!(error.is_not_found(), is_not_found);
        let Error::Refused(refusal) = error else {
            panic!("{error:?}")
        };
        assert_eq!(refusal, expected);
    }
}

#[actix_web::test]
async fn retry_after_is_exposed_on_errors() {
    for (status, headers, body, seconds) in [
        (
            "429 Too Many Requests",
            "Retry-After: 7\r\n",
            "slow down",
            Some(7),
        ),
        (
            "429 Too Many Requests",
            "",
            r#"{"wait_seconds":12.0}"#,
            Some(12),
        ),
        ("429 Too Many Requests", "", r#"{"wait_seconds":-1}"#, None),
        (
            "429 Too Many Requests",
            "Retry-After: NaN\r\n",
            r#"{"wait_seconds":1e400}"#,
            None,
        ),
        (
            "429 Too Many Requests",
            "Retry-After: 99999999999999\r\n",
            "",
            Some(86_400),
        ),
        (
            "503 Service Unavailable",
            "Retry-After: 3\r\n",
            "<html>",
            Some(3),
        ),
    ] {
        let error = failure(&Canned::http(status, headers, body).url).await;
        assert_eq!(
            error.retry_after(),
            seconds.map(Duration::from_secs),
            "{error:?}"
        );
        match error {
            Error::RateLimited { .. } => assert!(status.starts_with("429")),
            Error::Unavailable {
                status: Some(503),
                delivery: Delivery::Delivered,
                ..
            } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[actix_web::test]
async fn a_reply_that_cannot_be_read_is_told_without_repeating_it() {
    for (body, expected) in [
        ("", "ends too early"),
        ("<html>hunter2", "not valid JSON"),
        (r#"{"user_id":"hunter2","#, "ends too early"),
        (r#"{"user_id":"hunter2"}"#, "missing field `email`"),
        (r#"{"user_id":["hunter2"],"email":""}"#, "unexpected type"),
        (
            r#"{"user_id":"1","email":"","created_at":"hunter2"}"#,
            "unexpected type",
        ),
        ("\u{feff}{}", "not valid JSON"),
    ] {
        let error = failure(&Canned::http("200 OK", "", body).url).await;
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
        assert!(
            !format!("{error:?} {message}").contains("hunter2"),
            "{message}"
        );
    }
    for reply in ["204 No Content", "200 OK"] {
        let client = client(&Canned::http(reply, "", "").url);
        client
            .org()
            .add_user_to_org("u", "o", "Member")
            .await
            .unwrap();
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    for url in [
        "ftp://example.com",
        "https://u:p@example.com",
        "https://example.com/?a",
        "data:x",
    ] {
        let result = Client::new(settings(url));
        assert!(matches!(result, Err(SettingsError::BaseUrl)), "{url}");
    }
    for key in ["", "a b", "a\r\nX: y", "ключ"] {
        let settings = ClientSettings {
            api_key: key.into(),
            ..settings("https://example.com")
        };
        assert!(
            matches!(Client::new(settings), Err(SettingsError::ApiKey)),
            "{key:?}"
        );
    }
}

#[actix_web::test]
async fn the_key_is_never_printed() {
    let server = Canned::http("401 Unauthorized", "", KEY);
    let client = client(&server.url);
    let call = client.user().create_user("a@example.com").password(KEY);
    let shown = format!(
        "{client:?} {client:#?} {call:?} {:?}",
        settings(&server.url)
    );
    let error = call.await.unwrap_err();
    assert!(!format!("{shown} {error:?} {error:#?} {error}").contains(KEY));
}
