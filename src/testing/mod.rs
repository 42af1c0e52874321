//! Users and signed access tokens for tests, without a server.

/// The public half of the published development key, as PEM.
pub use crate::access::DEV_PUBLIC_KEY_PEM;
