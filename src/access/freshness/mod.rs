//! Freshness: what changed since a token was issued.
//!
//! An access token says what was true when it was signed, and is believed for 30 minutes. A [`Mark`] says
//! that tokens from before a time no longer speak for a [`Subject`]: a user, a user in an organization, or
//! everyone. [`PropelAuth::mark_stale`](crate::PropelAuth::mark_stale) sets one, and a fleet hands it to
//! other instances of the service.
//!
//! A token with a mark of its user is denied with 401 and `invalid_token`, so that frontends refresh it. If the
//! mark is about a membership, the user has no longer this membership, and a request for this organization is
//! denied in the same way, also if the user has just become a member.

mod cause;
mod distribute;
mod mark;
mod marks;
mod memory;
mod recorded;

#[cfg(feature = "redis")]
pub(crate) use self::distribute::{Distribute, Distribution};
pub use self::{cause::Cause, distribute::DistributeError, mark::Mark, recorded::Recorded};
pub(crate) use self::{
    distribute::Staleness,
    memory::{DEFAULT_TOKEN_LIFETIME, Freshness},
};
pub use crate::words::subject::Subject;
