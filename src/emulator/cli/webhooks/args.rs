//! The arguments of `propelauth-dev webhooks`.

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::emulator::cli::{target::Target, values::positive_seconds};

/// What to do with webhooks.
#[derive(Debug, Subcommand)]
pub(in crate::emulator::cli) enum WebhooksCommand {
    /// Lists the endpoints.
    #[command(after_help = "Example: propelauth-dev webhooks list")]
    List(Target),
    /// Adds an endpoint, to which an event is sent for every change.
    #[command(
        after_help = "Example: propelauth-dev webhooks add http://127.0.0.1:8080/webhooks/propelauth"
    )]
    Add(Box<AddArgs>),
    /// Removes an endpoint.
    #[command(
        after_help = "Example: propelauth-dev webhooks remove http://127.0.0.1:8080/webhooks/propelauth"
    )]
    Remove {
        /// The id or the URL.
        #[arg(value_name = "ENDPOINT")]
        endpoint: String,
        #[command(flatten)]
        target: Target,
    },
    /// Enables an endpoint that was disabled after five days of failures.
    #[command(
        after_help = "Example: propelauth-dev webhooks enable http://127.0.0.1:8080/webhooks/propelauth"
    )]
    Enable {
        /// The id or the URL.
        #[arg(value_name = "ENDPOINT")]
        endpoint: String,
        #[command(flatten)]
        target: Target,
    },
    /// Lists what was sent to endpoints, and whether it was received.
    #[command(after_help = "Example: propelauth-dev webhooks deliveries --follow")]
    Deliveries(DeliveriesArgs),
    /// Sends a message again, with the same id.
    #[command(after_help = "Example: propelauth-dev webhooks replay \
                            msg_27e5f9a83c4d41a6b0ffd2e89c1")]
    Replay {
        /// The id of the message, as `deliveries` lists it.
        #[arg(value_name = "MESSAGE")]
        message: String,
        #[command(flatten)]
        target: Target,
    },
    /// Sends an event that nothing caused.
    #[command(after_help = "Example: propelauth-dev webhooks test user.disabled")]
    Test {
        /// The type of the event, such as `user.disabled`.
        #[arg(value_name = "TYPE")]
        event_type: String,
        /// The other members of the event as a JSON object [default: those that PropelAuth sends, about the
        /// first user and organization].
        #[arg(long, value_name = "JSON", value_parser = fields)]
        fields: Option<Map<String, Value>>,
        #[command(flatten)]
        target: Target,
    },
    /// Sets what goes wrong with later messages on their way. Without arguments, nothing does.
    #[command(after_help = "Example: propelauth-dev webhooks faults --duplicate --delay 30s")]
    Faults(FaultsArgs),
}

#[derive(Debug, Args)]
pub(in crate::emulator::cli) struct AddArgs {
    /// The URL: http, on this machine or in a private network.
    #[arg(value_name = "URL")]
    pub(super) endpoint: String,
    /// The secret that signs what is sent [default: the published development secret].
    #[arg(long, value_name = "SECRET")]
    pub(super) secret: Option<String>,
    /// A type of events to send; repeatable [default: all].
    #[arg(long = "event-type", value_name = "TYPE")]
    pub(super) event_types: Vec<String>,
    /// Sends headers that begin with `webhook-`, and not with `svix-`.
    #[arg(long)]
    pub(super) standard_headers: bool,
    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(in crate::emulator::cli) struct DeliveriesArgs {
    /// Keeps printing attempts as they are made, until Ctrl-C. With --json, one line for each.
    #[arg(long)]
    pub(super) follow: bool,
    /// Also prints what was sent.
    #[arg(long)]
    pub(super) bodies: bool,
    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(in crate::emulator::cli) struct FaultsArgs {
    /// Sends every message twice.
    #[arg(long)]
    pub(super) duplicate: bool,
    /// Holds every second message back, so that a later one overtakes it.
    #[arg(long)]
    pub(super) reorder: bool,
    /// Sends every message this long after its event, by the emulator's clock.
    #[arg(long, value_name = "DURATION", value_parser = positive_seconds)]
    pub(super) delay: Option<u32>,
    /// Loses this number of attempts of every message.
    #[arg(long, value_name = "NUMBER")]
    pub(super) lose: Option<u32>,
    /// Holds all messages back until faults are set without it.
    #[arg(long)]
    pub(super) hold: bool,
    #[command(flatten)]
    pub(super) target: Target,
}

fn fields(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text)
        .map_err(|error| format!("write a JSON object such as {{\"user_id\":\"…\"}}: {error}"))
}
