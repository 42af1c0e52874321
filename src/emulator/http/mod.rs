//! The emulator's HTTP side: from a request on the wire to an operation, and back.

mod answers;
mod routes;
pub(crate) mod server;
#[cfg(test)]
mod supported;

pub(crate) use self::server::{More, Server, Shared};
#[cfg(feature = "cli")]
pub(crate) use self::{answers::BACKEND_API_HOST, routes::Answer};
