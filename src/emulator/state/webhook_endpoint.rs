//! Webhook endpoints: where events are sent, and with which secret they are signed.
//!
//! Known differences to PropelAuth: `webhook-secret` in docs/differences.md.

use serde::Serialize;

use crate::{
    emulator::state::{
        EVENT_TYPES, ids::uuid_from_names, json_document::unknown_name, webhook_url,
    },
    webhook::{SigningKey, sign},
    words::secret::Secret,
};

/// How long all attempts to an endpoint may fail before it is disabled, in seconds: five days.
const MAX_FAILING: i64 = 5 * 24 * 60 * 60;

/// A webhook endpoint to add to an [`Emulator`](crate::emulator::Emulator): a URL to which it sends events.
///
/// ```
/// use actix_web_propelauth::emulator::{Emulator, NewWebhook};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder()
///     .webhook("http://127.0.0.1:8080/webhooks/propelauth")
///     .webhook(NewWebhook::new("http://127.0.0.1:8081/hook").event_types(["user.disabled"]))
///     .start()
///     .await?;
/// assert_eq!(emulator.webhooks().len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is added by `Emulator::add_webhook`"]
pub struct NewWebhook {
    url: String,
    secret: Option<Secret>,
    event_types: Vec<String>,
    has_standard_headers: bool,
    is_disabled: bool,
}

impl NewWebhook {
    /// Creates an endpoint for all events, with this `http` URL on this machine or in a private network.
    ///
    /// The host is a loopback or private address, a name without a dot, as containers have, or a name below
    /// `localhost` or `internal`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: None,
            event_types: Vec::new(),
            has_standard_headers: false,
            is_disabled: false,
        }
    }

    /// Sets the secret that signs what is sent: `whsec_` and base64. By default, the published development
    /// secret, which [`webhook_secret`](crate::emulator::Emulator::webhook_secret) returns.
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Sets the types of events to send, such as `user.disabled`. By default, all.
    pub fn event_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.event_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sends the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks. By
    /// default, the same headers with `svix-`, as PropelAuth sends them.
    pub fn standard_headers(mut self) -> Self {
        self.has_standard_headers = true;
        self
    }

    /// Adds the endpoint as one that is disabled.
    pub(crate) fn disabled(mut self, is_disabled: bool) -> Self {
        self.is_disabled = is_disabled;
        self
    }

    /// Returns the endpoint, or the reason if a setting is invalid. `secret` is what it has without one of its
    /// own.
    pub(crate) fn build(self, secret: &Secret) -> Result<WebhookEndpoint, String> {
        let url = String::from(webhook_url::check(&self.url)?);
        let secret = self.secret.unwrap_or_else(|| secret.clone());
        SigningKey::new(&secret).map_err(|error| error.to_string())?;
        let unknown = |it: &&String| !EVENT_TYPES.contains(&it.as_str());
        if let Some(unknown) = self.event_types.iter().find(unknown) {
            let what = "the event types of PropelAuth";
            return Err(unknown_name("event type", unknown, what, &EVENT_TYPES));
        }
        let id = uuid_from_names(&["webhook endpoint", &url]).replace('-', "");
        Ok(WebhookEndpoint {
            id: format!("ep_{}", id.chars().take(27).collect::<String>()),
            url,
            event_types: self.event_types,
            has_standard_headers: self.has_standard_headers,
            is_disabled: self.is_disabled,
            failing_since: None,
            secret,
        })
    }
}

impl From<&str> for NewWebhook {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for NewWebhook {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&String> for NewWebhook {
    fn from(url: &String) -> Self {
        Self::new(url)
    }
}

/// A webhook endpoint of an [`Emulator`](crate::emulator::Emulator), as it is now.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WebhookEndpoint {
    /// The id, which depends on the URL.
    pub id: String,
    /// The URL.
    pub url: String,
    /// The types of events that are sent. Empty for all.
    pub event_types: Vec<String>,
    /// Whether the headers are those of Standard Webhooks, and not those of Svix.
    pub has_standard_headers: bool,
    /// Whether nothing is sent, because all attempts failed for five days.
    pub is_disabled: bool,
    /// The time since which all attempts have failed, as a Unix timestamp in seconds, or `None` if the last
    /// one succeeded.
    pub failing_since: Option<i64>,
    #[serde(skip)]
    secret: Secret,
}

impl WebhookEndpoint {
    /// Returns the secret that signs what is sent.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.secret.expose()
    }

    /// Returns the signature of a message. The secret was checked when the endpoint was added.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = SigningKey::new(&self.secret);
        key.map_or_else(
            |_| String::new(),
            |key| sign(&key, id, timestamp, body.as_bytes()),
        )
    }

    /// Returns `true` if events of a type are sent.
    pub(crate) fn wants(&self, event_type: &str) -> bool {
        let mut types = self.event_types.iter();
        !self.is_disabled && (self.event_types.is_empty() || types.any(|it| it == event_type))
    }

    /// Enables the endpoint, with no failures so far.
    pub(crate) fn enable(&mut self) {
        self.is_disabled = false;
        self.failing_since = None;
    }

    /// Notes an attempt at a time. Returns `true` if it disabled the endpoint.
    pub(crate) fn note_attempt(&mut self, at: i64, has_succeeded: bool) -> bool {
        if has_succeeded {
            self.failing_since = None;
            return false;
        }
        let since = *self.failing_since.get_or_insert(at);
        let was_disabled = self.is_disabled;
        self.is_disabled |= at.saturating_sub(since) >= MAX_FAILING;
        self.is_disabled && !was_disabled
    }
}
