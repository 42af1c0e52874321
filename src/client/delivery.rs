//! [`Delivery`]: whether PropelAuth received a request that failed.

use std::fmt;

/// Whether PropelAuth received a request that failed.
///
/// It decides whether an operation that is not idempotent can be repeated:
///
/// ```
/// use actix_web_propelauth::{Delivery, Error, PropelAuth};
///
/// async fn invite(auth: &PropelAuth, email: &str) -> Result<bool, Error> {
///     match auth.user().create_user(email).await {
///         Ok(_) => Ok(true),
///         // Nothing happened, so that a job can be queued to try again later.
///         Err(Error::Unavailable { delivery: Delivery::NotSent, .. }) => Ok(false),
///         Err(error) => Err(error.into()),
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// The request was not sent.
    NotSent,
    /// The request may have been received: the connection broke before there was a response.
    Unknown,
    /// The request was received: a response arrived, in part or with a status such as 503.
    Delivered,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "was not sent",
            Self::Unknown => "may have been received",
            Self::Delivered => "was received",
        })
    }
}
