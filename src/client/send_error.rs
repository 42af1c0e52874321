//! Why no whole response arrived.

use std::{error::Error as StdError, time::Duration};

use super::delivery::Delivery;

/// The cause of a failure, down to the operating system's error.
pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// Why a request got no whole response.
#[derive(Debug)]
pub(crate) enum SendError {
    /// The server could not be reached, or the connection broke.
    Unavailable { delivery: Delivery, source: Source },
    /// The time was up.
    Timeout { after: Duration },
    /// TLS could not be set up, or the server's certificate is not trusted.
    Tls { source: Source },
    /// The crate was built without TLS.
    MissingTls,
    /// The caller is not inside a tokio runtime.
    NoRuntime,
    /// The response is not valid HTTP.
    Protocol { source: Source },
    /// The response is longer than the limit, in bytes.
    ResponseTooLarge { limit: usize },
}

impl SendError {
    pub(super) fn unavailable(delivery: Delivery, source: impl Into<Source>) -> Self {
        Self::Unavailable {
            delivery,
            source: source.into(),
        }
    }

    pub(super) fn protocol(source: impl Into<Source>) -> Self {
        Self::Protocol {
            source: source.into(),
        }
    }

    pub(super) fn tls(source: impl Into<Source>) -> Self {
        Self::Tls {
            source: source.into(),
        }
    }
}
