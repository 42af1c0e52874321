//! Bytes to one base URL and back: connections, proxy, TLS, framing, and a circuit breaker.
//!
//! The client does not know operations. [`crate::call`] gives it a method, a target and a body,
//! and decides from its [`SendError`] whether to send them again.
//!
//! The transport is awc, which is single-threaded and spawns tasks; the parts of this folder make
//! it safe to use from a handle that is `Send`, and from any tokio runtime:
//!
//! | file | part |
//! | --- | --- |
//! | `options`, `config` | the settings, and what every request shares, derived from them once |
//! | `transport` | one attempt: a request is sent and its response read |
//! | `per_thread` | an awc client and a circuit breaker for each thread |
//! | `connect`, `proxy`, `tls` | a connection, through a proxy's tunnel if there is one |
//! | `connection`, `framing`, `response_head`, `fault` | the end of each response, which awc does not always recognize |
//! | `document` | public documents of other servers, for the emulator |
//! | `call_event` | what the hook of the application is told of a finished call |
//! | `send_error`, `delivery` | the failures of an attempt, and whether the request was received |

mod base_url;
mod call_event;
mod circuit_breaker;
mod config;
pub(crate) mod connect;
mod connect_failure;
mod connection;
mod delivery;
#[cfg(feature = "emulator")]
mod document;
mod fault;
mod framing;
mod options;
pub(crate) mod per_thread;
pub(crate) mod proxy;
mod raw_response;
#[cfg(feature = "emulator")]
mod reach;
mod response_head;
mod send_error;
mod tls;
mod transport;

use std::sync::Arc;

#[cfg(feature = "cli")]
pub(crate) use self::connect_failure::ConnectFailure;
pub use self::{call_event::CallEvent, delivery::Delivery};
pub(crate) use self::{
    call_event::{CANCELED, OnCall},
    circuit_breaker::{CircuitBreaker, CircuitOpen, Signal},
    config::{ClientConfig, ClientSettings, SettingsError},
    options::ClientOptions,
    per_thread::circuit_breaker,
    proxy::ProxySetting,
    raw_response::RawResponse,
    send_error::{SendError, Source},
    transport::{OutgoingRequest, send_once},
};
#[cfg(feature = "emulator")]
pub(crate) use self::{document::fetch_document, reach::Reach};

/// A handle to one base URL. Clones share its configuration.
///
/// It is `Send` and `Sync`. An awc client is neither, so that [`per_thread`] keeps one for each
/// thread that uses the handle.
#[derive(Clone, Debug)]
pub(crate) struct Client(Arc<ClientConfig>);

impl Client {
    /// Creates a client from settings, which are validated. Does not connect.
    ///
    /// # Errors
    ///
    /// Returns the first setting that is invalid.
    pub(crate) fn new(settings: ClientSettings) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(ClientConfig::new(settings)?)))
    }

    /// Returns the configuration that all requests share. Its address identifies the handle.
    pub(crate) fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }
}
