//! Every way in which a server misbehaves, on a real socket: what the error says, and how often a
//! read and a creation are sent.

use std::{
    fmt,
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use super::{USER, impatient, retrying, server::Canned, server::reply};
use crate::{
    call::Error,
    client::{Client, Delivery},
};

/// Asserts what a read and a creation give, and how often each reaches the server.
async fn assert_sent(
    name: &str,
    server: impl Fn() -> Canned,
    counts: [usize; 2],
    is_expected: impl Fn(&Failure) -> bool,
) {
    assert_sent_by(retrying, name, server, counts, is_expected).await;
}

async fn assert_sent_by(
    client_of: fn(&str) -> Client,
    name: &str,
    server: impl Fn() -> Canned,
    [reads, creations]: [usize; 2],
    is_expected: impl Fn(&Failure) -> bool,
) {
    let read = server();
    let client = client_of(&read.url);
    let call = client.user().fetch_user_metadata_by_user_id("u");
    let failure = Failure::of(call.await.unwrap_err());
    assert!(is_expected(&failure), "{name}, read: {failure:?}");
    assert_eq!(read.requests().len(), reads, "{name}, read");

    let creation = server();
    let client = client_of(&creation.url);
    let call = client.user().create_user("a@example.com");
    let failure = Failure::of(call.await.unwrap_err());
    assert!(is_expected(&failure), "{name}, creation: {failure:?}");
    assert_eq!(creation.requests().len(), creations, "{name}, creation");
}

/// What can be expected of either call's error.
#[derive(Debug, PartialEq)]
enum Failure {
    Unavailable(Delivery, Option<u16>),
    Timeout,
    RateLimited(Option<Duration>),
    Protocol,
    ResponseTooLarge,
    Redirect,
    Decode,
    WrongKey,
    Unexpected(u16),
    Other(String),
}

impl Failure {
    fn of<R: fmt::Debug>(error: Error<R>) -> Self {
        match error {
            Error::Unavailable {
                delivery, status, ..
            } => Self::Unavailable(delivery, status),
            Error::Timeout { .. } => Self::Timeout,
            Error::RateLimited { retry_after, .. } => Self::RateLimited(retry_after),
            Error::Protocol { .. } => Self::Protocol,
            Error::ResponseTooLarge { .. } => Self::ResponseTooLarge,
            Error::Redirect { .. } => Self::Redirect,
            Error::Decode(_) => Self::Decode,
            Error::InvalidApiKey => Self::WrongKey,
            Error::UnexpectedStatus { status, .. } => Self::Unexpected(status),
            other => Self::Other(format!("{other:?}")),
        }
    }
}

fn canned(reply: &str) -> impl Fn() -> Canned {
    let reply = reply.to_owned();
    move || Canned::new(reply.clone())
}

#[actix_web::test]
async fn broken_connection_reports_delivery() {
    let maybe = |failure: &Failure| *failure == Failure::Unavailable(Delivery::Unknown, None);
    let cut_off = |failure: &Failure| *failure == Failure::Unavailable(Delivery::Delivered, None);

    let closed_at_once = || Canned::raw(|_, requests| requests.lock().unwrap().push(String::new()));
    assert_sent("R05 closed before reading", closed_at_once, [3, 1], maybe).await;
    assert_sent("R06 closed after the request", canned(""), [3, 1], maybe).await;
    assert_sent(
        "R11 half a head",
        canned("HTTP/1.1 200 OK\r\nCont"),
        [3, 1],
        maybe,
    )
    .await;

    let half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"user_id\"";
    assert_sent("R10 half a body", canned(half), [3, 1], cut_off).await;
    let reset = || {
        Canned::raw(|stream, requests| {
            requests.lock().unwrap().push(String::new());
            let _ = stream.read(&mut [0]); // what is left unread makes closing a reset
            let _ = stream.write_all(half.as_bytes());
            thread::sleep(Duration::from_millis(50));
        })
    };
    assert_sent("R09 reset within a body", reset, [3, 1], cut_off).await;

    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"user_id\r\n";
    assert_sent("R10 half of the chunks", canned(chunks), [3, 1], cut_off).await;
}

#[actix_web::test]
async fn a_server_that_is_slow() {
    let wait = Duration::from_millis(2500);
    let slow_head = || Canned::with(move |_| thread::sleep(wait));
    let timeout = |failure: &Failure| *failure == Failure::Timeout;
    assert_sent_by(impatient, "R07 a slow head", slow_head, [3, 1], timeout).await;
    let slow_body = || {
        Canned::with(|stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n");
            for _ in 0..30 {
                let _ = stream.write_all(b" ");
                thread::sleep(Duration::from_millis(100));
            }
        })
    };
    assert_sent_by(impatient, "R08 a slow body", slow_body, [3, 1], timeout).await;
}

#[actix_web::test]
async fn transient_statuses_are_retried_by_class() {
    for (status, reads, creations, expected) in [
        ("408 Request Timeout", 3, 1, Failure::Unexpected(408)),
        ("429 Too Many Requests", 3, 1, Failure::RateLimited(None)),
        ("500 Internal Server Error", 3, 1, Failure::Unexpected(500)),
        (
            "502 Bad Gateway",
            3,
            1,
            Failure::Unavailable(Delivery::Delivered, Some(502)),
        ),
        (
            "503 Service Unavailable",
            3,
            1,
            Failure::Unavailable(Delivery::Delivered, Some(503)),
        ),
        (
            "504 Gateway Timeout",
            3,
            1,
            Failure::Unavailable(Delivery::Delivered, Some(504)),
        ),
        ("501 Not Implemented", 1, 1, Failure::Unexpected(501)),
        ("401 Unauthorized", 1, 1, Failure::WrongKey),
        ("418 I'm a teapot", 1, 1, Failure::Unexpected(418)),
    ] {
        let html = reply(status, "Content-Type: text/html\r\n", "<html>");
        assert_sent(status, canned(&html), [reads, creations], |it| {
            *it == expected
        })
        .await;
    }
}

#[actix_web::test]
async fn a_redirect_is_an_answer() {
    for status in ["301", "302", "303", "307", "308"] {
        let redirect = reply(status, "Location: http://127.0.0.1:1/x\r\n", "");
        assert_sent(status, canned(&redirect), [1, 1], |it| {
            *it == Failure::Redirect
        })
        .await;
    }
}

#[actix_web::test]
async fn malformed_http_is_a_protocol_error() {
    let protocol = |failure: &Failure| *failure == Failure::Protocol;
    let lost = |failure: &Failure| *failure == Failure::Unavailable(Delivery::Unknown, None);
    for interim in ["100 Continue", "103 Early Hints"] {
        let name = format!("R20 {interim}");
        let interim = format!("HTTP/1.1 {interim}\r\n\r\n");
        assert_sent(&name, canned(&interim), [3, 1], lost).await;
    }
    let many = "X: y\r\n".repeat(97);
    let long = format!("X: {}\r\n", "y".repeat(200_000));
    for (name, text) in [
        ("R21 garbage", "nonsense\r\n\r\n".to_owned()),
        ("R21 HTTP/0.9", "<html>hello\r\n\r\n".to_owned()),
        (
            "R21 two lengths",
            reply("200 OK", "Content-Length: 1\r\n", "{}"),
        ),
        (
            "R21 a length that is none",
            reply("200 OK", "Content-Length: x\r\n", "{}"),
        ),
        ("R22 97 headers", reply("200 OK", &many, "{}")),
        ("R22 a header of 200 kB", reply("200 OK", &long, "{}")),
    ] {
        assert_sent(name, canned(&text), [1, 1], protocol).await;
    }
}

#[actix_web::test]
async fn a_body_that_is_not_what_is_due() {
    let decode = |failure: &Failure| *failure == Failure::Decode;
    for (name, text) in [
        (
            "R12 HTML",
            reply("200 OK", "Content-Type: text/html\r\n", "<html>"),
        ),
        (
            "R14 no content",
            "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        ),
        ("R14 nothing", reply("200 OK", "", "")),
        ("another type", reply("200 OK", "", "[]")),
        // It is not inflated, however small it is and large it would be.
        (
            "R18 gzip",
            reply("200 OK", "Content-Encoding: gzip\r\n", "\u{1f}\u{8b}"),
        ),
        (
            "R18 brotli",
            reply("200 OK", "Content-Encoding: br\r\n", "\u{1}\u{2}"),
        ),
    ] {
        assert_sent(name, canned(&text), [1, 1], decode).await;
    }
    let not_utf8 = || {
        let mut bytes = reply("200 OK", "", r#"{"user_id":"??","email":""}"#).into_bytes();
        for byte in bytes.iter_mut().filter(|byte| **byte == b'?') {
            *byte = 0xff;
        }
        Canned::new(bytes)
    };
    assert_sent("R23 not UTF-8", not_utf8, [1, 1], decode).await;
}

/// What is inflated may be a thousand times as long. Nothing asks for it, and if it comes all the
/// same it is read as it is: here it would be the right reply.
#[actix_web::test]
async fn a_compressed_reply_is_not_inflated() {
    const GZIPPED: [u8; 56] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x2d, 0x4e,
        0x2d, 0x8a, 0xcf, 0x4c, 0x51, 0xb2, 0x52, 0x2a, 0x55, 0xd2, 0x51, 0x4a, 0xcd, 0x4d, 0xcc,
        0xcc, 0x01, 0xb1, 0x1d, 0x52, 0x2b, 0x12, 0x73, 0x0b, 0x72, 0x52, 0xf5, 0x92, 0xf3, 0x73,
        0x95, 0x6a, 0x01, 0x60, 0x77, 0x17, 0x4a, 0x27, 0x00, 0x00, 0x00,
    ];
    let gzipped = || {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            GZIPPED.len()
        );
        Canned::new([head.as_bytes(), &GZIPPED].concat())
    };
    let decode = |failure: &Failure| *failure == Failure::Decode;
    assert_sent("R18 gzip of a user", gzipped, [1, 1], decode).await;
}

#[actix_web::test]
async fn the_content_type_does_not_matter() {
    for header in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: \u{1}\r\n",
    ] {
        let client = Canned::http("200 OK", header, USER);
        let client = retrying(&client.url);
        let call = client.user().fetch_user_metadata_by_user_id("u").await;
        if header.contains('\u{1}') {
            assert!(matches!(call, Err(Error::Protocol { .. })));
        } else {
            assert_eq!(call.unwrap().email, "u@example.com");
        }
    }
}

#[actix_web::test]
async fn a_body_of_100_megabytes_is_left_where_it_is() {
    const MEGABYTE: usize = 1024 * 1024;
    fn pour(stream: &mut TcpStream, requests: usize, head: &str, chunk: &[u8]) {
        let _ = (requests, stream.write_all(head.as_bytes()));
        let poured = (0..100).take_while(|_| stream.write_all(chunk).is_ok());
        assert!(poured.count() < 32, "the client reads on");
    }
    let sized = || {
        Canned::numbered(|stream, number| {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                100 * MEGABYTE
            );
            pour(stream, number, &head, &vec![b' '; MEGABYTE]);
        })
    };
    let chunked = || {
        Canned::numbered(|stream, number| {
            let mut chunk = format!("{MEGABYTE:x}\r\n").into_bytes();
            chunk.resize(chunk.len() + MEGABYTE, b' ');
            chunk.extend_from_slice(b"\r\n");
            pour(
                stream,
                number,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                &chunk,
            );
        })
    };
    let too_large = |failure: &Failure| *failure == Failure::ResponseTooLarge;
    assert_sent("R17 100 MB", sized, [1, 1], too_large).await;
    assert_sent("R17 100 MB in chunks", chunked, [1, 1], too_large).await;
}
