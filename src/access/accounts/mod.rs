//! What an account is now, for requests that the token does not suffice for.
//!
//! [`accounts`] is the entrance: one call for all requests that wait for the same user. [`account`] is the answer, and
//! [`counts`] says how often it was needed. What an answer is used for is decided elsewhere:
//!
//! | who asks | when | without an answer |
//! | --- | --- | --- |
//! | the authenticator | a token is from before a change that an account shows | 401 |
//! | a guard | the user may have joined the organization since the token was issued | 401 |
//! | a live guard | always | 503 |
//! | a connection that waits for the end of access | as the authenticator | it ends |
//!
//! An answer is void once a mark is set that is about the user, about an organization that it lists, or about the
//! user in an organization that is asked for.
//!
//! PropelAuth is asked through a function that the handle passes in.

pub(in crate::access) mod account;
#[allow(clippy::module_inception)] // the entrance of the folder
pub(in crate::access) mod accounts;
mod counts;
#[cfg(test)]
mod tests;
