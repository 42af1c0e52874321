//! The promises of the crate, each proved by requests to a real application.

// clippy.toml allows these in test functions; the helpers between them are tests as well.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

#[path = "../../src/a_canary.rs"]
mod a_canary;
mod api;
mod api_key;
mod audience;
mod cache;
mod canary;
mod captures;
mod choosing;
mod claims;
#[cfg(feature = "cli")]
mod cli;
mod clock;
mod contract;
mod cost;
mod coverage;
mod determinism;
mod emulator;
mod emulator_safety;
mod extract;
mod fail_closed;
mod fixtures;
mod forgery;
mod guards;
mod header;
mod hostile;
mod init;
mod issuers;
mod leakage;
mod log_lines;
mod mfa;
mod middleware;
mod misconfigured;
mod opaque;
mod org;
mod org_request;
mod outage;
mod outbox;
mod own_errors;
mod passing;
mod preflight;
mod quickstart;
mod required_org;
mod roles;
mod rotation;
mod routing;
mod saml;
mod scale;
mod scim;
mod server;
mod siblings;
mod startup;
mod static_files;
mod streams;
mod structure;
mod tokens;
mod tokio_task;
mod too_long;
mod user;
mod user_captures;
mod user_fetch;
mod user_insights;
mod validate;
mod vectors;
mod waiting;
mod wire;

use actix_web_propelauth::testing; // as the crate's own tests know it
