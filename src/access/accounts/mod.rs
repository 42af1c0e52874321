//! What an account is now, for requests that the token does not suffice for.
//!
//! [`accounts`] is the entrance: one call for all requests that wait for the same user. [`account`] is the answer.
//!
//! PropelAuth is asked through a function that the handle passes in.

pub(in crate::access) mod account;
#[allow(clippy::module_inception)] // the entrance of the folder
pub(in crate::access) mod accounts;
#[cfg(test)]
mod tests;
