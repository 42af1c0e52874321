//! Every way in which a call can fail is told apart from the others, and none shows a secret.

use std::{
    error::Error as _,
    io::Write as _,
    net::TcpListener,
    time::{Duration, Instant},
};

use super::{KEY, client, server::Canned, settings};
use crate::{
    api::{CreateAccessTokenRefusal, NotFound},
    client::{Client, ClientSettings, Error, Found as _, Sent, SettingsError},
    id::UserId,
};

/// What a failed fetch of a user gives.
async fn failure(url: &str) -> Error<NotFound> {
    let client = client(url);
    let call = client.user().fetch_user_metadata_by_user_id("some-id");
    call.await.unwrap_err()
}

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
        .found()
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
        assert!(matches!(error, Error::WrongIntegrationKey), "{error:?}");
        assert!(error.to_string().contains("401"));
    }
    for (status, body) in [("404 Not Found", json), ("404 Not Found", "")] {
        let error = failure(&Canned::http(status, "", body).url).await;
        assert!(matches!(error, Error::Refused(NotFound::NotFound)) && error.is_not_found());
    }
    let error = failure(&Canned::http("426 Upgrade Required", "", json).url).await;
    assert!(matches!(error, Error::OrgsNotEnabled), "{error:?}");

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
async fn waits_are_passed_on() {
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
                sent: Sent::Yes,
                ..
            } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[actix_web::test]
async fn redirects_are_not_followed() {
    let elsewhere = Canned::http("200 OK", "", "{}");
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: {}/login?secret=1\r\n", elsewhere.url);
        let error = failure(&Canned::http(status, &location, "").url).await;
        let Error::Redirect { to, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(to.as_deref(), Some(elsewhere.url.as_str()));
        assert!(!error.to_string().contains("secret"));
    }
    assert!(elsewhere.requests().is_empty());
}

#[actix_web::test]
async fn one_timeout_covers_head_and_body() {
    let silent = Canned::with(|_| std::thread::sleep(Duration::from_secs(3)));
    let trickling = Canned::with(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        for _ in 0..30 {
            let _ = stream.write_all(b" ");
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    for server in [silent, trickling] {
        let after = Duration::from_millis(300);
        let settings = ClientSettings {
            request_timeout: after,
            ..settings(&server.url)
        };
        let client = Client::new(settings).unwrap();
        let start = Instant::now();
        let error = client
            .user()
            .create_user("a@example.com")
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Timeout { after: it } if it == after),
            "{error:?}"
        );
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[actix_web::test]
async fn a_reply_that_is_too_long_is_not_read() {
    let long = " ".repeat(1001);
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{long}\r\n0\r\n\r\n");
    for server in [Canned::http("200 OK", "", &long), Canned::new(chunked)] {
        let error = failure(&server.url).await;
        assert!(
            matches!(error, Error::TooLarge { limit: 1000 }),
            "{error:?}"
        );
    }
}

#[actix_web::test]
async fn what_a_broken_connection_means_for_the_request_is_told() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cut_off = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"user_id\"";
    for (url, expected) in [
        (format!("http://127.0.0.1:{port}"), Sent::No),
        ("http://no-such-host.invalid".to_owned(), Sent::No),
        (Canned::new("").url.clone(), Sent::Maybe),
        (Canned::new("HTTP/1.1 200").url.clone(), Sent::Maybe),
        (Canned::new(cut_off).url.clone(), Sent::Yes),
    ] {
        let error = failure(&url).await;
        let Error::Unavailable {
            sent, status: None, ..
        } = error
        else {
            panic!("{url}: {error:?}")
        };
        assert_eq!(sent, expected, "{url}");
        assert!(error.source().is_some(), "{url}");
    }
}

#[actix_web::test]
async fn what_is_not_http_is_told() {
    for reply in [
        "nonsense\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "SSH-2.0-x\r\n",
    ] {
        let error = failure(&Canned::new(reply).url).await;
        assert!(
            matches!(error, Error::Protocol { .. }),
            "{reply:?}: {error:?}"
        );
    }
}

#[actix_web::test]
async fn a_reply_that_cannot_be_read_is_told_without_repeating_it() {
    for (body, expected) in [
        ("", "it ends too early"),
        ("<html>hunter2", "it is not JSON"),
        (r#"{"user_id":"hunter2","#, "it ends too early"),
        (r#"{"user_id":"hunter2"}"#, "missing field `email`"),
        (
            r#"{"user_id":["hunter2"],"email":""}"#,
            "not of the expected type",
        ),
        (
            r#"{"user_id":"1","email":"","created_at":"hunter2"}"#,
            "not of the expected type",
        ),
        ("\u{feff}{}", "it is not JSON"),
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

#[actix_web::test]
async fn what_cannot_be_a_path_segment_is_refused_before_connecting() {
    let server = Canned::http("200 OK", "", "{}");
    let client = client(&server.url);
    for id in ["", ".", "..", "a\nb", "a\0", "\u{85}", "\r\nX: y"] {
        let call = client
            .user()
            .fetch_user_metadata_by_user_id(UserId::from(id));
        let error = call.await.unwrap_err();
        let Error::InvalidRequest { argument, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(argument, "user_id");
    }
    assert!(server.requests().is_empty());
}

#[cfg(any(
    feature = "rustls",
    feature = "rustls-native-roots",
    feature = "openssl"
))]
#[actix_web::test]
async fn a_peer_without_tls_is_not_talked_to() {
    let server = Canned::http("200 OK", "", "{}");
    let error = failure(&server.url.replace("http:", "https:")).await;
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    assert!(error.source().is_some());
    assert!(!server.requests().join("").contains("HTTP/1.1"));
}

#[cfg(not(any(
    feature = "rustls",
    feature = "rustls-native-roots",
    feature = "openssl"
)))]
#[actix_web::test]
async fn https_without_a_tls_feature_names_the_features() {
    let error = failure("https://127.0.0.1:1").await;
    assert!(matches!(error, Error::MissingTls), "{error:?}");
    for feature in ["`rustls`", "`rustls-native-roots`", "`openssl`"] {
        assert!(error.to_string().contains(feature));
    }
}

#[test]
fn a_plain_tokio_runtime_will_do() {
    let server = Canned::http("404 Not Found", "", "");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    assert!(runtime.block_on(failure(&server.url)).is_not_found());
}

#[actix_web::test]
async fn a_thread_forgets_the_handles_that_are_gone() {
    let server = Canned::http("404 Not Found", "", "");
    for _ in 0..3 {
        failure(&server.url).await;
    }
    let kept = client(&server.url);
    let same = kept.clone();
    for client in [&kept, &same] {
        let _ = client.user().fetch_user_metadata_by_user_id("x").await;
    }
    assert_eq!(super::super::transport::clients_of_this_thread(), 1);
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
