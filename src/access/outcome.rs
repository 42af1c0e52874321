//! A result that is ready now or later.

use futures_util::future::LocalBoxFuture;

/// The outcome of an authentication: ready for a cached token or a denial, pending for a token that
/// is verified in its turn or waits for a new verifier key.
///
/// It is an enum and not a future so that a request with a cached token allocates none.
pub(crate) enum Outcome<T> {
    /// The result is known.
    Ready(T),
    /// The result is known when this future completes.
    Pending(LocalBoxFuture<'static, T>),
}
