//! [`ConnectFailure`]: the reasons why a connection could not be opened.

use std::{io, time::Duration};

/// The reason why a connection could not be opened. The request was not sent.
///
/// The operating system's error is part of each message, as awc hides the chain of sources.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectFailure {
    /// The name is unknown, or the resolver failed.
    #[error("the name `{host}` cannot be resolved: {source}")]
    Resolve { host: String, source: io::Error },
    /// No address accepted a connection, or it broke during the handshake.
    #[error("no connection to {to}: {source}")]
    Connect { to: String, source: io::Error },
    /// The proxy did not open a tunnel.
    #[error("{0}")]
    Proxy(String),
    /// Connecting or the handshake took too long.
    #[error("no connection to {to} within {after:?}")]
    Timeout { to: String, after: Duration },
    /// The certificate is not trusted, or TLS could not be agreed on.
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
