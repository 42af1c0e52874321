//! Each class is sent again after what it may be sent again after, and nothing else.

#![allow(dead_code)] // a group has more than is called here

use std::{io::Write as _, thread, time::Duration};

use super::{
    impatient,
    server::{Canned, reply},
    settings,
};
use crate::{
    api::{Never, declare::endpoints},
    client::{Client, per_thread},
};

endpoints! {
    /// One operation of each class.
    pub(crate) group ClassApi;

    /// Reads, if by POST.
    Read POST "/read"
    read: ReadIt(id: String) -> () | Never;

    /// Sets.
    Idempotent PUT "/set"
    set: SetIt(id: String) -> () | Never;

    /// Creates.
    Create POST "/create"
    create: CreateIt(id: String) -> () | Never;

    /// Validates.
    Validate POST "/validate"
    validate: ValidateIt(id: String) -> () | Never;
}

async fn assert_sent(name: &str, server: impl Fn() -> Canned, counts: [usize; 4]) {
    let servers = [server(), server(), server(), server()];
    let clients = servers.each_ref().map(|server| impatient(&server.url));
    let api = |number: usize| ClassApi::new(&clients[number]);
    api(0).read("1").await.unwrap_err();
    api(1).set("1").await.unwrap_err();
    api(2).create("1").await.unwrap_err();
    api(3).validate("1").await.unwrap_err();
    let requests = servers.map(|server| server.requests().len());
    assert_eq!(requests, counts, "{name}");
}

#[actix_web::test]
async fn what_is_sent_again_is_what_the_table_says() {
    for (status, counts) in [
        ("400 Bad Request", [1, 1, 1, 1]),
        ("401 Unauthorized", [1, 1, 1, 1]),
        ("408 Request Timeout", [3, 3, 1, 1]),
        ("426 Upgrade Required", [1, 1, 1, 1]),
        ("429 Too Many Requests", [3, 3, 1, 1]),
        ("500 Internal Server Error", [3, 1, 1, 1]),
        ("502 Bad Gateway", [3, 3, 1, 2]),
        ("503 Service Unavailable", [3, 3, 1, 2]),
        ("504 Gateway Timeout", [3, 3, 1, 2]),
    ] {
        let text = reply(status, "", "");
        assert_sent(status, || Canned::new(text.clone()), counts).await;
    }
    assert_sent("closed after the request", || Canned::new(""), [3, 3, 1, 1]).await;
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{";
    assert_sent("half a body", || Canned::new(half), [3, 1, 1, 1]).await;
}

#[actix_web::test]
async fn a_late_reply_is_waited_for_again_by_what_reads_only() {
    let late = || Canned::with(|_| thread::sleep(Duration::from_millis(2500)));
    assert_sent("a late reply", late, [3, 1, 1, 1]).await;

    // And is dearer than a refusal.
    let server = late();
    let client: Client = impatient(&server.url);
    ClassApi::new(&client).read("1").await.unwrap_err();
    assert_eq!(per_thread::circuit_breaker(client.config()).budget(), 80);
}

#[actix_web::test]
async fn an_attempt_that_none_may_follow_has_all_the_time_there_is() {
    let late = || {
        Canned::with(|stream| {
            thread::sleep(Duration::from_millis(700));
            let _ = stream.write_all(reply("200 OK", "", "").as_bytes());
        })
    };
    let server = late();
    let client = impatient(&server.url);
    ClassApi::new(&client).create("1").await.unwrap();
    assert_eq!(server.requests().len(), 1);

    let server = late();
    let client = Client::new(settings(&server.url).with(|it| {
        it.max_retries = 1;
        it.attempt_timeout = Some(Duration::from_millis(400));
    }));
    ClassApi::new(&client.unwrap()).read("1").await.unwrap();
    assert_eq!(server.requests().len(), 2);
}
