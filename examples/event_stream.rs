//! Streaming: server-sent events for members, which end when the token expires or the membership changes.
//!
//! ```text
//! cargo run --example event_stream --features emulator
//! ```

use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, rt::time, web};
use actix_web_propelauth::{InOrg, OrgMemberInfo, User, emulator::Emulator, org_id};
use futures_util::{StreamExt as _, stream};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// Streams events. The guard checks the request, and not the connection that outlives it, so the
/// handler ends the stream with the access. The client then reconnects with a new token.
async fn events(user: User, org: OrgMemberInfo) -> HttpResponse {
    let name = org.org_name.clone();
    let events = stream::iter(1..=3).then(move |number| {
        let event = format!("data: event {number} of {name}\n\n");
        async move {
            time::sleep(Duration::from_millis(50)).await;
            Ok::<_, actix_web::Error>(web::Bytes::from(event))
        }
    });
    let events = events.take_until(user.access_ended_in(&org.org_id));
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .streaming(events)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Member")?;

    let server = HttpServer::new(move || {
        let events = web::resource("/orgs/{org_id}/events")
            .wrap(InOrg::new(org_id::path("org_id")))
            .get(events);
        App::new().service(events).wrap(auth.require_user())
    })
    .bind(support::address())?;

    let path = format!("/orgs/{acme}/events");
    let all =
        "data: event 1 of Acme Inc\n\ndata: event 2 of Acme Inc\n\ndata: event 3 of Acme Inc\n\n";
    let requests = [
        get(&path)
            .as_user(&alice)
            .answers(200, all)
            .answers_header("content-type", "text/event-stream"),
        get(&path).as_user(&bob).denied(403),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
