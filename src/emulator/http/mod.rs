//! The HTTP side of the emulator: the server, its checks of requests, and routing to operations.

mod not_emulated;
mod request_checks;
mod routes;
pub(crate) mod server;

pub(crate) use self::server::{FallbackHandler, Server, Shared};
#[cfg(feature = "cli")]
pub(crate) use self::{request_checks::BACKEND_API_HOST, routes::WireResponse};
