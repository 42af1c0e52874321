//! Webhooks: each event of the state is sent to the endpoints, signed, and again until it is received.
//!
//! [`StoreLock`] takes the events out of the state when a call is done with it, and gives them to the
//! [`Hub`]. The sender is a task on the server's thread. It takes from the hub what is due by the
//! emulator's clock, so that neither the state is locked nor a response waits while something is sent.

mod delivery;
mod faults;
mod hub;
mod queue;
mod schedule;
mod sender;
mod store_lock;

pub use self::{
    delivery::{WebhookAttempt, WebhookDelivery, WebhookMessage, WebhookStatus},
    faults::WebhookFaults,
};
pub(crate) use self::{
    hub::Hub,
    sender::send_webhooks,
    store_lock::{StoreGuard, StoreLock},
};
