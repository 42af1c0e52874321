//! What arrives over a connection: slowly, not to its end, or too much of it.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use actix_web::{App, HttpServer, rt::System};
use actix_web_propelauth::{testing::propel_auth, webhook::WebhookVerifier};

/// Starts a service, and returns its address.
fn start() -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        System::new().block_on(async move {
            let verifier = WebhookVerifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
            let auth = propel_auth();
            let new = move || App::new().service(auth.webhooks(verifier.clone()));
            let server = HttpServer::new(new).workers(1).disable_signals();
            let server = server.bind(("127.0.0.1", 0)).unwrap();
            sender.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

/// Sends a head and pieces of a body with pauses between them, and returns the head of the response, and after
/// which time it came.
fn exchange(
    address: SocketAddr,
    head: &str,
    pieces: &[&str],
    pause: Duration,
) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut answers = stream.try_clone().unwrap();
    let begun = Instant::now();
    let reader = thread::spawn(move || {
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        while !answer.windows(4).any(|it| it == b"\r\n\r\n") {
            match answers.read(&mut part) {
                Ok(len @ 1..) => answer.extend_from_slice(&part[..len]),
                _ => break,
            }
        }
        (String::from_utf8(answer).unwrap(), begun.elapsed())
    });
    let head = format!("POST /webhooks/propelauth HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    for piece in pieces {
        thread::sleep(pause);
        if stream.write_all(piece.as_bytes()).is_err() {
            break; // it is answered already
        }
    }
    reader.join().unwrap()
}

#[test]
fn a_body_that_does_not_arrive_is_408_and_the_connection_is_closed() {
    let address = start();
    let stalled = thread::spawn(move || {
        let head = "content-length: 100";
        exchange(address, head, &["{"], Duration::ZERO)
    });
    // A byte per second, so that something arrives all the time.
    let trickle = thread::spawn(move || {
        let head = "transfer-encoding: chunked";
        exchange(address, head, &["1\r\n \r\n"; 12], Duration::from_secs(1))
    });
    for (answer, after) in [stalled, trickle].map(|it| it.join().unwrap()) {
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(after < Duration::from_secs(25), "{after:?}");
    }
}

#[test]
fn what_cannot_be_accepted_is_answered_before_the_body_arrives() {
    let address = start();
    for (head, status) in [
        ("content-length: 262145", 413),
        ("content-length: 1000000000000", 413),
        ("content-length: 1000000\r\ncontent-encoding: br", 415),
        (
            "transfer-encoding: chunked\r\ncontent-encoding: identity",
            415,
        ),
    ] {
        let (answer, after) = exchange(address, head, &[], Duration::ZERO);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{head}: {answer}"
        );
        // A body would have been waited for 5 seconds.
        assert!(after < Duration::from_millis(4900), "{head}: {after:?}");
    }
}

#[test]
fn a_body_that_never_ends_is_413() {
    let address = start();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let pieces = vec![&*chunk; 64];
    let (answer, _) = exchange(
        address,
        "transfer-encoding: chunked",
        &pieces,
        Duration::ZERO,
    );
    // The rest of the body may be answered with a reset, which can overtake the response.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413 "),
        "{answer}"
    );
}
