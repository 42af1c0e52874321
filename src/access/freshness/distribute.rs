//! What a fleet does for the memory of one process: it hands marks to the others.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::mark::Mark;

/// Hands marks to other processes, and knows whether theirs arrive here.
pub(crate) trait Distribute: Send + Sync {
    /// Begins to hand over a mark at once, whether the future is awaited or not. One of a delivery that another
    /// process has handed over is not handed over again.
    fn distribute(&self, mark: Mark) -> BoxFuture<'static, Result<Distribution, DistributeError>>;

    /// Returns an error if so little is known of the others that requests must be denied.
    ///
    /// Every request asks, so it must neither wait nor allocate.
    fn trusts_memory(&self) -> Result<(), Staleness>;
}

/// What became of a mark that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "redis"), allow(dead_code))] // a fleet returns them
pub(crate) enum Distribution {
    /// It was written.
    Written,
    /// Another process has written it.
    Seen,
}

/// How old what is known of the others is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "redis"), allow(dead_code))] // a fleet returns it
pub(crate) struct Staleness(pub(crate) Duration);

/// Why a mark did not reach the fleet. It holds in this process nevertheless.
///
/// [`PropelAuth::mark_stale`](crate::PropelAuth::mark_stale) returns it when it is awaited.
#[derive(Clone)]
pub struct DistributeError(Arc<dyn Error + Send + Sync>);

impl DistributeError {
    /// Creates the error with its reason.
    #[cfg_attr(not(any(test, feature = "redis")), allow(dead_code))] // only a fleet fails
    pub(crate) fn new(reason: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(reason))
    }
}

impl fmt::Display for DistributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the mark holds on this instance, but the other instances of the fleet may not have it",
        )
    }
}

impl fmt::Debug for DistributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}: {}", self.0)
    }
}

impl Error for DistributeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
