//! Operations that the crate does not have are sent as those that it has.

use std::{fmt::Write as _, time::Duration};

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{
    client, impatient,
    server::{Canned, reply},
};
use crate::{
    a_canary::KEY,
    api::{RetryClass, operations::PATHS},
    call::{CustomCall, Error},
};

fn call(server: &Canned, method: Method, path: &'static str) -> CustomCall {
    CustomCall::new(client(&server.url), method, path, &PATHS)
}

#[actix_web::test]
async fn method_path_query_and_body_are_sent_with_the_key_and_the_reply_is_decoded() {
    let server = Canned::http("200 OK", "", r#"{"text":"called"}"#);
    let reply: Value = call(
        &server,
        Method::PATCH,
        "/api/backend/v2/user/{user_id}/notes",
    )
    .path_field("user_id", "a/b ?c&#")
    .query("page", 3)
    .query("q", "x&y=z #")
    .json(&json!({ "text": "called" }))
    .send()
    .await
    .unwrap();
    assert_eq!(reply, json!({ "text": "called" }));
    let request = server.requests().remove(0);
    let line =
        "PATCH /api/backend/v2/user/a%2Fb%20%3Fc%26%23/notes?page=3&q=x%26y%3Dz+%23 HTTP/1.1";
    assert!(request.starts_with(line), "{request}");
    let request = request.to_lowercase();
    let key = format!("authorization: bearer {}", KEY.to_lowercase());
    assert!(request.contains(&key) && request.contains("content-type: application/json"));
    assert!(request.ends_with(r#"{"text":"called"}"#), "{request}");
}

#[actix_web::test]
async fn what_would_address_another_operation_is_not_sent() {
    let server = Canned::http("200 OK", "", "{}");
    for path in [
        "api/backend/v1/x",
        "/backend/v1/x",
        "//evil.example.com/api/x",
        "https://evil.example.com/api/x",
        "/api/",
        "/api//x",
        "/api/x/",
        "/api/../admin",
        "/api/./x",
        "/api/%2e%2e/admin",
        "/api/x?y=1",
        "/api/x#y",
        "/api/x\\y",
        "/api/x y",
        "/api/x\r\ny: z",
        "/api/x{id}",
        "/api/{}",
        "/api/{id}",
    ] {
        let sent = call(&server, Method::GET, path).send_and_discard().await;
        assert!(
            matches!(sent, Err(Error::InvalidArgument { .. })),
            "{path:?}: {sent:?}"
        );
    }
    for (value, path) in [
        ("", "/api/backend/v1/x/{id}"),
        (".", "/api/backend/v1/x/{id}"),
        ("..", "/api/backend/v1/x/{id}"),
        ("a/../b", "/api/backend/v1/x/{id}"),
        ("a\nb", "/api/backend/v1/x/{id}"),
        ("email", "/api/backend/v1/user/{id}"),
        ("x", "/api/backend/v1/user"),
        ("x", "/api/backend/v1/user/{id}/{id}"),
        ("x", "/api/backend/v1/user/{id}/{other}"),
    ] {
        let call = call(&server, Method::GET, path).path_field("id", value);
        let sent = call.send_and_discard().await;
        let Err(Error::InvalidArgument { argument, .. }) = &sent else {
            panic!("{path:?} {value:?}: {sent:?}");
        };
        assert!(["id", "other"].contains(&argument.as_str()), "{argument}");
    }
    for method in [Method::CONNECT, Method::TRACE, Method::OPTIONS] {
        let sent = call(&server, method, "/api/x").send_and_discard().await;
        assert!(matches!(sent, Err(Error::InvalidArgument { .. })));
    }
    let with_body = call(&server, Method::GET, "/api/x").json(&json!({}));
    assert!(matches!(
        with_body.send_and_discard().await,
        Err(Error::InvalidArgument { .. })
    ));
    assert!(server.requests().is_empty());
}

#[actix_web::test]
async fn it_is_sent_again_by_its_class_and_by_default_only_if_that_is_safe() {
    async fn count(method: Method, class: Option<RetryClass>) -> usize {
        let server = Canned::http("503 Service Unavailable", "", "");
        let client = impatient(&server.url);
        let mut call = CustomCall::new(client, method, "/api/x", &PATHS);
        if let Some(class) = class {
            call = call.retry_class(class);
        }
        let error = call.send_and_discard().await.unwrap_err();
        assert_eq!(error.status(), Some(503));
        server.requests().len()
    }
    assert_eq!(count(Method::GET, None).await, 3);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        assert_eq!(count(method, None).await, 1);
    }
    assert_eq!(count(Method::PUT, Some(RetryClass::Idempotent)).await, 3);
    assert_eq!(count(Method::GET, Some(RetryClass::Create)).await, 1);
}

#[actix_web::test]
async fn failures_are_those_of_all_operations() {
    for (status, expected) in [
        ("400 Bad Request", 400),
        ("401 Unauthorized", 401),
        ("404 Not Found", 404),
        ("409 Conflict", 409),
        ("426 Upgrade Required", 426),
        ("429 Too Many Requests", 429),
        ("502 Bad Gateway", 502),
    ] {
        let server = Canned::http(status, "", r#"{"error_code":"a_code"}"#);
        let sent = call(&server, Method::POST, "/api/x").send::<Value>().await;
        let error: Error = sent.unwrap_err().into();
        assert_eq!(error.status(), Some(expected), "{error}");
    }
    let server = Canned::http("200 OK", "", "not JSON");
    let sent = call(&server, Method::POST, "/api/x").send::<Value>().await;
    assert!(matches!(sent, Err(Error::Decode(_))), "{sent:?}");
    let sent = call(&server, Method::POST, "/api/x")
        .send_and_discard()
        .await;
    sent.unwrap();
    let server = Canned::http("204 No Content", "", "");
    let sent = call(&server, Method::POST, "/api/x").send::<()>().await;
    sent.unwrap();
}

#[actix_web::test]
async fn its_timeout_is_its_own_and_an_error_names_the_template_and_no_value() {
    let server = Canned::with(|_| std::thread::sleep(Duration::from_secs(2)));
    let call = call(&server, Method::POST, "/api/user/{user_id}/x")
        .path_field("user_id", "s3cret")
        .timeout(Duration::from_millis(50));
    let mut printed = format!("{call:?}");
    let error = call.send_and_discard().await.unwrap_err();
    write!(printed, "{error} {error:?}").unwrap();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert!(printed.contains("POST /api/user/{user_id}/x"), "{printed}");
    assert!(!printed.contains("s3cret"), "{printed}");
}

#[actix_web::test]
async fn a_read_that_was_cut_off_is_repeated_once() {
    let half = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\":";
    let server = Canned::in_turn(&[half, &reply("200 OK", "", r#"{"a":1}"#)]);
    let client = super::retrying(&server.url);
    let call = CustomCall::new(client, Method::GET, "/api/x", &PATHS);
    assert_eq!(call.send::<Value>().await.unwrap(), json!({ "a": 1 }));
    assert_eq!(server.requests().len(), 2);
}
