//! Step-up grants: that a user has just entered a code of the second factor, verified by PropelAuth.
//!
//! [`grant`] reads the grant of a request, and [`grants`] asks PropelAuth about it, within the limits of
//! [`user_places`] and [`wrong_grants`], so that a caller with a token cannot make this backend send any number of calls.
//! [`proof`] is what guards, the middleware and handlers wait for, and [`proven`] remembers it for the rest of the
//! request: a one-time grant is used up by the first call. [`callers`] has the methods of handlers.
//!
//! PropelAuth is asked through a function that the handle passes in.

mod callers;
pub(in crate::access) mod grant;
pub(in crate::access) mod grants;
pub(in crate::access) mod proof;
pub(in crate::access) mod proven;
#[cfg(test)]
mod tests;
mod user_places;
mod wrong_grants;
