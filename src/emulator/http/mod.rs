//! The emulator's HTTP side: from a request on the wire to an operation, and back.

mod request_checks;
mod routes;
pub(crate) mod server;

pub(crate) use self::server::{FallbackHandler, Server, Shared};
#[cfg(feature = "cli")]
pub(crate) use self::{request_checks::BACKEND_API_HOST, routes::WireResponse};
