//! Callers of every kind: a user by token, a user by API key, an organization by API key.
//!
//! [`principal`] is the caller that guards check and handlers take, and [`validated_key`] what is known of
//! the key that it sent; [`org_by_key`] is an organization without a user. [`key_validator`] is the entrance for keys: [`key_text`] tells a key from a token,
//! [`key_cache`] keeps what PropelAuth said of it for seconds, [`key_changes`] voids that earlier, [`key_lanes`] and `flights` beside this folder bound the
//! calls, and [`key_owner`] makes a caller of PropelAuth's answer.
//!
//! PropelAuth is asked through a function that the handle passes in.

pub(in crate::access) mod api_keys;
pub(in crate::access) mod invalid_api_key;
pub(in crate::access) mod key_answer;
mod key_cache;
mod key_changes;
pub(in crate::access) mod key_lanes;
mod key_owner;
pub(in crate::access) mod key_text;
pub(in crate::access) mod key_validator;
pub(in crate::access) mod org_by_key;
pub(in crate::access) mod principal;
#[cfg(test)]
mod tests;
pub(in crate::access) mod validated_key;
