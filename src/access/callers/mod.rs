//! Callers of every kind: a user by token, a user by API key, an organization by API key.
//!
//! [`principal`] is the caller that guards check and handlers take, and [`validated_key`] what is known of
//! the key that it sent.

pub(in crate::access) mod principal;
pub(in crate::access) mod validated_key;
