//! The HTTP side of the emulator: the server, its checks of requests, faults, and routing to
//! operations.

mod answer;
mod client_document;
mod connection;
mod cross_origin;
mod dispatch;
mod exposure;
mod not_emulated;
mod request_checks;
mod routes;
pub(crate) mod server;
mod shared;
mod web_answer;
mod web_routes;

#[cfg(feature = "cli")]
pub(crate) use self::request_checks::BACKEND_API_HOST;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) use self::{answer::answer, web_routes::WEB_ROUTES};
pub(crate) use self::{
    dispatch::{CallRejection, WireResponse},
    exposure::Exposure,
    server::Server,
    shared::{PagesHandler, Shared},
};
