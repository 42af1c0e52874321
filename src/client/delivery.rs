//! Whether a failed request reached PropelAuth.

use std::fmt;

/// Whether a request reached PropelAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// The request was not sent.
    NotSent,
    /// The request may have been received.
    Unknown,
    /// The request was received.
    Delivered,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "was not sent",
            Self::Unknown => "may have arrived",
            Self::Delivered => "arrived",
        })
    }
}
