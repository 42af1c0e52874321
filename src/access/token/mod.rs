//! Verification of access tokens, from the header to the user.
//!
//! [`authenticator`] is what a project has. Its entrances are [`authenticate`] and [`authenticate_sync`], and
//! [`authenticate_key`] for API keys. They use [`header`] to find the token, [`look_up`] and the [`cache`] to skip what
//! was verified before, [`verification`], [`verify`] and [`claims`] to verify the rest, and [`key_ring`] for the
//! verifier key and its rotation. [`credential`] names what was sent in place of a token.

pub(in crate::access) mod audience;
mod authenticate;
mod authenticate_key;
pub(in crate::access) mod authenticate_sync;
pub(in crate::access) mod authenticator;
pub(in crate::access) mod cache;
pub(in crate::access) mod claims;
pub(in crate::access) mod credential;
#[cfg(feature = "metrics")]
mod gauges;
pub(in crate::access) mod header;
pub(in crate::access) mod key;
pub(in crate::access) mod key_ring;
mod key_schedule;
mod look_up;
pub(in crate::access) mod loopback;
pub(in crate::access) mod readiness;
mod verdict;
mod verification;
pub(in crate::access) mod verify;
pub(in crate::access) mod weight;
