//! A reply ends where RFC 9112 §6 says, or is an error.

use std::{
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use super::{
    USER, retrying,
    server::{Canned, read_request, reply},
};
use crate::{
    api::NotFound,
    call::Error,
    client::{Client, Delivery},
};

async fn fetch(client: &Client) -> Result<String, Error<NotFound>> {
    let call = client.user().fetch_user_metadata_by_user_id("u").await;
    call.map(|user| user.email)
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
}

#[actix_web::test]
async fn replies_of_every_form_are_read_whole() {
    let length = USER.len();
    let (first, second) = USER.split_at(7);
    let sized = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{USER}");
    for raw in [
        format!("HTTP/1.1 200 OK\r\n\r\n{USER}"),
        format!("HTTP/1.0 200 OK\r\n\r\n{USER}"),
        format!(
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: {length}\r\n\r\n{USER}"
        ),
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{USER}"),
        format!(
            "HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nConnection: upgrade\r\nContent-Length: {length}\r\n\r\n{USER}"
        ),
        format!("HTTP/1.1 100 Continue\r\n\r\n{sized}"),
        format!(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n{sized}"
        ),
        format!("{sized}excess"),
        chunked(&format!("{length:x}\r\n{USER}\r\n0\r\n\r\n")),
        chunked(&format!(
            "7;a=b\r\n{first}\r\n{:X} ; c=\"d\"\r\n{second}\r\n0;e\r\nDigest: x\r\nOther: y\r\n\r\n",
            second.len()
        )),
    ] {
        let server = Canned::new(raw.clone());
        let outcome = fetch(&retrying(&server.url)).await;
        assert_eq!(
            outcome.as_deref().unwrap_or("?"),
            "u@example.com",
            "{raw}: {outcome:?}"
        );
        assert_eq!(server.requests().len(), 1, "{raw}");
        // The same in pieces.
        let server = Canned::with(move |stream| {
            for byte in raw.as_bytes() {
                let _ = stream.write_all(&[*byte]);
            }
        });
        assert_eq!(
            fetch(&retrying(&server.url)).await.unwrap(),
            "u@example.com"
        );
    }
}

#[actix_web::test]
async fn a_reply_that_was_cut_off_is_not_taken_for_whole() {
    let length = USER.len();
    for raw in [
        chunked(&format!("{length:x}\r\n{USER}\r\n")),
        chunked(&format!("{length:x}\r\n{USER}")),
        chunked(&format!("{length:x}\r\n{USER}\r\n0\r\n")),
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{USER}",
            length + 1
        ),
    ] {
        let server = Canned::new(raw.clone());
        let client = retrying(&server.url);
        let error = fetch(&client).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Unavailable {
                    delivery: Delivery::Delivered,
                    ..
                }
            ),
            "{raw}: {error:?}"
        );
        let error = client.user().create_user("a@b.c").await.unwrap_err();
        assert!(
            error.to_string().contains("the request was received"),
            "{error}"
        );
        assert_eq!(server.requests().len(), 3 + 1, "{raw}");
    }
}

#[actix_web::test]
async fn what_cannot_be_one_reply_is_an_error_at_once() {
    let body = format!("Content-Length: 2\r\n\r\n{{}}{USER}");
    let interim = "HTTP/1.1 102 Processing\r\n\r\n".repeat(17);
    for raw in [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"
            .to_owned(),
        interim,
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{body}"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{USER}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n{body}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{body}"),
        "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}".to_owned(),
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        chunked("-1\r\n\r\n"),
        chunked("ffffffffffffffffff\r\n"),
        chunked("2\r\n{}x\r\n0\r\n\r\n"),
        chunked("2\n{}\n0\n\n"),
    ] {
        let server = Canned::with({
            let raw = raw.clone();
            move |stream| {
                let _ = stream.write_all(raw.as_bytes());
                thread::sleep(Duration::from_secs(3));
            }
        });
        let client = retrying(&server.url);
        let start = Instant::now();
        let error = fetch(&client).await.unwrap_err();
        assert!(matches!(error, Error::Protocol { .. }), "{raw}: {error:?}");
        let error = client.user().create_user("a@b.c").await.unwrap_err();
        assert!(
            error.to_string().contains("may have been received"),
            "{error}"
        );
        assert!(start.elapsed() < Duration::from_secs(2), "{raw}");
        assert_eq!(server.requests().len(), 2, "{raw}");
    }
}

#[actix_web::test]
async fn a_reply_without_a_body_ends_with_its_head() {
    for status in ["204 No Content", "304 Not Modified"] {
        for framing in ["Content-Length: 7", "Transfer-Encoding: chunked"] {
            let server = Canned::with(move |stream| {
                let _ =
                    stream.write_all(format!("HTTP/1.1 {status}\r\n{framing}\r\n\r\n").as_bytes());
                thread::sleep(Duration::from_secs(3));
            });
            let client = retrying(&server.url);
            let start = Instant::now();
            let outcome = client.org().add_user_to_org("u", "o", "Admin").await;
            assert_eq!(outcome.is_ok(), status.starts_with("204"), "{outcome:?}");
            assert!(
                start.elapsed() < Duration::from_secs(2),
                "{status} {framing}"
            );
        }
    }
}

#[actix_web::test]
async fn what_comes_after_a_reply_answers_no_other_request() {
    let smuggled = r#"{"user_id":"x","email":"smuggled@example.com"}"#;
    let smuggled = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{smuggled}",
        smuggled.len()
    );
    let no_content = "HTTP/1.1 204 No Content\r\nContent-Length: 99\r\n\r\n";
    let length = USER.len();
    for first in [
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{USER}{smuggled}"),
        chunked(&format!("{length:x}\r\n{USER}\r\n0\r\n\r\n{smuggled}")),
        format!("{no_content}{smuggled}"),
    ] {
        let server = Canned::raw(move |stream, requests| {
            loop {
                let request = read_request(stream);
                if request.is_empty() {
                    return;
                }
                let is_first = {
                    let mut requests = requests.lock().unwrap();
                    requests.push(request);
                    requests.len() == 1
                };
                let user = reply("200 OK", "", USER);
                let _ = stream.write_all(if is_first {
                    first.as_bytes()
                } else {
                    user.as_bytes()
                });
            }
        });
        let client = retrying(&server.url);
        let _ = fetch(&client).await;
        thread::sleep(Duration::from_millis(50));
        assert_eq!(fetch(&client).await.unwrap(), "u@example.com");
    }
}
