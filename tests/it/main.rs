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
mod access;
mod api;
#[cfg(feature = "audit")]
mod audit;
mod client;
mod emulator;
mod fixtures;
mod guide;
mod observe;
#[cfg(feature = "utoipa")]
mod openapi;
mod promises;
mod propel_auth;
mod webhook;

use actix_web_propelauth::testing; // as the crate's own tests know it
