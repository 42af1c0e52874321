//! PropelAuth's webhooks: a role that is taken away is gone with the next request, and the application hears of
//! every event.
//!
//! ```text
//! cargo run --example webhooks --features emulator
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpServer, http::Method, web};
use actix_web_propelauth::{
    InOrgWithRole, OrgMemberInfo,
    emulator::Emulator,
    org_id,
    testing::HasAccessToken as _,
    webhook::{Webhook, WebhookEvent, WebhookVerifier},
};
use support::{Outcome, get, request};

#[path = "support/mod.rs"]
mod support;

/// What the application has heard of roles, newest last. A real one has a database.
type Heard = Arc<Mutex<Vec<String>>>;

async fn billing(org: OrgMemberInfo) -> String {
    format!("billing of {}", org.org_name)
}

async fn heard(heard: web::Data<Heard>) -> String {
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.join(", ")
}

/// Is called once for each event, after tokens from before the change are denied already.
///
/// After an error, PropelAuth sends the event again.
fn on_event(heard: &Heard, webhook: &Webhook) -> Result<(), &'static str> {
    // Many types of events are none of its business, and a later version of PropelAuth may have more.
    let WebhookEvent::UserRoleChangedWithinOrg(event) = &webhook.event else {
        return Ok(());
    };
    let line = format!(
        "a member is {} now",
        event.new_role.as_deref().unwrap_or("something else")
    );
    let mut heard = heard.lock().map_err(|_| "another event panicked")?;
    heard.push(line);
    Ok(())
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    for admin in [&alice, &bob] {
        emulator.add_user_to_org(admin, &acme, "Admin")?;
    }

    // With an account: `WebhookVerifier::from_env()?`, which reads PROPELAUTH_WEBHOOK_SECRET.
    let verifier = WebhookVerifier::new(emulator.webhook_secret())?;
    let events = Heard::default();
    let server = HttpServer::new(move || {
        let events = Arc::clone(&events);
        let data = web::Data::new(Arc::clone(&events));
        let webhooks = auth.webhooks(verifier.clone()).on_event(move |webhook| {
            let result = on_event(&events, &webhook);
            async move { result }
        });
        let billing = web::resource("/orgs/{org_id}/billing")
            .get(billing)
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")));
        // The sender of webhooks has no access token: what requires one is around the other routes only.
        App::new()
            .app_data(data)
            .service(webhooks)
            .route("/heard", web::get().to(heard))
            .service(
                web::scope("/api")
                    .service(billing)
                    .wrap(auth.require_user()),
            )
    })
    .bind(support::address())?;
    let address = server
        .addrs()
        .first()
        .copied()
        .ok_or("the server has no address")?;
    emulator.add_webhook(format!("http://{address}/webhooks/propelauth"))?;

    // Both tokens are valid for half an hour, and say "Admin".
    let billing = format!("/api/orgs/{acme}/billing");
    let (of_alice, of_bob) = (alice.access_token(), bob.access_token());
    emulator.change_user_role_in_org(&alice, &acme, "Member")?;
    let requests = [
        get("/heard").eventually_answers(200, "a member is Member now"),
        get(&billing).token("alice", of_alice).denied(401),
        get(&billing)
            .token("bob", of_bob)
            .answers(200, "billing of Acme Inc"),
        request(Method::POST, "/webhooks/propelauth")
            .body(r#"{"event_type":"user.deleted","user_id":"forged"}"#)
            .answers(400, r#"{"title":"Bad Request","status":400}"#),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
