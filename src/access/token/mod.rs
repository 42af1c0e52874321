//! From a header to a verified token: parsing, claims, verifier keys, and the cache.

pub(in crate::access) mod audience;
pub(in crate::access) mod authenticator;
pub(in crate::access) mod cache;
pub(in crate::access) mod claims;
pub(in crate::access) mod header;
pub(in crate::access) mod hint;
pub(in crate::access) mod key;
pub(in crate::access) mod key_ring;
mod key_schedule;
pub(in crate::access) mod loopback;
pub(in crate::access) mod verify;
mod weight;
