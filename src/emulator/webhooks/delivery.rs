//! Messages and their deliveries, as the log has them.

use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A message of an [`Emulator`](crate::emulator::Emulator): an event that PropelAuth sends to webhooks.
///
/// There is one for each event, whether or not an endpoint is there to receive it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WebhookMessage {
    /// The id, such as `msg_27UH4WbU6Z5A5EzD8u03UvzRbpk`. Every attempt to deliver the message has it.
    pub id: String,
    /// The type of the event, such as `user.created`.
    pub event_type: String,
    /// The event as it is sent.
    pub payload: Value,
    /// The time of the event, as a Unix timestamp in seconds.
    pub created_at: i64,
}

/// The delivery of a message to one endpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// The number of the delivery, counted from 1 since the emulator started.
    pub number: u64,
    /// The message.
    #[serde(flatten)]
    pub message: WebhookMessage,
    /// The id of the endpoint.
    pub endpoint_id: String,
    /// The URL of the endpoint.
    pub url: String,
    /// Whether the message was received.
    pub status: WebhookStatus,
    /// The attempts so far, oldest first.
    pub attempts: Vec<WebhookAttempt>,
    /// The time of the next attempt by the emulator's clock, as a Unix timestamp in seconds, or `None` if
    /// there is none.
    pub next_attempt_at: Option<i64>,
}

/// What has become of a [`WebhookDelivery`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebhookStatus {
    /// An attempt is to be made, or is being made.
    Pending,
    /// The endpoint answered with a status from 200 to 299 within 15 seconds.
    Delivered,
    /// The endpoint answered that it wants no further attempt, with the header
    /// `webhook-delivery: abort-message`.
    Aborted,
    /// All attempts failed.
    Failed,
    /// The endpoint was removed or disabled before an attempt succeeded.
    Canceled,
}

/// One attempt to deliver a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// When the schedule has the attempt, as a Unix timestamp in seconds.
    pub due_at: i64,
    /// When it was made by the emulator's clock, as a Unix timestamp in seconds. The signature has it.
    pub sent_at: i64,
    /// The status of the response, or `None` if there was none.
    pub status: Option<u16>,
    /// Why there was no response.
    pub error: Option<String>,
    /// How long the endpoint took. In JSON, `duration_ms`.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub duration: Duration,
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1000.0)
}
