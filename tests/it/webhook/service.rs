//! The ready-made service: marks, deliveries that come again, failures, and limits.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::StatusCode,
    test, web,
};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth, User, org_id,
    testing::{
        HasAccessToken as _, TestClock, TestOrg, TestRequestExt as _, TestUser, propel_auth,
        propel_auth_builder, sign_webhook,
    },
    webhook::{Webhook, WebhookEvent, WebhookVerifier},
};
use serde_json::{Value, json};

use crate::fixtures::world;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn verifier() -> WebhookVerifier {
    WebhookVerifier::new(SECRET).unwrap()
}

fn delivery(id: &str, body: &Value) -> test::TestRequest {
    let body = body.to_string();
    let headers = sign_webhook(SECRET, id, TestClock::new().now(), &body);
    let request = test::TestRequest::post()
        .uri("/webhooks/propelauth")
        .set_payload(body);
    headers
        .into_iter()
        .fold(request, test::TestRequest::insert_header)
}

async fn whoami(user: User) -> String {
    user.email.clone()
}

async fn status<S, B>(app: &S, request: test::TestRequest) -> StatusCode
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    test::call_service(app, request.to_request()).await.status()
}

#[actix_web::test]
async fn a_disabled_user_is_denied_from_the_next_request_on() {
    let auth = propel_auth();
    let app = App::new().service(auth.webhooks(verifier())).service(
        web::scope("/api")
            .route("/me", web::get().to(whoami))
            .wrap(auth.require_user()),
    );
    let app = test::init_service(app).await;
    let (alice, bob) = (TestUser::new("a@b.c"), TestUser::new("b@b.c"));
    let tokens = [alice.access_token(), bob.access_token()];
    let me = |token: &String| test::TestRequest::get().uri("/api/me").as_user(token);
    for token in &tokens {
        assert_eq!(status(&app, me(token)).await, StatusCode::OK);
    }
    let event = json!({"event_type": "user.disabled", "user_id": alice.user_id()});
    assert_eq!(
        status(&app, delivery("msg_1", &event)).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(status(&app, me(&tokens[0])).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&app, me(&tokens[1])).await, StatusCode::OK);
}

#[actix_web::test]
async fn a_role_that_was_taken_away_is_gone_and_other_organizations_stay() {
    let auth = propel_auth();
    let app = App::new().service(auth.webhooks(verifier())).service(
        web::scope("/{org_id}")
            .route(
                "",
                web::get()
                    .to(whoami)
                    .wrap(InOrgWithRole::new("Admin", org_id::path("org_id"))),
            )
            .wrap(auth.require_user()),
    );
    let app = test::init_service(app).await;
    let (acme, beta) = (TestOrg::new("Acme"), TestOrg::new("Beta"));
    let alice = TestUser::new("a@b.c")
        .in_org(&acme, "Admin")
        .in_org(&beta, "Admin");
    let token = alice.access_token();
    let get = |org: &TestOrg| {
        test::TestRequest::get()
            .uri(&format!("/{}", org.org_id()))
            .as_user(&token)
    };
    assert_eq!(status(&app, get(&acme)).await, StatusCode::OK);
    let event = json!({
        "event_type": "user.role_changed_within_org",
        "user_id": alice.user_id(), "org_id": acme.org_id(), "new_role": "Member",
    });
    assert_eq!(
        status(&app, delivery("msg_1", &event)).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(status(&app, get(&acme)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&app, get(&beta)).await, StatusCode::OK);
}

#[actix_web::test]
async fn a_delivery_is_handled_once_by_all_workers_and_again_after_an_error() {
    let auth = propel_auth();
    let (calls, fails) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(true)));
    let verifier = verifier();
    let service = |auth: &PropelAuth| {
        let (calls, fails) = (Rc::clone(&calls), Rc::clone(&fails));
        auth.webhooks(verifier.clone())
            .on_event(move |webhook: Webhook| {
                calls.set(calls.get() + 1);
                let result = if fails.get() {
                    Err("the database is away")
                } else {
                    Ok(())
                };
                async move {
                    assert_eq!(webhook.event.event_type(), "user.created");
                    result
                }
            })
    };
    let first = test::init_service(App::new().service(service(&auth))).await;
    let second = test::init_service(App::new().service(service(&auth))).await;
    let event = json!({"event_type": "user.created", "user_id": "1"});
    let failed = test::call_service(&first, delivery("msg_1", &event).to_request()).await;
    assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = test::read_body(failed).await;
    assert!(!String::from_utf8_lossy(&body).contains("database"));
    fails.set(false);
    for (app, expected) in [(&first, 2), (&first, 2), (&second, 2)] {
        let response = test::call_service(app, delivery("msg_1", &event).to_request()).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(calls.get(), expected);
    }
    let response = test::call_service(&second, delivery("msg_2", &event).to_request()).await;
    assert_eq!(
        (response.status(), calls.get()),
        (StatusCode::NO_CONTENT, 3)
    );
}

#[actix_web::test]
async fn a_delivery_that_is_sent_again_to_another_spelling_of_the_path_is_not_handled_again() {
    let (auth, count) = (propel_auth(), Rc::new(Cell::new(0)));
    let counted = Rc::clone(&count);
    let webhooks = auth.webhooks(verifier()).on_event(move |_| {
        counted.set(counted.get() + 1);
        async {}
    });
    let app = test::init_service(App::new().service(webhooks)).await;
    let event = json!({"event_type": "user.created", "user_id": "u"});
    for path in [
        "/webhooks/propelauth",
        "/webhooks/propel%61uth",
        "/w%65bhooks/propelauth?x=1",
    ] {
        let request = delivery("msg_1", &event).uri(path);
        assert_eq!(
            status(&app, request).await,
            StatusCode::NO_CONTENT,
            "{path}"
        );
    }
    assert_eq!(count.get(), 1);
}

#[actix_web::test]
async fn unknown_types_are_kept_and_answered_with_success() {
    let events = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&events);
    let service = propel_auth()
        .webhooks(verifier())
        .on_event(move |webhook: Webhook| {
            seen.borrow_mut().push(webhook.event);
            async {}
        });
    let app = test::init_service(App::new().service(service)).await;
    let unknown = json!({"event_type": "user.promoted", "user_id": "1", "deep": {"a": [1, null]}});
    assert_eq!(
        status(&app, delivery("msg_1", &unknown)).await,
        StatusCode::NO_CONTENT
    );
    let known = json!({"event_type": "user.deleted", "user_id": "1", "reason": "asked"});
    assert_eq!(
        status(&app, delivery("msg_2", &known)).await,
        StatusCode::NO_CONTENT
    );
    let events = events.borrow();
    let [
        WebhookEvent::Unknown(unknown),
        WebhookEvent::UserDeleted(known),
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(unknown.event_type, "user.promoted");
    assert_eq!(unknown.fields["deep"], json!({"a": [1, null]}));
    assert_eq!(unknown.problem(), None);
    assert_eq!(known.other_fields()["reason"], "asked");
}

#[actix_web::test]
async fn only_post_is_served() {
    let app =
        test::init_service(App::new().service(propel_auth().webhooks(verifier()).path("/hook")))
            .await;
    for method in [
        test::TestRequest::get(),
        test::TestRequest::put(),
        test::TestRequest::delete(),
    ] {
        let response = test::call_service(&app, method.uri("/hook").to_request()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers().get("allow").unwrap(), "POST");
    }
}

#[actix_web::test]
async fn a_large_body_is_413_whether_announced_or_not() {
    let service = propel_auth().webhooks(verifier().max_body_bytes(100));
    let app = test::init_service(App::new().service(service)).await;
    let event = json!({"event_type": "x", "filler": "y".repeat(100)});
    assert_eq!(
        status(&app, delivery("msg_1", &event)).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let announced = delivery("msg_1", &json!({})).insert_header(("content-length", "101"));
    assert_eq!(status(&app, announced).await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[actix_web::test]
async fn the_clock_is_that_of_the_handle() {
    let clock = TestClock::new();
    let auth = propel_auth_builder().clock(clock.to_fn()).build().unwrap();
    let app = test::init_service(App::new().service(auth.webhooks(verifier()))).await;
    let event = json!({"event_type": "user.deleted", "user_id": "1"});
    clock.advance(Duration::from_secs(3600));
    assert_eq!(
        status(&app, delivery("msg_1", &event)).await,
        StatusCode::BAD_REQUEST
    );
    clock.resume();
    assert_eq!(
        status(&app, delivery("msg_1", &event)).await,
        StatusCode::NO_CONTENT
    );
}

#[actix_web::test]
async fn the_published_secret_is_accepted_only_by_a_handle_for_an_emulator() {
    let (emulator, of_emulator) = world::start().await;
    let of_production = PropelAuth::builder("https://auth.example.com", "key")
        .verifier_key(include_str!("../../keys/other_public.pem"))
        .build()
        .unwrap();
    let body = r#"{"event_type":"user.deleted","user_id":"1"}"#;
    for (auth, expected) in [
        (of_emulator, StatusCode::NO_CONTENT),
        (of_production, StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let verifier = WebhookVerifier::new(emulator.webhook_secret()).unwrap();
        let app = test::init_service(App::new().service(auth.webhooks(verifier))).await;
        let now = TestClock::new().now();
        let headers = sign_webhook(emulator.webhook_secret(), "msg_1", now, body);
        let request = test::TestRequest::post()
            .uri("/webhooks/propelauth")
            .set_payload(body);
        let request = headers
            .into_iter()
            .fold(request, test::TestRequest::insert_header);
        assert_eq!(status(&app, request).await, expected);
    }
}

#[actix_web::test]
async fn the_emulator_s_webhooks_take_a_role_away() {
    let (emulator, auth) = world::start().await;
    let acme = emulator.create_org("Acme").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    let verifier = WebhookVerifier::new(emulator.webhook_secret()).unwrap();
    let served = auth.clone();
    let server = actix_web::HttpServer::new(move || {
        App::new()
            .service(served.webhooks(verifier.clone()))
            .service(
                web::scope("/{org_id}")
                    .route(
                        "",
                        web::get()
                            .to(whoami)
                            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id"))),
                    )
                    .wrap(served.require_user()),
            )
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    emulator
        .add_webhook(format!("http://{address}/webhooks/propelauth"))
        .unwrap();
    let token = alice.access_token();
    let get = async || {
        let request = awc::Client::new().get(format!("http://{address}/{acme}"));
        request.as_user(&token).send().await.unwrap().status()
    };
    assert_eq!(get().await, StatusCode::OK);
    auth.org()
        .change_user_role_in_org(&alice, &acme, "Member")
        .await
        .unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(get().await, StatusCode::UNAUTHORIZED);
    handle.stop(false).await;
}
