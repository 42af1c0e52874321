//! When a call is sent again, and when it is not.

use std::{
    io::Write as _,
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use super::{
    USER, retrying,
    server::{Canned, read_request, reply, reply_and_stay},
    settings,
};
use crate::{
    call::Error,
    client::{Client, Delivery, per_thread},
};

async fn fetch(client: &Client) -> Result<String, Error<crate::api::NotFound>> {
    let call = client.user().fetch_user_metadata_by_user_id("u").await;
    call.map(|user| user.email)
}

#[actix_web::test]
async fn unsent_requests_are_retried_in_every_class() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for url in [
        &format!("http://127.0.0.1:{port}"),
        "http://no-such-host.invalid",
    ] {
        let client = retrying(url);
        let error = client
            .user()
            .create_user("a@example.com")
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Unavailable {
                    delivery: Delivery::NotSent,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(
            per_thread::circuit_breaker(client.config()).budget(),
            90,
            "{url}"
        );
    }
}

#[actix_web::test]
async fn a_server_that_comes_back_in_time_is_enough() {
    let user = reply("200 OK", "", USER);
    let server = Canned::in_turn(&["", &reply("503 Service Unavailable", "", ""), &user]);
    assert_eq!(
        fetch(&retrying(&server.url)).await.unwrap(),
        "u@example.com"
    );
    assert_eq!(server.requests().len(), 3);
}

/// Answers the first request of each connection, reads the second, and closes.
fn keeps_alive_once() -> Canned {
    Canned::raw(|stream, requests| {
        requests.lock().unwrap().push(read_request(stream));
        let _ = stream.write_all(reply_and_stay("200 OK", "", USER).as_bytes());
        let second = read_request(stream);
        if !second.is_empty() {
            requests.lock().unwrap().push(second);
        }
    })
}

#[actix_web::test]
async fn a_creation_over_a_stale_connection_reaches_the_server_once() {
    let server = keeps_alive_once();
    let client = retrying(&server.url);
    fetch(&client).await.unwrap();
    let error = client
        .user()
        .create_user("a@example.com")
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unavailable {
                delivery: Delivery::Unknown,
                ..
            }
        ),
        "{error:?}"
    );
    thread::sleep(Duration::from_millis(300));
    let requests = server.requests();
    assert_eq!(
        requests.iter().filter(|it| it.starts_with("POST")).count(),
        1
    );
    assert_eq!(requests.len(), 2);

    // A change to a value may go again, over a new connection.
    let server = keeps_alive_once();
    let client = retrying(&server.url);
    fetch(&client).await.unwrap();
    client
        .org()
        .change_user_role_in_org("u", "o", "Admin")
        .await
        .unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[actix_web::test]
async fn a_short_wait_that_is_asked_for_is_sat_out() {
    let user = reply("200 OK", "", USER);
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let server = Canned::in_turn(&[&reply(status, "Retry-After: 1\r\n", ""), &user]);
        let client = retrying(&server.url);
        let start = Instant::now();
        fetch(&client).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(1), "{status}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[actix_web::test]
async fn retry_after_is_bounded() {
    const DAY: u64 = 86_400;
    for (value, attempts, told) in [
        ("0", 3, Some(0)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 3, Some(0)),
        ("-1", 3, None),
        ("NaN", 3, None),
        ("1.5", 3, None),
        ("1, 2", 3, None),
        ("soon", 3, None),
        ("", 3, None),
        ("6", 1, Some(6)),
        ("99999999999", 1, Some(DAY)),
        ("99999999999999999999999999", 1, Some(DAY)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1, Some(DAY)),
    ] {
        let header = format!("Retry-After: {value}\r\n");
        let server = Canned::http("429 Too Many Requests", &header, "");
        let start = Instant::now();
        let error = fetch(&retrying(&server.url)).await.unwrap_err();
        assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
        assert_eq!(
            error.retry_after(),
            told.map(Duration::from_secs),
            "{value}"
        );
        assert_eq!(server.requests().len(), attempts, "{value}");
        assert!(start.elapsed() < Duration::from_secs(3), "{value}");
    }
}

#[actix_web::test]
async fn a_retry_fits_the_deadline_or_is_not_made() {
    // A wait that would be sat out, were there time for it.
    let server = Canned::http("503 Service Unavailable", "Retry-After: 2\r\n", "");
    let client = retrying(&server.url);
    let start = Instant::now();
    let call = client.user().fetch_user_metadata_by_user_id("u");
    let error = call.timeout(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    assert!(start.elapsed() < Duration::from_secs(1));

    // Attempts that would each have more time than is left.
    let server = Canned::with(|_| thread::sleep(Duration::from_secs(3)));
    let client = Client::new(settings(&server.url).with(|it| {
        it.max_retries = 9;
        it.request_timeout = Duration::from_millis(700);
    }));
    let start = Instant::now();
    let error = fetch(&client.unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(server.requests().len(), 1);

    for time in [Duration::ZERO, Duration::MAX] {
        let server = Canned::http("404 Not Found", "", "");
        let client = retrying(&server.url);
        let call = client
            .user()
            .fetch_user_metadata_by_user_id("u")
            .timeout(time);
        let is_timeout = matches!(call.await, Err(Error::Timeout { .. }));
        assert_eq!(is_timeout, time.is_zero());
        let sent = server.requests().len();
        assert_eq!(sent, usize::from(!time.is_zero()), "{time:?}");
    }
}

#[actix_web::test]
async fn the_reply_after_an_interim_one_is_the_reply() {
    // The final reply to the first request comes late, when the second is under way.
    let server = Canned::raw(|stream, requests| {
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(String::new());
            requests.len()
        };
        read_request(stream);
        if number == 1 {
            let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            thread::sleep(Duration::from_millis(100));
            let _ =
                stream.write_all(reply_and_stay("200 OK", "", r#"{"user_id":"first"}"#).as_bytes());
            thread::sleep(Duration::from_millis(300));
        } else {
            thread::sleep(Duration::from_millis(200));
            let _ = stream.write_all(reply_and_stay("200 OK", "", USER).as_bytes());
        }
    });
    let client = retrying(&server.url);
    let created = client.user().create_user("a@example.com").await.unwrap();
    assert_eq!(created.user_id.as_str(), "first");
    assert_eq!(fetch(&client).await.unwrap(), "u@example.com");
    assert_eq!(server.requests().len(), 2);
}
