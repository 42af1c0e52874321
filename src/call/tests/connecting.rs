//! Connections come about by any address of a name and through a proxy, and where they do not it
//! is told why.

use std::{
    error::Error as StdError,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use super::{
    USER,
    server::{Canned, read_request, reply},
    settings,
};
use crate::{
    call::Error,
    client::{
        Client, Delivery,
        connect::connect_to_any,
        proxy::{self, ProxySetting},
    },
};

fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// An address that answers nothing: its backlog is full.
async fn silent() -> (
    SocketAddr,
    Vec<tokio::net::TcpStream>,
    tokio::net::TcpListener,
) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut streams = Vec::new();
    let quick = Duration::from_millis(100);
    while let Ok(Ok(stream)) =
        tokio::time::timeout(quick, tokio::net::TcpStream::connect(address)).await
    {
        streams.push(stream);
    }
    (address, streams, listener)
}

#[actix_web::test]
async fn the_other_addresses_are_tried_when_the_first_is_dead() {
    let good = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let good = good.map(|_| listener.local_addr().unwrap()).unwrap();
    let (silent, _streams, _listener) = silent().await;
    for addresses in [
        vec![closed(), good],
        vec![silent, good],
        vec![silent, closed(), silent, good],
    ] {
        let start = Instant::now();
        let stream = connect_to_any(&addresses).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), good);
        assert!(start.elapsed() < Duration::from_secs(1), "{addresses:?}");
    }
    let error = connect_to_any(&[closed(), closed()]).await.unwrap_err();
    assert!(
        error.to_string().contains("Connection refused (os error"),
        "{error}"
    );
    assert!(connect_to_any(&[]).await.is_err());
}

#[actix_web::test]
async fn a_failure_names_operation_origin_and_cause() {
    let refused = format!("http://{}", closed());
    for (url, causes) in [
        (
            refused.as_str(),
            ["127.0.0.1", "Connection refused (os error"],
        ),
        (
            "http://no-such-host.invalid",
            ["`no-such-host.invalid`", "failed to lookup address"],
        ),
    ] {
        let client = Client::new(settings(url)).unwrap();
        for attempt in 0..6 {
            let call = client.user().fetch_user_metadata_by_user_id("hunter2");
            let error = call.await.unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("GET /api/backend/v1/user/{user_id} at http://"),
                "{text}"
            );
            assert!(!text.contains("hunter2"), "{text}");
            if attempt == 5 {
                assert!(
                    text.contains("circuit breaker open for 5.0 s after 5 failures"),
                    "{text}"
                );
                continue;
            }
            assert!(causes.iter().all(|cause| text.contains(cause)), "{text}");
            assert!(matches!(
                error,
                Error::Unavailable {
                    delivery: Delivery::NotSent,
                    ..
                }
            ));
            let mut depth: Option<&dyn StdError> = error.source();
            let mut io = false;
            while let Some(source) = depth {
                io |= source.is::<std::io::Error>();
                depth = source.source();
            }
            assert!(io, "{error:?}");
        }
    }
}

/// A proxy that connects to one server, whatever it is asked for, and keeps what it was asked.
fn proxy_to(server: &Canned, answer: &'static str) -> Canned {
    let target = server.url.trim_start_matches("http://").to_owned();
    Canned::raw(move |stream, requests| {
        requests.lock().unwrap().push(read_request(stream));
        let _ = stream.write_all(answer.as_bytes());
        if !answer.contains(" 200 ") {
            return;
        }
        let mut upstream = TcpStream::connect(&target).unwrap();
        let (mut from, mut to) = (stream.try_clone().unwrap(), upstream.try_clone().unwrap());
        thread::spawn(move || drop(std::io::copy(&mut from, &mut to)));
        let mut bytes = [0; 4096];
        while let Ok(count) = upstream.read(&mut bytes) {
            if count == 0 || stream.write_all(&bytes[..count]).is_err() {
                return;
            }
        }
    })
}

fn through(proxy: &str, base: &str) -> Client {
    let settings = settings(base).with(|it| {
        it.proxy = ProxySetting::Url(proxy.into());
    });
    Client::new(settings).unwrap()
}

#[actix_web::test]
async fn calls_go_through_the_proxy() {
    let server = Canned::new(reply("200 OK", "", USER));
    let proxy = proxy_to(
        &server,
        "HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n",
    );
    let url = proxy.url.replace("http://", "http://us%40er:p%3Aw@");
    let client = through(&url, "http://no-such-host.invalid:8080");
    let user = client.user().fetch_user_metadata_by_user_id("u").await;
    assert_eq!(user.unwrap().email, "u@example.com");
    let request = &proxy.requests()[0];
    assert!(
        request.starts_with("CONNECT no-such-host.invalid:8080 HTTP/1.1\r\n"),
        "{request}"
    );
    let credentials = STANDARD.encode("us@er:p:w");
    assert!(request.contains(&format!("Proxy-Authorization: Basic {credentials}\r\n")));
    assert!(!request.to_lowercase().contains("bearer"));
}

#[actix_web::test]
async fn tls_is_spoken_through_the_proxy_with_the_host_behind_it() {
    let server = Canned::raw(|stream, requests| {
        let mut hello = [0; 2048];
        let length = stream.read(&mut hello).unwrap_or(0);
        let hello = String::from_utf8_lossy(&hello[..length]).into_owned();
        requests.lock().unwrap().push(hello);
        let _ = stream.write_all(reply("400 Bad Request", "", "").as_bytes());
    });
    let proxy = proxy_to(&server, "HTTP/1.1 200 OK\r\n\r\n");
    let client = through(&proxy.url, "https://no-such-host.invalid");
    let error = client.user().create_user("a@b.c").await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    let hello = &server.requests()[0];
    assert!(hello.starts_with('\u{16}'), "a TLS record: {hello:?}");
    assert!(hello.contains("no-such-host.invalid"), "SNI: {hello:?}");
    let told = proxy.requests().concat();
    assert!(
        told.starts_with("CONNECT no-such-host.invalid:443 "),
        "{told}"
    );
    assert!(!told.to_lowercase().contains("authorization"), "{told}");
}

#[actix_web::test]
async fn a_proxy_that_refuses_is_named_and_its_credentials_are_not() {
    let server = Canned::new("");
    for (answer, expected) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "(407)",
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "(403)"),
        ("SSH-2.0-x\r\n\r\n", "does not speak HTTP"),
        ("", "did not respond"),
    ] {
        let proxy = proxy_to(&server, answer);
        let url = proxy.url.replace("http://", "http://user:hunter2@");
        let client = through(&url, "https://no-such-host.invalid");
        let error = client.user().create_user("a@b.c").await.unwrap_err();
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
        let text = format!("{error} {error:?} {client:?}");
        assert!(
            text.contains(expected) && text.contains("proxy 127.0.0.1"),
            "{text}"
        );
        assert!(!text.contains("hunter2"));
    }
}

#[test]
fn the_environment_names_the_proxy_as_for_other_clients() {
    let choose = |variables: &[(&str, &str)], base: &str| {
        let variables: Vec<_> = variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let base: Url = base.parse().unwrap();
        proxy::choose(&ProxySetting::Environment, &base, |name| {
            let found = variables.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        })
        .map(|proxy| proxy.map(|it| format!("{it:?}")))
    };
    let base = "https://propelauth-api.com";
    for (variables, expected) in [
        (&[][..], None),
        (&[("HTTPS_PROXY", "http://p:1")], Some("p:1")),
        (
            &[("https_proxy", "p:1"), ("HTTPS_PROXY", "q:2")],
            Some("p:1"),
        ),
        (&[("ALL_PROXY", "http://p:3128")], Some("p:3128")),
        (&[("HTTP_PROXY", "http://p:1")], None),
        (&[("HTTPS_PROXY", " ")], None),
        (&[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "*")], None),
        (
            &[
                ("HTTPS_PROXY", "p:1"),
                ("no_proxy", "x.y, .propelauth-api.com"),
            ],
            None,
        ),
        (
            &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "PropelAuth-API.com")],
            None,
        ),
        (
            &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "auth-api.com,,")],
            Some("p:1"),
        ),
    ] {
        assert_eq!(
            choose(variables, base).unwrap().as_deref(),
            expected,
            "{variables:?}"
        );
    }
    let proxy = ("HTTPS_PROXY", "p:1");
    for (host, entry, is_direct) in [
        ("https://10.0.0.1", "10.0.0.1", true),
        ("https://10.0.0.11", "10.0.0.1", false),
        ("https://[::1]", "::1", true),
        ("http://10.0.0.1", "", true),
    ] {
        let chosen = choose(&[proxy, ("NO_PROXY", entry)], host).unwrap();
        assert_eq!(chosen.is_none(), is_direct, "{host}");
    }
    for bad in ["socks5://p:1", "http://", "https://p:1"] {
        assert!(choose(&[("HTTPS_PROXY", bad)], base).is_err(), "{bad}");
    }
}
