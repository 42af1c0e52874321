//! What tests need.

pub(crate) mod mint;
