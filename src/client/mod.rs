//! Bytes to one base URL and back: connections, proxy, TLS, framing, and a circuit breaker.
//!
//! It knows no operation. [`crate::call`] gives it a method, a target and a body, and decides
//! whether to send them again.

mod base_url;
mod circuit_breaker;
mod config;
pub(crate) mod connect;
mod connect_failure;
mod connection;
mod delivery;
mod framing;
mod options;
pub(crate) mod per_thread;
pub(crate) mod proxy;
mod raw_response;
mod send_error;
mod tls;
mod transport;

use std::sync::Arc;

pub use self::delivery::Delivery;
pub(crate) use self::{
    circuit_breaker::{CircuitBreaker, CircuitOpen, Signal},
    config::{ClientConfig, ClientSettings, SettingsError},
    options::ClientOptions,
    per_thread::circuit_breaker,
    proxy::ProxySetting,
    raw_response::RawResponse,
    send_error::{SendError, Source},
    transport::{OutgoingRequest, send_once},
};

/// A handle to one base URL. Clones share it.
///
/// It is `Send` and `Sync`, unlike awc's client, of which each thread has its own.
#[derive(Clone, Debug)]
pub(crate) struct Client(Arc<ClientConfig>);

impl Client {
    /// Validates the settings. Does not connect.
    pub(crate) fn new(settings: ClientSettings) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(ClientConfig::new(settings)?)))
    }

    /// Returns what requests are sent with.
    pub(crate) fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }
}
