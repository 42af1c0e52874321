//! Webhooks: endpoints, what is sent to them, and what goes wrong on the way.

use serde_json::{Map, Value};

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::Shared,
    state::{Event, NewWebhook, WebhookEndpoint, interned::interned},
    webhooks::{WebhookDelivery, WebhookFaults, WebhookMessage},
};

impl Emulator {
    /// Adds a webhook endpoint, from a URL or a whole [`NewWebhook`]: from now on, the emulator sends it an
    /// event for every change that PropelAuth sends one for.
    ///
    /// What is sent is signed as PropelAuth does, and is sent again if the endpoint does not answer with a
    /// status from 200 to 299 within 15 seconds: after 5 seconds, 5 minutes, 30 minutes, 2, 5, 10 and 10
    /// hours, by the emulator's clock. If all attempts fail for five days, the endpoint is disabled. The
    /// order of messages is not guaranteed. [`PropelAuth::webhooks`](crate::PropelAuth::webhooks) is the other end.
    ///
    /// ```
    /// use actix_web::{App, HttpResponse, HttpServer, web};
    /// use actix_web_propelauth::emulator::{Emulator, WebhookStatus};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = HttpServer::new(|| {
    ///     App::new().route("/hook", web::post().to(HttpResponse::Ok))
    /// });
    /// let server = server.workers(1).bind(("127.0.0.1", 0))?;
    /// let port = server.addrs()[0].port();
    /// actix_web::rt::spawn(server.run());
    ///
    /// let emulator = Emulator::start().await?;
    /// emulator.add_webhook(format!("http://127.0.0.1:{port}/hook"))?;
    /// emulator.create_user("alice@example.com")?;
    /// emulator.wait_for_webhooks().await;
    ///
    /// let deliveries = emulator.webhook_deliveries();
    /// assert_eq!(deliveries[0].message.event_type, "user.created");
    /// assert_eq!(deliveries[0].status, WebhookStatus::Delivered);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the URL is not an `http` URL on this machine or in a private
    /// network, if it has an endpoint already, or if the secret or a type of events is invalid.
    pub fn add_webhook(
        &self,
        webhook: impl Into<NewWebhook>,
    ) -> Result<WebhookEndpoint, EmulatorError> {
        add(&self.shared, webhook.into()).map_err(EmulatorError::Rejected)
    }

    /// Returns the webhook endpoints, in the order in which they were added.
    #[must_use]
    pub fn webhooks(&self) -> Vec<WebhookEndpoint> {
        self.store().project.webhooks.clone()
    }

    /// Removes a webhook endpoint, given by its id or URL. What was not yet delivered to it is canceled.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the endpoint does not exist.
    pub fn remove_webhook(&self, id_or_url: &str) -> Result<(), EmulatorError> {
        remove(&self.shared, id_or_url).map_err(EmulatorError::Rejected)?;
        Ok(())
    }

    /// Enables a webhook endpoint that was disabled after five days of failures. Events of the time in
    /// between are not sent; see [`replay_webhook`](Self::replay_webhook).
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the endpoint does not exist.
    pub fn enable_webhook(&self, id_or_url: &str) -> Result<(), EmulatorError> {
        enable(&self.shared, id_or_url).map_err(EmulatorError::Rejected)?;
        Ok(())
    }

    /// Returns the published development secret, which signs webhooks by default, for
    /// [`WebhookVerifier::new`](crate::webhook::WebhookVerifier::new). A service in another process reads it from
    /// `PROPELAUTH_WEBHOOK_SECRET`.
    ///
    /// It is the same for every emulator, so that a service keeps its configuration. As anybody knows it, a
    /// service in production must have another one. An [exposed](crate::emulator::EmulatorBuilder::expose)
    /// emulator has a random one instead.
    #[must_use]
    pub fn webhook_secret(&self) -> &'static str {
        interned(self.store().project.webhook_secret.expose())
    }

    /// Waits until every webhook was sent that is due by the emulator's clock, retries included.
    ///
    /// A test that continues after it does not depend on when messages arrive. With a frozen clock, what
    /// failed is not sent again until [`advance_clock`](Self::advance_clock) makes it due.
    pub async fn wait_for_webhooks(&self) {
        self.shared.wait_for_webhooks().await;
    }

    /// Returns the messages to webhooks, oldest first: one for each event, whether or not there is an
    /// endpoint. The last 10,000 are kept.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let messages = emulator.webhook_messages();
    /// assert_eq!(messages[0].payload["event_type"], "user.created");
    /// assert_eq!(messages[0].payload["user_id"], alice.id().as_str());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn webhook_messages(&self) -> Vec<WebhookMessage> {
        self.shared.webhooks().messages()
    }

    /// Returns the deliveries of messages to endpoints with their attempts, oldest first. The last 10,000 are
    /// kept.
    #[must_use]
    pub fn webhook_deliveries(&self) -> Vec<WebhookDelivery> {
        self.shared.webhooks().deliveries()
    }

    /// Sends a message again, given by its id, to every endpoint that wants events of its type. The schedule
    /// of retries begins again.
    ///
    /// Also an endpoint that was added after the event gets the message.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if there is no such message.
    pub fn replay_webhook(&self, message_id: &str) -> Result<(), EmulatorError> {
        replay(&self.shared, message_id).map_err(EmulatorError::Rejected)
    }

    /// Sends an event that nothing caused, and returns the id of its message. The payload has these fields
    /// and `event_type`.
    ///
    /// The type may be one that PropelAuth does not have, to test what a service does about it.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    /// use serde_json::json;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.send_webhook("user.from_the_future", json!({ "user_id": "x" }))?;
    /// assert_eq!(emulator.webhook_messages()[0].event_type, "user.from_the_future");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the fields are not a JSON object.
    pub fn send_webhook(
        &self,
        event_type: impl Into<String>,
        fields: impl Into<Value>,
    ) -> Result<String, EmulatorError> {
        match fields.into() {
            Value::Object(fields) => Ok(send(&self.shared, &event_type.into(), fields)),
            _ => Err(EmulatorError::rejected(
                "the fields of a webhook are a JSON object",
            )),
        }
    }

    /// Returns what goes wrong with messages on their way.
    #[must_use]
    pub fn webhook_faults(&self) -> WebhookFaults {
        self.shared.webhooks().faults()
    }

    /// Sets what goes wrong with later messages on their way, in place of earlier faults.
    /// [`WebhookFaults::new`] turns all off.
    pub fn set_webhook_faults(&self, faults: WebhookFaults) {
        self.shared.webhooks().set_faults(faults);
    }

    /// Holds all messages back until [`release_webhooks`](Self::release_webhooks) is called.
    pub fn hold_webhooks(&self) {
        self.shared.webhooks().hold(true);
    }

    /// Sends what was held back.
    pub fn release_webhooks(&self) {
        self.shared.webhooks().hold(false);
    }
}

/// Adds an endpoint.
pub(super) fn add(shared: &Shared, webhook: NewWebhook) -> Result<WebhookEndpoint, String> {
    shared.lock_store().project.add_webhook(webhook)
}

/// Removes an endpoint, and returns it.
pub(super) fn remove(shared: &Shared, name: &str) -> Result<WebhookEndpoint, String> {
    let mut store = shared.lock_store();
    let removed = store.project.webhook_mut(name)?.clone();
    store.project.webhooks.retain(|it| it.id != removed.id);
    drop(store);
    shared.webhooks().cancel(&removed.id);
    Ok(removed)
}

/// Enables an endpoint, and returns it.
pub(super) fn enable(shared: &Shared, name: &str) -> Result<WebhookEndpoint, String> {
    let mut store = shared.lock_store();
    let endpoint = store.project.webhook_mut(name)?;
    endpoint.enable();
    Ok(endpoint.clone())
}

/// Sends a message again.
pub(super) fn replay(shared: &Shared, message_id: &str) -> Result<(), String> {
    let store = shared.lock_store();
    let (endpoints, now) = (&store.project.webhooks, store.now());
    match shared.webhooks().replay(message_id, endpoints, now) {
        true => Ok(()),
        false => Err(format!(
            "there is no webhook message with the id {message_id:?}"
        )),
    }
}

/// Sends an event, and returns the id of its message.
pub(super) fn send(shared: &Shared, event_type: &str, fields: Map<String, Value>) -> String {
    let event = Event::new(event_type).with_fields(fields);
    let store = shared.lock_store();
    let (endpoints, now) = (&store.project.webhooks, store.now());
    let ids = shared.webhooks().add(&[event], endpoints, now);
    ids.into_iter().next().unwrap_or_default()
}
