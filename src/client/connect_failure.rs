//! [`ConnectFailure`]: the reasons why a connection could not be opened.

use std::{io, time::Duration};

/// The reason why a connection could not be opened. The request was not sent.
///
/// The operating system's error is part of each message, as awc hides the chain of sources.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectFailure {
    #[error("the name `{host}` cannot be resolved: {source}")]
    Resolve { host: String, source: io::Error },
    #[error("no connection to {to}: {source}")]
    Connect { to: String, source: io::Error },
    #[error("{0}")]
    Proxy(String),
    #[error("no connection to {to} within {after:?}")]
    Timeout { to: String, after: Duration },
    #[error("{0}")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ConnectFailure {
    /// Creates the failure of a connection that broke during the TLS handshake.
    #[cfg(any(
        feature = "openssl",
        feature = "rustls",
        feature = "rustls-native-roots"
    ))]
    pub(super) fn broken(host: &str, source: io::Error) -> Self {
        let to = format!("{host}, during the TLS handshake");
        Self::Connect { to, source }
    }
}
