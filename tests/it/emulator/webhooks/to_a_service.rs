//! From a change in the emulator to what a service answers: the webhooks are received by the ready-made
//! service of this crate.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, rt::System, web};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth,
    emulator::{Emulator, WebhookStatus},
    org_id,
    webhook::{Webhook, WebhookEvent, WebhookVerifier},
};
use serde_json::json;

use crate::fixtures::world::connect;

/// A service with an endpoint for webhooks and a guarded route; dropping it stops it.
struct Service {
    addr: SocketAddr,
    events: Arc<Mutex<Vec<WebhookEvent>>>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    fn start(auth: PropelAuth, verifier: WebhookVerifier) -> Self {
        let events = Arc::default();
        let (kept, (sender, receiver)) = (Arc::clone(&events), mpsc::channel());
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let kept: Arc<Mutex<Vec<WebhookEvent>>> = Arc::clone(&kept);
                    let on_event = move |webhook: Webhook| {
                        kept.lock().unwrap().push(webhook.event);
                        async {}
                    };
                    let admin = web::resource("/orgs/{org_id}/admin")
                        .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
                        .get(HttpResponse::Ok);
                    let whoami = web::resource("/whoami").get(HttpResponse::Ok);
                    let api = web::scope("/api").service(admin).service(whoami);
                    App::new()
                        .service(auth.webhooks(verifier.clone()).on_event(on_event))
                        .service(api.wrap(auth.require_user()))
                });
                let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
                let addr = server.addrs()[0];
                let server = server.disable_signals().run();
                sender.send((addr, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (addr, handle) = receiver.recv().unwrap();
        Self {
            addr,
            events,
            handle,
            thread: Some(thread),
        }
    }

    fn webhook_url(&self) -> String {
        format!("http://{}/webhooks/propelauth", self.addr)
    }

    async fn status(&self, path: &str, token: &str) -> u16 {
        let request = awc::Client::new().get(format!("http://{}/api{path}", self.addr));
        let response = request.bearer_auth(token).send().await.unwrap();
        response.status().as_u16()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn verifier(emulator: &Emulator) -> WebhookVerifier {
    WebhookVerifier::new(emulator.webhook_secret()).unwrap()
}

#[actix_web::test]
async fn what_is_taken_away_in_the_emulator_is_refused_by_the_service() {
    let emulator = Emulator::start().await.unwrap();
    let auth = connect(&emulator);
    let service = Service::start(auth, verifier(&emulator));
    emulator.add_webhook(service.webhook_url()).unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    let admin = format!("/orgs/{acme}/admin");
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator.wait_for_webhooks().await;
    // A token from the second of a mark counts as one from before it.
    let issue = || {
        emulator.advance_clock(Duration::from_secs(1));
        alice.log_in().unwrap()
    };

    let token = issue();
    assert_eq!(service.status(&admin, &token).await, 200);
    let begun = Instant::now();
    emulator
        .change_user_role_in_org(&alice, &acme, "Member")
        .unwrap();
    while service.status(&admin, &token).await == 200 {
        assert!(begun.elapsed() < Duration::from_secs(1));
    }
    println!("from the lost role to the refusal: {:?}", begun.elapsed());
    assert_eq!(service.status(&admin, &token).await, 401);
    assert_eq!(
        service.status("/whoami", &token).await,
        200,
        "the user is still one"
    );
    assert_eq!(service.status(&admin, &issue()).await, 403);

    emulator
        .change_user_role_in_org(&alice, &acme, "Admin")
        .unwrap();
    emulator.wait_for_webhooks().await;
    let token = issue();
    assert_eq!(service.status(&admin, &token).await, 200);
    emulator.lock_user(&alice).unwrap();
    emulator.wait_for_webhooks().await;
    assert_eq!(service.status("/whoami", &token).await, 401);
}

#[actix_web::test]
async fn each_event_of_the_emulator_is_one_that_the_service_knows() {
    let emulator = Emulator::start().await.unwrap();
    let service = Service::start(connect(&emulator), verifier(&emulator));
    emulator.add_webhook(service.webhook_url()).unwrap();
    let types = include_str!("../../../../src/emulator/state/event.rs").lines();
    let types = types.filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    let types: Vec<&str> = types.collect();
    assert_eq!(types.len(), 29);
    for event_type in &types {
        // Without fields, those that the emulator sends with the type.
        let url = format!("{}/propelauth-dev/webhooks/messages", emulator.auth_url());
        let body = json!({ "event_type": event_type });
        let response = awc::Client::new().post(url).send_json(&body).await.unwrap();
        assert_eq!(response.status(), 200, "{event_type}");
        emulator.wait_for_webhooks().await;
        let event = service.events.lock().unwrap().pop().unwrap();
        assert_eq!(event.event_type(), *event_type);
        assert!(!matches!(event, WebhookEvent::Unknown(_)), "{event:?}");
    }
}

#[actix_web::test]
async fn a_service_with_another_secret_or_another_clock_rejects_and_the_log_says_so() {
    let emulator = Emulator::start().await.unwrap();
    let other = WebhookVerifier::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    let service = Service::start(connect(&emulator), other);
    emulator.add_webhook(service.webhook_url()).unwrap();
    emulator.create_org("Acme").unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    assert_eq!(
        (delivery.status, delivery.attempts[0].status),
        (WebhookStatus::Pending, Some(400))
    );
    assert!(service.events.lock().unwrap().is_empty());
    assert_eq!(
        emulator.webhooks()[0].failing_since,
        Some(delivery.message.created_at)
    );
}

#[actix_web::test]
async fn a_message_that_comes_twice_is_handled_once() {
    let emulator = Emulator::start().await.unwrap();
    let service = Service::start(connect(&emulator), verifier(&emulator));
    emulator.add_webhook(service.webhook_url()).unwrap();
    emulator.create_org("Acme").unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    emulator.replay_webhook(&delivery.message.id).unwrap();
    emulator.wait_for_webhooks().await;
    let delivery = emulator.webhook_deliveries().remove(0);
    let statuses: Vec<_> = delivery.attempts.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(204), Some(204)]);
    assert_eq!(service.events.lock().unwrap().len(), 1);
}
