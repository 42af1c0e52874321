//! The task that sends what is due.

use std::{
    panic,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::rt;
use awc::{
    Client, Connector,
    http::header::{CONTENT_TYPE, USER_AGENT},
};

use super::{
    delivery::WebhookAttempt,
    queue::{Job, Outcome},
    schedule::TIMEOUT,
    store_lock::StoreLock,
};
use crate::{emulator::state::WebhookEndpoint, words::causes::Causes};

/// How long the sender sleeps if nothing becomes due by itself.
const ASLEEP: Duration = Duration::from_secs(60 * 60);

/// Sends webhooks until it is dropped, with everything that it has begun.
pub(crate) async fn send_webhooks(store: Arc<StoreLock>) {
    let mut client = None;
    let mut version = store.hub().subscribe();
    loop {
        version.borrow_and_update();
        let now = store.peek().now();
        for job in store.hub().take_due(now) {
            let client = match &client {
                Some(client) => Ok(Client::clone(client)),
                None => new_client().map(|new| client.insert(new).clone()),
            };
            rt::spawn(attempt(Arc::clone(&store), client, job));
        }
        let look = store.hub().next_look().unwrap_or(ASLEEP);
        let _ = tokio::time::timeout(look, version.changed()).await;
    }
}

/// Creates a client, when there is something to send.
fn new_client() -> Result<Client, String> {
    // Both constructors panic if another crate enables awc's own rustls feature and no provider is
    // installed process-wide.
    let new = panic::catch_unwind(|| (Connector::new(), Client::builder()));
    let (connector, builder) = new.map_err(|_| {
        "awc cannot be set up: it needs a CryptoProvider that is installed process-wide".to_owned()
    })?;
    Ok(builder
        .connector(connector.timeout(TIMEOUT))
        .disable_redirects()
        .timeout(TIMEOUT)
        .finish())
}

/// Makes one attempt and notes what it came to.
async fn attempt(store: Arc<StoreLock>, client: Result<Client, String>, job: Job) {
    let (endpoint, sent_at) = {
        let store = store.peek();
        let mut endpoints = store.project.webhooks.iter();
        let endpoint = endpoints.find(|endpoint| endpoint.id == job.endpoint_id);
        (endpoint.cloned(), store.now())
    };
    let Some(endpoint) = endpoint else {
        store.hub().finish(job.number, None, Outcome::Canceled);
        return;
    };
    let begun = Instant::now();
    let sent = match (job.is_lost, client) {
        (true, _) => Err("lost by a fault of the emulator".to_owned()),
        (false, Err(why)) => Err(why),
        (false, Ok(client)) => send(&client, &endpoint, &job, sent_at).await,
    };
    let (outcome, status, error) = match sent {
        Ok((status, _)) if (200..300).contains(&status) => (Outcome::Received, Some(status), None),
        Ok((status, true)) => (Outcome::Aborted, Some(status), None),
        Ok((status, false)) => (Outcome::Failed, Some(status), None),
        Err(error) => (Outcome::Failed, None, Some(error)),
    };
    tracing::debug!(
        id = job.id,
        url = endpoint.url,
        status,
        error,
        "the emulator sent a webhook"
    );
    // Before the attempt is over, so that whoever waits for it sees the endpoint as it is then.
    note(&store, &job, outcome == Outcome::Received);
    let attempt = WebhookAttempt {
        due_at: job.due_at,
        sent_at,
        status,
        error,
        duration: begun.elapsed(),
    };
    store.hub().finish(job.number, Some(attempt), outcome);
}

/// Sends a message, and returns the status of the response, and whether it asks for no further attempt.
async fn send(
    client: &Client,
    endpoint: &WebhookEndpoint,
    job: &Job,
    sent_at: i64,
) -> Result<(u16, bool), String> {
    let signature = endpoint.sign(&job.id, sent_at, &job.body);
    let family = match endpoint.has_standard_headers {
        true => "webhook",
        false => "svix",
    };
    let header = |name: &str| format!("{family}-{name}");
    let request = client
        .post(&endpoint.url)
        .insert_header((header("id"), job.id.as_str()))
        .insert_header((header("timestamp"), sent_at.to_string()))
        .insert_header((header("signature"), signature))
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((
            USER_AGENT,
            "Svix-Webhooks/1.0 (the emulator of actix-web-propelauth)",
        ))
        // A service that was restarted has closed the connections of its earlier run.
        .force_close();
    let response = request.send_body(job.body.clone()).await;
    let response = response.map_err(|error| Causes(&error).to_string())?;
    let mut wishes = response.headers().get_all("webhook-delivery");
    let is_aborted = wishes.any(|wish| wish.as_bytes() == b"abort-message");
    Ok((response.status().as_u16(), is_aborted))
}

/// Notes an attempt with its endpoint, which may be disabled by it.
fn note(store: &StoreLock, job: &Job, has_succeeded: bool) {
    let mut locked = store.peek();
    let mut endpoints = locked.project.webhooks.iter_mut();
    let Some(endpoint) = endpoints.find(|endpoint| endpoint.id == job.endpoint_id) else {
        return;
    };
    if endpoint.note_attempt(job.due_at, has_succeeded) {
        tracing::warn!(
            url = endpoint.url,
            "a webhook endpoint is disabled, because all attempts to reach it failed for five days: enable \
             it with `propelauth-dev webhooks enable` or `Emulator::enable_webhook`"
        );
        drop(locked);
        store.note_change();
        store.hub().cancel(&job.endpoint_id);
    }
}
