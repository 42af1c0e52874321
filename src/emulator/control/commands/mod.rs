//! The emulator over HTTP: one command for each request under `/propelauth-dev/`, for programs that
//! do not run in its process, such as the subcommands of `propelauth-dev`.
//!
//! [`COMMANDS`] is the list of all; each other file has those of one theme. They have the same effect
//! as the methods of [`Emulator`](crate::emulator::Emulator).

mod accounts;
mod answer;
mod clock;
mod command;
mod faults;
mod oauth_clients;
mod operations;
mod orgs;
mod outboxes;
#[cfg(feature = "pages")]
mod pages;
mod people;
mod project;
mod seeds;
mod sessions;
mod snapshots;
mod state;
mod status;
mod token;
mod webhooks;

use actix_web::http::Method;

use self::command::{Command, Commands};
use crate::emulator::http::{Shared, WireResponse};

/// Responds to a request for a path that begins with `/propelauth-dev`.
pub(super) fn answer(shared: &Shared, method: &Method, path: &str, body: &[u8]) -> WireResponse {
    answer::answer(ALL, shared, method, path, body)
}

/// Every command.
const ALL: Commands = &[
    COMMANDS,
    accounts::COMMANDS,
    oauth_clients::COMMANDS,
    operations::COMMANDS,
    orgs::COMMANDS,
    project::COMMANDS,
    sessions::COMMANDS,
    token::COMMANDS,
];

/// Those of themes with few of them.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("GET", "", "the list of these requests", answer::list),
    Command::new("GET", "health", "that it runs", status::health),
    Command::new("GET", "status", "addresses, keys and roles", status::status),
    Command::new(
        "GET",
        "users",
        "every user, with roles and permissions",
        people::users,
    ),
    Command::new(
        "GET",
        "orgs",
        "every organization, with its members",
        people::orgs,
    ),
    #[cfg(feature = "pages")]
    Command::new(
        "GET",
        "pages",
        "every page, and how it is reached",
        pages::list,
    ),
    Command::new("GET", "clock", "the time", clock::show),
    Command::new(
        "POST",
        "clock/freeze",
        "stops the clock, at a time or now",
        clock::freeze,
    ),
    Command::new(
        "POST",
        "clock/advance",
        "moves the clock forward",
        clock::advance,
    ),
    Command::new(
        "POST",
        "clock/resume",
        "undoes freezing and advancing",
        clock::resume,
    ),
    Command::new(
        "POST",
        "rotate-key",
        "replaces the signing key",
        status::rotate_key,
    ),
    Command::new(
        "POST",
        "rotate-signing-key",
        "the same as rotate-key",
        status::rotate_key,
    ),
    Command::new("GET", "faults", "the faults that are on", faults::list),
    Command::new("POST", "faults", "turns a fault on", faults::inject),
    Command::new("DELETE", "faults", "turns all faults off", faults::clear),
    Command::new("DELETE", "faults/{id}", "turns a fault off", faults::remove),
    Command::new(
        "GET",
        "requests",
        "what was asked, without secrets",
        faults::requests,
    ),
    Command::new(
        "DELETE",
        "requests",
        "forgets what was asked",
        faults::clear_requests,
    ),
    Command::new(
        "GET",
        "emails",
        "the emails that would have been sent",
        outboxes::emails,
    ),
    Command::new(
        "GET",
        "magic-links",
        "the magic links that were created",
        outboxes::magic_links,
    ),
    Command::new(
        "GET",
        "sms",
        "the SMS that would have been sent",
        outboxes::sms,
    ),
    Command::new(
        "POST",
        "reset",
        "returns to the state at the start",
        state::reset,
    ),
    Command::new(
        "GET",
        "snapshot",
        "the whole state, with secrets in plain text",
        state::snapshot,
    ),
    Command::new(
        "PUT",
        "snapshot",
        "replaces the whole state",
        state::restore,
    ),
    Command::new(
        "GET",
        "snapshots",
        "the names of saved states",
        snapshots::list,
    ),
    Command::new(
        "POST",
        "snapshots/{name}",
        "saves the state under a name",
        snapshots::save,
    ),
    Command::new(
        "POST",
        "snapshots/{name}/load",
        "replaces the state with a saved one",
        snapshots::load,
    ),
    Command::new(
        "DELETE",
        "snapshots/{name}",
        "forgets a saved state",
        snapshots::remove,
    ),
    Command::new(
        "POST",
        "seed",
        "adds what a seed in JSON or TOML contains",
        seeds::apply,
    ),
    Command::new(
        "GET",
        "webhooks",
        "the webhook endpoints, with their secrets",
        webhooks::list,
    ),
    Command::new("POST", "webhooks", "adds a webhook endpoint", webhooks::add),
    Command::new(
        "GET",
        "webhooks/messages",
        "the last events, as they are sent to webhooks",
        webhooks::messages,
    ),
    Command::new(
        "GET",
        "webhooks/deliveries",
        "the last deliveries to webhooks, with their attempts",
        webhooks::deliveries,
    ),
    Command::new(
        "POST",
        "webhooks/messages",
        "sends an event that nothing caused",
        webhooks::send,
    ),
    Command::new(
        "POST",
        "webhooks/messages/{id}/replay",
        "sends a message to webhooks again",
        webhooks::replay,
    ),
    Command::new(
        "GET",
        "webhooks/faults",
        "what goes wrong with webhooks on their way",
        webhooks::faults,
    ),
    Command::new(
        "PUT",
        "webhooks/faults",
        "sets what goes wrong with webhooks on their way",
        webhooks::set_faults,
    ),
    Command::new(
        "DELETE",
        "webhooks/{id}",
        "removes a webhook endpoint",
        webhooks::remove,
    ),
    Command::new(
        "POST",
        "webhooks/{id}/enable",
        "enables a webhook endpoint that was disabled",
        webhooks::enable,
    ),
];
