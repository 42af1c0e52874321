//! `propelauth-dev webhooks`: endpoints of a running emulator, and what is sent to them.

mod args;
mod deliveries;
mod run;

pub(super) use self::{args::WebhooksCommand, run::webhooks};
