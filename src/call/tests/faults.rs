//! Whatever goes wrong on the way is told apart from everything else.

use std::{
    error::Error as _,
    io::Write as _,
    net::TcpListener,
    time::{Duration, Instant},
};

use super::{client, failure, server::Canned, settings};
use crate::{
    call::Error,
    client::{Client, Delivery},
    words::ids::UserId,
};

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
        let settings = settings(&server.url).with(|it| {
            it.request_timeout = after;
        });
        let client = Client::new(settings).unwrap();
        let start = Instant::now();
        let error = client
            .user()
            .create_user("a@example.com")
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Timeout { after: it, .. } if it == after),
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
            matches!(error, Error::ResponseTooLarge { limit: 1000, .. }),
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
        (format!("http://127.0.0.1:{port}"), Delivery::NotSent),
        ("http://no-such-host.invalid".to_owned(), Delivery::NotSent),
        (Canned::new("").url.clone(), Delivery::Unknown),
        (Canned::new("HTTP/1.1 200").url.clone(), Delivery::Unknown),
        (Canned::new(cut_off).url.clone(), Delivery::Delivered),
    ] {
        let error = failure(&url).await;
        let Error::Unavailable {
            delivery,
            status: None,
            ..
        } = error
        else {
            panic!("{url}: {error:?}")
        };
        assert_eq!(delivery, expected, "{url}");
        assert!(error.source().is_some(), "{url}");
    }
}

#[actix_web::test]
async fn what_is_not_http_is_told() {
    for reply in ["nonsense\r\n\r\n", "SSH-2.0-x\r\n"] {
        let error = failure(&Canned::new(reply).url).await;
        assert!(
            matches!(error, Error::Protocol { .. }),
            "{reply:?}: {error:?}"
        );
    }
}

#[actix_web::test]
async fn what_cannot_be_a_path_segment_is_refused_before_connecting() {
    let server = Canned::http("200 OK", "", "{}");
    let client = client(&server.url);
    let ids = [
        "", ".", "..", "../x", "a/../b", "x/.", "..\\x", "a\nb", "a\0", "\u{85}", "\r\nX: y",
    ];
    for id in ids {
        let call = client
            .user()
            .fetch_user_metadata_by_user_id(UserId::from(id));
        let error = call.await.unwrap_err();
        let Error::InvalidArgument { argument, .. } = &error else {
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
    assert_eq!(crate::client::per_thread::count(), 1);
}
