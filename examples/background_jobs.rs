//! Background jobs on tokio: a handler accepts a job, and a worker on other threads does it.
//!
//! ```text
//! cargo run --example background_jobs --features emulator
//! ```

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{App, HttpResponse, HttpServer, error::ErrorServiceUnavailable, http::Method, web};
use actix_web_propelauth::{InOrg, OrgId, OrgMemberInfo, PropelAuth, emulator::Emulator, org_id};
use support::{Outcome, get, request};
use tokio::{runtime::Runtime, sync::mpsc};

#[path = "support/mod.rs"]
mod support;

/// The finished reports.
type Reports = Arc<Mutex<BTreeMap<OrgId, String>>>;

async fn order(
    org: OrgMemberInfo,
    jobs: web::Data<mpsc::Sender<OrgId>>,
) -> actix_web::Result<HttpResponse> {
    // A job has the ids it needs. It does not have the user's token, which may expire meanwhile.
    jobs.try_send(org.org_id.clone())
        .map_err(ErrorServiceUnavailable)?;
    Ok(HttpResponse::Accepted().body("ordered"))
}

async fn read(org: OrgMemberInfo, reports: web::Data<Reports>) -> HttpResponse {
    let reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
    match reports.get(&org.org_id) {
        Some(report) => HttpResponse::Ok().body(report.clone()),
        None => HttpResponse::NotFound().body("no report yet"),
    }
}

/// Does one job after the other, on any thread of its runtime.
async fn work(auth: PropelAuth, mut jobs: mpsc::Receiver<OrgId>, reports: Reports) {
    while let Some(org) = jobs.recv().await {
        let wanted = org.clone();
        // A call stays on one thread, so a task that moves has it made on the handle's own.
        let members = auth.run_on_dedicated_thread(async move |auth| {
            auth.org()
                .fetch_users_in_org(wanted)
                .stream()
                .collect_all()
                .await
        });
        let report = match members.await {
            Ok(Ok(members)) => format!("{} members", members.len()),
            Ok(Err(error)) => format!("failed: {error}"),
            Err(error) => format!("failed: {error}"),
        };
        reports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(org, report);
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Owner")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let reports = Reports::default();
    let (sender, receiver) = mpsc::channel(100);
    let workers = Runtime::new()?; // threads of their own, so that jobs do not delay requests
    workers.spawn(work(auth.clone(), receiver, Arc::clone(&reports)));

    let server = HttpServer::new(move || {
        let report = web::resource("/orgs/{org_id}/report")
            .wrap(InOrg::new(org_id::path("org_id")))
            .post(order)
            .get(read);
        App::new()
            .service(report)
            .app_data(web::Data::new(sender.clone()))
            .app_data(web::Data::new(Arc::clone(&reports)))
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let path = format!("/orgs/{acme}/report");
    let requests = [
        get(&path).as_user(&alice).answers(404, "no report yet"),
        request(Method::POST, &path)
            .as_user(&alice)
            .answers(202, "ordered"),
        get(&path)
            .as_user(&alice)
            .eventually_answers(200, "2 members"),
    ];
    let outcome = support::serve(server.addrs(), server.run(), requests).await;
    workers.shutdown_background();
    outcome
}
