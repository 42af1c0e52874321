//! Faults, and the log of requests: what a service does when PropelAuth fails.

use std::time::{Duration, Instant};

use actix_web_propelauth::{
    Delivery, Error,
    emulator::{Emulator, Fault},
};

use crate::fixtures::world::{start, start_with};

#[actix_web::test]
async fn a_fault_answers_for_its_route_only_and_for_as_often_as_it_says() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    for route in [
        "fetch_user_metadata_by_email",
        "GET /api/backend/v1/user/email",
        "/api/backend/v1/user/email",
        "* /api/backend/v1/user/*",
    ] {
        emulator.clear_requests();
        emulator
            .inject_fault(Fault::on(route).status(500).times(3))
            .unwrap();
        let fetch = || {
            auth.user()
                .fetch_user_metadata_by_email("alice@example.com")
        };
        let error = fetch().await.unwrap_err();
        assert!(error.to_string().contains("500"), "{route}: {error}");
        assert!(emulator.faults().is_empty(), "{route}");
        assert_eq!(fetch().await.unwrap().user_id, *alice.id());
        auth.org().fetch_orgs_by_query().await.unwrap();

        let seen: Vec<_> = emulator
            .requests()
            .into_iter()
            .map(|it| (it.operation.unwrap(), it.status, it.fault))
            .collect();
        let failed = (
            "fetch_user_metadata_by_email".to_owned(),
            Some(500),
            Some(route.to_owned()),
        );
        let passed = |name: &str| (name.to_owned(), Some(200), None);
        let last = [
            passed("fetch_user_metadata_by_email"),
            passed("fetch_orgs_by_query"),
        ];
        assert_eq!(
            seen,
            [&[failed.clone(), failed.clone(), failed][..], &last].concat()
        );
    }
}

#[actix_web::test]
async fn a_fault_of_an_operation_is_for_all_of_its_routes_and_no_other_operation() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    for route in [
        "fetch_user_metadata_by_user_id",
        "GET /api/backend/v1/user/{user_id}",
    ] {
        emulator
            .inject_fault(Fault::on(route).status(500).times(3))
            .unwrap();
        let by_email = auth
            .user()
            .fetch_user_metadata_by_email("alice@example.com");
        assert_eq!(by_email.await.unwrap().user_id, *alice.id(), "{route}");
        let by_id = auth.user().fetch_user_metadata_by_user_id(alice.id());
        assert_eq!(by_id.await.unwrap_err().status(), Some(500), "{route}");
        assert!(emulator.faults().is_empty(), "{route}");
    }
    let fault = Fault::on("fetch_orgs_by_query").status(500);
    emulator.inject_fault(fault).unwrap();
    for method in ["GET", "POST"] {
        let url = format!("{}/api/backend/v1/org/query", emulator.auth_url());
        let request = awc::Client::new().request(method.parse().unwrap(), url);
        assert_eq!(request.send().await.unwrap().status(), 500, "{method}");
    }
}

#[actix_web::test]
async fn a_status_without_a_body_leaves_the_connection_usable() {
    use std::io::{Read as _, Write as _};

    let (emulator, _) = start().await;
    for status in [204, 304] {
        emulator
            .inject_fault(Fault::on("*").status(status).times(1))
            .unwrap();
        let address = emulator.auth_url().strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream
            .write_all(b"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.contains(&format!(" {status} ")), "{text}");
        assert!(text.ends_with("\r\n\r\n"), "{text}");
    }
}

#[actix_web::test]
async fn an_unknown_operation_is_rejected_with_the_nearest_names() {
    let emulator = Emulator::start().await.unwrap();
    let error = emulator
        .inject_fault(Fault::on("fetch_orgs").status(500))
        .unwrap_err()
        .to_string();
    assert_eq!(error.matches("fetch_orgs_by_query").count(), 1, "{error}");
    assert!(error.len() < 400, "{error}");
}

#[actix_web::test]
async fn an_outage_leaves_nothing_changed() {
    let (emulator, auth) = start().await;
    emulator.inject_fault(Fault::on("*").status(503)).unwrap();
    let error = auth
        .user()
        .create_user("alice@example.com")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    emulator.clear_faults();
    let found = auth
        .user()
        .fetch_user_metadata_by_email("alice@example.com")
        .await;
    assert!(found.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn a_dropped_connection_is_a_request_without_a_response() {
    let (emulator, auth) = start().await;
    emulator
        .inject_fault(Fault::on("create_user").drop_connection())
        .unwrap();
    let error = auth
        .user()
        .create_user("alice@example.com")
        .await
        .unwrap_err();
    let Error::Unavailable {
        delivery, status, ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!((delivery, status), (Delivery::Unknown, None));
    let requests = emulator.requests();
    let created: Vec<_> = requests.iter().filter(|it| it.method == "POST").collect();
    assert_eq!(created.len(), 1, "not repeated: {created:?}");
    assert_eq!(created[0].status, None);
    assert_eq!(
        created[0].request_body.as_ref().unwrap()["email"],
        "alice@example.com"
    );
}

#[actix_web::test]
async fn a_rate_limit_says_when_to_come_back() {
    let (emulator, auth) = start().await;
    let limit = Fault::on("create_org").rate_limit(Duration::from_secs(7));
    emulator.inject_fault(limit).unwrap();
    let error = auth.org().create_org("Acme Inc").await.unwrap_err();
    assert_eq!(
        error.retry_after(),
        Some(Duration::from_secs(7)),
        "{error:?}"
    );
}

#[actix_web::test]
async fn a_delay_comes_before_the_usual_response() {
    let (emulator, auth) = start().await;
    let delay = Duration::from_millis(300);
    emulator
        .inject_fault(Fault::on("create_org").delay(delay))
        .unwrap();
    let begun = Instant::now();
    auth.org().create_org("Acme Inc").await.unwrap();
    assert!(begun.elapsed() >= delay);
    let requests = emulator.requests();
    let created = requests.last().unwrap();
    assert!(created.duration >= delay, "{created:?}");

    let error = auth
        .org()
        .create_org("Other")
        .timeout(delay / 3)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    let requests = emulator.requests();
    let abandoned = requests.last().unwrap();
    assert_eq!(abandoned.request_body.as_ref().unwrap()["name"], "Other");
    assert_eq!(abandoned.status, None, "nobody waits for it");
}

#[actix_web::test]
async fn a_fault_with_a_body_is_what_propelauth_would_say() {
    let (emulator, auth) = start().await;
    let body = r#"{"email":["not today"]}"#;
    emulator
        .inject_fault(Fault::on("create_user").status(400).body(body))
        .unwrap();
    let error = auth
        .user()
        .create_user("alice@example.com")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::BadRequest(_)), "{error:?}");
}

#[actix_web::test]
async fn faults_that_do_nothing_are_rejected_with_a_remedy() {
    let emulator = Emulator::start().await.unwrap();
    let route = || Fault::on("create_user");
    for (fault, part) in [
        (route(), "has no effect"),
        (route().status(500).times(0), "0 times"),
        (route().status(99), "from 200 to 599"),
        (route().status(500).drop_connection(), "not two of them"),
        (route().delay(Duration::ZERO).body("x"), "needs a status"),
        (Fault::on("create_usr").status(500), "create_user"),
        (
            Fault::on("PATCH /api/backend/v1/user/").status(500),
            "no operation has the route",
        ),
        (
            Fault::on("/nothing").status(500),
            "no operation has the route",
        ),
    ] {
        let error = emulator.inject_fault(fault).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    assert!(emulator.faults().is_empty());
}

#[actix_web::test]
async fn requests_are_recorded_without_secrets_whether_they_pass_or_not() {
    let (emulator, auth) = start().await;
    auth.user()
        .create_user("alice@example.com")
        .password("hunter2-secret")
        .await
        .unwrap();
    let wrong = actix_web_propelauth::PropelAuth::builder(emulator.auth_url(), "not-the-key")
        .emulator()
        .verifier_key(emulator.verifier_key())
        .build()
        .unwrap();
    wrong
        .user()
        .create_user("bob@example.com")
        .await
        .unwrap_err();
    let requests = emulator.requests();
    let statuses: Vec<_> = requests.iter().map(|it| it.status.unwrap()).collect();
    assert_eq!(statuses, [200, 401]);
    assert_eq!(requests[1].number, 2);
    let shown = format!("{requests:?}{}", serde_json::to_string(&requests).unwrap());
    for secret in ["hunter2", "not-the-key", emulator.api_key()] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[actix_web::test]
async fn reset_returns_to_the_start_with_its_ids_settings_and_key() {
    let seed = serde_json::json!({ "users": [{ "email": "alice@example.com" }] });
    let (emulator, auth) = start_with(Emulator::builder().seed_json(seed)).await;
    let before = emulator.snapshot();
    let key = emulator.verifier_key();
    let acme = emulator.create_org("Acme Inc").unwrap();
    auth.user().create_user("bob@example.com").await.unwrap();
    emulator.rotate_signing_key();
    emulator.freeze_clock(1_700_000_000);
    emulator.inject_fault(Fault::on("*").status(500)).unwrap();

    emulator.reset().unwrap();
    assert_eq!(emulator.verifier_key(), key);
    assert!(emulator.now() > 1_700_000_000);
    assert!(emulator.faults().is_empty() && emulator.requests().is_empty());
    assert_eq!(emulator.snapshot()["users"], before["users"]);
    assert_eq!(emulator.snapshot()["orgs"], before["orgs"]);
    let again = emulator.create_org("Acme Inc").unwrap();
    assert_eq!(again, acme, "ids are the same again");
}
