//! Requests as bytes on a socket, where no library tidies them up on the way.

use actix_web::web;
use actix_web_propelauth::testing::propel_auth;

use crate::{
    fixtures::server::{Server, get},
    fixtures::{UNAUTHORIZED, token, whoami},
};

fn server() -> Server {
    Server::start(&propel_auth(), 1, |app| {
        app.route("/", web::route().to(whoami));
    })
}

#[test]
fn every_version_and_line_ending_is_asked_for_a_token() {
    let (server, t) = (server(), token());
    let table: Vec<(&str, String, u16)> = vec![
        ("H16 1.1", get("/", Some(&t)), 200),
        ("H16 1.1, none", get("/", None), 401),
        (
            "H16 1.0",
            format!("GET / HTTP/1.0\r\nauthorization: Bearer {t}\r\n\r\n"),
            200,
        ),
        ("H16 1.0, none", "GET / HTTP/1.0\r\n\r\n".to_owned(), 401),
        (
            "H16 bare LF",
            format!("GET / HTTP/1.1\nhost: x\nauthorization: Bearer {t}\n\n"),
            200,
        ),
        (
            "H16 bare LF, none",
            "GET / HTTP/1.1\nhost: x\n\n".to_owned(),
            401,
        ),
        (
            "H02 name in capitals",
            format!("GET / HTTP/1.1\r\nHOST: x\r\nAUTHORIZATION: Bearer {t}\r\n\r\n"),
            200,
        ),
        (
            "H16 folded",
            format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer\r\n {t}\r\n\r\n"),
            400,
        ),
        (
            "H16 space before colon",
            format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization : Bearer {t}\r\n\r\n"),
            400,
        ),
        (
            "H10 NUL",
            format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {t}\0\r\n\r\n"),
            400,
        ),
        (
            "H05 spaces around are not part of it",
            format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization:   Bearer {t}  \r\n\r\n"),
            200,
        ),
        (
            "H07 two, apart",
            format!(
                "GET / HTTP/1.1\r\nauthorization: Bearer {t}\r\nhost: x\r\nAuthorization: Bearer {t}\r\n\r\n"
            ),
            401,
        ),
        (
            "H15 TRACE",
            "TRACE / HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            401,
        ),
        (
            "H15 unknown method",
            "BREW / HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            401,
        ),
        (
            "H15 OPTIONS",
            "OPTIONS / HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            401,
        ),
        (
            "H15 OPTIONS *",
            "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            401,
        ),
    ];
    for (case, request, expected) in table {
        let reply = server.exchange(&request);
        assert_eq!(reply.status, expected, "{case}: {reply:?}");
        if expected == 401 {
            assert_eq!(reply.body, UNAUTHORIZED, "{case}");
            assert!(
                reply
                    .head
                    .contains("www-authenticate: bearer realm=\"api\""),
                "{case}"
            );
        }
    }
}

#[test]
fn the_answer_to_head_has_a_challenge_and_no_body() {
    let server = server();
    let mut client = server.connect();
    client.send("HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let reply = client.rest();
    assert!(reply.starts_with("HTTP/1.1 401"), "H15 {reply}");
    assert!(reply.contains("Bearer realm=\"api\""), "H15 {reply}");
    assert!(reply.ends_with("\r\n\r\n"), "H15 {reply}");
}

#[test]
fn pipelined_requests_are_answered_in_order_each_for_itself() {
    let (server, t) = (server(), token());
    let mut client = server.connect();
    let requests = [
        get("/", Some(&t)),
        get("/", None),
        get("/", Some(&t)),
        get("/", Some("x")),
        get("/", None),
    ];
    client.send(requests.concat());
    let statuses = requests.map(|_| client.receive().status);
    assert_eq!(statuses, [200, 401, 200, 401, 401], "H16 X01");
}

#[test]
fn what_no_http_library_would_send() {
    let (auth, t) = (propel_auth(), token());
    let server = Server::start(&auth, 1, |app| {
        app.route("/", web::route().to(whoami));
    });
    for byte in [0x80, 0xc3, 0xff] {
        let head = b"GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ";
        let request = [head.as_slice(), &[byte], t.as_bytes(), b"\r\n\r\n"].concat();
        assert_eq!(server.exchange(request).status, 401, "H10 {byte:#x}");
    }
    let verified = auth.verification_count();
    for (len, expected) in [(16 * 1024 + 1, 431), (127 * 1024, 431), (129 * 1024, 431)] {
        let reply = server.exchange(get("/", Some(&"x".repeat(len))));
        assert_eq!(reply.status, expected, "H11 {len}");
    }
    assert_eq!(auth.verification_count(), verified, "H11 no cryptography");
}

#[test]
fn no_spelling_of_a_path_reaches_the_handler_without_a_token() {
    let auth = propel_auth();
    let server = Server::start(&auth, 1, {
        |app| {
            app.route("/admin/x", web::get().to(|| async { "inside" }));
        }
    });
    for path in [
        "/admin/x",
        "/%61dmin/x",
        "//admin/x",
        "/./admin/x",
        "/a/../admin/x",
        "/admin/x/",
        "/admin;a/x",
        "/ADMIN/x",
        "/admin/x?a=b",
        "/admin/x%00",
        "/admin%2fx",
        "http://x/admin/x",
        "http://other/admin/x",
        "https://x:1/%61dmin/x",
        "*",
    ] {
        let reply = server.exchange(get(path, None));
        assert!(matches!(reply.status, 400 | 401), "G03 {path}: {reply:?}");
        assert_ne!(reply.body, "inside", "G03 {path}");
    }
    // With a token, what reaches the handler is the same path for a reader of either spelling.
    for (path, expected) in [
        ("/admin/x", 200),
        ("/%61dmin/x", 200),
        ("http://x/admin/x", 200),
        ("/ADMIN/x", 404),
    ] {
        assert_eq!(
            server.exchange(get(path, Some(&token()))).status,
            expected,
            "G03 {path}"
        );
    }
}
