//! An outage is not made worse by those who suffer from it.

use std::time::{Duration, Instant};

use super::{server::Canned, settings};
use crate::{
    call::Error,
    client::{Client, Delivery},
};

fn client(url: &str, circuit_breaker: bool) -> Client {
    Client::new(settings(url).with(|it| {
        it.max_retries = 2;
        it.circuit_breaker = circuit_breaker;
    }))
    .unwrap()
}

#[actix_web::test]
async fn retries_run_out_when_everything_fails() {
    let server = Canned::http("503 Service Unavailable", "", "");
    let client = client(&server.url, false);
    for _ in 0..1000 {
        let call = client.user().fetch_user_metadata_by_user_id("u");
        call.await.unwrap_err();
    }
    // 100 of budget, at 5 for each retry.
    assert_eq!(server.requests().len(), 1000 + 20);
}

#[actix_web::test]
async fn after_some_failures_in_a_row_nothing_is_sent_for_a_while() {
    let server = Canned::http("500 Internal Server Error", "", "");
    let client = client(&server.url, true);
    let start = Instant::now();
    let mut at_once = 0;
    for _ in 0..1000 {
        let call = client.user().fetch_user_metadata_by_user_id("u");
        let error = call.await.unwrap_err();
        if let Error::Unavailable {
            delivery, status, ..
        } = &error
        {
            assert_eq!((*delivery, *status), (Delivery::NotSent, None));
            assert!(error.retry_after().unwrap() <= Duration::from_secs(5));
            assert!(error.to_string().contains("was not sent"));
            at_once += 1;
        }
    }
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(server.requests().len(), 5);
    assert_eq!(at_once, 998);

    // A creation is held back as well, and another handle is not.
    let call = client.user().create_user("a@example.com");
    assert!(matches!(
        call.await,
        Err(Error::Unavailable {
            delivery: Delivery::NotSent,
            ..
        })
    ));
    let other = super::client(&server.url);
    let call = other.user().fetch_user_metadata_by_user_id("u");
    assert!(matches!(call.await, Err(Error::UnexpectedStatus { .. })));
}
