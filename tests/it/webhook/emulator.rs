//! The service and the emulator that sends to it: every type of events, retries, and what is late.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use actix_web::{App, HttpServer, http::StatusCode, rt::System, web};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth, User,
    emulator::{Emulator, WebhookFaults, WebhookStatus},
    org_id,
    testing::{HasAccessToken as _, TestRequestExt as _},
    webhook::{Webhook, WebhookEvent, WebhookVerifier},
};

use crate::fixtures::world;

/// The types of events in PropelAuth's catalog.
const TYPES: [&str; 29] = [
    "org.api_key_deleted",
    "org.created",
    "org.deleted",
    "org.saml_removed",
    "org.saml_setup",
    "org.saml_went_live",
    "org.scim_group_created",
    "org.scim_group_deleted",
    "org.scim_group_updated",
    "org.scim_key_created",
    "org.scim_key_revoked",
    "org.updated",
    "user.added_to_org",
    "user.added_to_scim_group",
    "user.created",
    "user.deleted",
    "user.deleted_personal_api_key",
    "user.disabled",
    "user.enabled",
    "user.impersonated",
    "user.invited_to_org",
    "user.locked",
    "user.logged_out",
    "user.login",
    "user.removed_from_org",
    "user.removed_from_scim_group",
    "user.role_changed_within_org",
    "user.send_mfa_phone_code",
    "user.updated",
];

/// A service on a port, with the webhooks that its application got. Its first calls fail as often as given.
struct Service {
    address: String,
    received: Arc<Mutex<Vec<Webhook>>>,
    handle: actix_web::dev::ServerHandle,
}

impl Service {
    fn start(emulator: &Emulator, auth: &PropelAuth, failures: usize) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let (state, auth) = (Arc::clone(&received), auth.clone());
        let calls = Arc::new(AtomicUsize::new(0));
        let verifier = WebhookVerifier::new(emulator.webhook_secret()).unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let (state, calls) = (Arc::clone(&state), Arc::clone(&calls));
                    let on_event = move |webhook| {
                        let fails = calls.fetch_add(1, Ordering::Relaxed) < failures;
                        if !fails {
                            state.lock().unwrap().push(webhook);
                        }
                        async move {
                            match fails {
                                true => Err("the application is busy"),
                                false => Ok(()),
                            }
                        }
                    };
                    let only_admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
                    let admins = web::resource("/orgs/{org_id}")
                        .get(whoami)
                        .wrap(only_admins);
                    App::new()
                        .service(auth.webhooks(verifier.clone()).on_event(on_event))
                        .service(web::scope("/api").service(admins).wrap(auth.require_user()))
                });
                let server = server.workers(2).bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0].to_string();
                let server = server.disable_signals().run();
                sender.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        let url = format!("http://{address}/webhooks/propelauth");
        emulator.add_webhook(url).unwrap();
        Self {
            address,
            received,
            handle,
        }
    }

    fn take(&self) -> Vec<Webhook> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    async fn get(&self, org_id: &str, token: &String) -> StatusCode {
        let url = format!("http://{}/api/orgs/{org_id}", self.address);
        let request = awc::Client::new().get(url).as_user(token);
        request.send().await.unwrap().status()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn whoami(user: User) -> String {
    user.email.clone()
}

#[actix_web::test]
async fn every_type_of_events_arrives_typed_with_all_of_its_fields() {
    let (emulator, auth) = world::start().await;
    let acme = emulator.create_org("Acme Inc").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    let service = Service::start(&emulator, &auth, 0);
    let control = format!("{}/propelauth-dev/webhooks/messages", emulator.auth_url());
    for event_type in TYPES {
        let body = serde_json::json!({ "event_type": event_type });
        let sent = awc::Client::new().post(&control).send_json(&body).await;
        assert_eq!(sent.unwrap().status(), StatusCode::OK, "{event_type}");
    }
    emulator.wait_for_webhooks().await;

    let mut received = service.take();
    received.sort_by(|a, b| a.event.event_type().cmp(b.event.event_type()));
    let types: Vec<_> = received.iter().map(|it| it.event.event_type()).collect();
    assert_eq!(types, TYPES);
    for webhook in &received {
        let event = &webhook.event;
        assert!(!matches!(event, WebhookEvent::Unknown(_)), "{event:?}");
        // What the emulator sends is what the types have: nothing is left over.
        assert!(format!("{event:?}").contains("other: {}"), "{event:?}");
    }
}

#[actix_web::test]
async fn an_event_is_sent_again_until_the_application_has_it_and_not_handled_again_after() {
    let (emulator, auth) = world::start().await;
    emulator.freeze_clock(1_800_000_000);
    let service = Service::start(&emulator, &auth, 2);
    emulator.create_user("alice@example.com").unwrap();
    for wait in [0, 5, 300] {
        assert!(service.take().is_empty());
        emulator.advance_clock(Duration::from_secs(wait));
        emulator.wait_for_webhooks().await;
    }
    let delivery = emulator.webhook_deliveries().remove(0);
    let statuses: Vec<_> = delivery.attempts.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(500), Some(500), Some(204)]);
    let received = service.take();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].id, delivery.message.id);

    emulator.replay_webhook(&delivery.message.id).unwrap();
    emulator.wait_for_webhooks().await;
    assert!(service.take().is_empty(), "it was handled before");
    let last = emulator.webhook_deliveries().pop().unwrap();
    assert_eq!(last.status, WebhookStatus::Delivered);
}

/// The service cannot know when the change was: the event has no time of its own.
#[actix_web::test]
async fn an_event_that_is_late_marks_up_to_its_delivery() {
    let (emulator, auth) = world::start().await;
    let acme = emulator.create_org("Acme Inc").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator.freeze_clock(1_800_000_000);
    let service = Service::start(&emulator, &auth, 0);
    emulator.set_webhook_faults(WebhookFaults::new().delay(Duration::from_secs(60)));
    let change = |role| emulator.change_user_role_in_org(&alice, &acme, role);
    change("Member").unwrap();
    emulator.advance_clock(Duration::from_secs(1));
    change("Admin").unwrap();
    let token = alice.access_token();
    assert_eq!(service.get(acme.as_str(), &token).await, StatusCode::OK);
    emulator.advance_clock(Duration::from_secs(60));
    emulator.wait_for_webhooks().await;
    assert_eq!(
        service.get(acme.as_str(), &token).await,
        StatusCode::UNAUTHORIZED
    );
    emulator.advance_clock(Duration::from_secs(1));
    let token = alice.access_token();
    assert_eq!(service.get(acme.as_str(), &token).await, StatusCode::OK);
}
