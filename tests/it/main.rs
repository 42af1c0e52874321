//! The promises of the crate, each proved by requests to a real application.

// clippy.toml allows these in test functions; the helpers between them are tests as well.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod api;
mod api_key;
mod captures;
mod choosing;
mod claims;
mod determinism;
mod emulator;
mod extract;
mod fixtures;
mod forgery;
mod guards;
mod header;
mod init;
mod leakage;
mod middleware;
mod opaque;
mod preflight;
mod roles;
mod routing;
mod server;
mod structure;
mod user_insights;
mod validate;
mod vectors;
mod wire;
