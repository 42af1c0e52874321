//! Verification of access tokens, from the header to the user.
//!
//! [`authenticator`] is the entrance. It uses [`header`] to find the token, [`cache`] to skip what was
//! verified before, [`verify`] and [`claims`] to verify the rest, and [`key_ring`] for the verifier key
//! and its rotation. [`authenticate_key`] is for API keys in its place. [`credential`] names what was sent in place of a token.

pub(in crate::access) mod audience;
mod authenticate_key;
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
pub(in crate::access) mod loopback;
pub(in crate::access) mod readiness;
pub(in crate::access) mod verify;
pub(in crate::access) mod weight;
