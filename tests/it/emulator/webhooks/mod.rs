//! Webhooks: which change is which event, and how events reach a service.

mod control_methods;
mod delivery;
mod operations;
pub(super) mod receiver;

use actix_web_propelauth::emulator::Emulator;

/// Returns the types of the events since the emulator had this number of messages, sorted.
fn types_since(emulator: &Emulator, before: usize) -> Vec<String> {
    let messages = emulator.webhook_messages();
    let mut types: Vec<_> = messages[before..]
        .iter()
        .map(|it| it.event_type.clone())
        .collect();
    types.sort();
    types
}
