//! [`SendError`]: the failures of a single attempt.

use std::{error::Error as StdError, time::Duration};

use super::delivery::Delivery;

/// The source of a failure, down to the operating system's error.
pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// The reason why an attempt did not end with a whole response, whatever its status.
///
/// `call::Error` is made from it. It is a type of its own so that the client needs to know neither
/// refusals nor which operation was called.
#[derive(Debug)]
pub(crate) enum SendError {
    /// The server could not be reached, or the connection broke.
    Unavailable { delivery: Delivery, source: Source },
    /// The timeout of the attempt passed. The request may have been received.
    Timeout { after: Duration },
    /// TLS could not be set up, or the server's certificate is not trusted.
    Tls { source: Source },
    /// The base URL is https, and the crate was built without TLS.
    MissingTls,
    /// The call was awaited outside of a tokio runtime.
    NoRuntime,
    /// The response is not valid HTTP.
    Protocol { source: Source },
    /// The response is longer than the limit, in bytes.
    ResponseTooLarge { limit: usize },
}

impl SendError {
    /// Creates the failure of a connection that could not be opened, or that broke.
    pub(super) fn unavailable(delivery: Delivery, source: impl Into<Source>) -> Self {
        Self::Unavailable {
            delivery,
            source: source.into(),
        }
    }

    /// Creates the failure of a response that is not valid HTTP.
    pub(super) fn protocol(source: impl Into<Source>) -> Self {
        Self::Protocol {
            source: source.into(),
        }
    }

    /// Creates the failure of a TLS library.
    pub(super) fn tls(source: impl Into<Source>) -> Self {
        Self::Tls {
            source: source.into(),
        }
    }
}
