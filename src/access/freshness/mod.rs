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
//!
//! | mark of | a token from before it |
//! | --- | --- |
//! | [`Subject::User`], [`Subject::Everyone`] | is denied with 401, `token_stale` |
//! | [`Subject::Member`], [`Subject::Org`] | does not speak for this organization: its membership is removed from the [`User`](crate::User), and a request for it is denied with 401; if it is the active one, the token is denied |
//! | [`Subject::KeysOfUser`], [`Subject::KeysOfOrg`], [`Subject::AllKeys`] | is not concerned. What is known of these API keys is forgotten, and the next request with one asks PropelAuth. The other marks do so as well, for the keys of whom they are about |
//!
//! With [`OnStale::Refetch`], what changed is fetched in place of a denial. This is the difference:
//!
//! | after a change | [`OnStale::Refuse`] | [`OnStale::Refetch`] |
//! | --- | --- | --- |
//! | a role was taken away or given | 401 in this organization | one call, and the role of now |
//! | the user was removed from an organization | 401 in it | one call, and 403 in it |
//! | the user was added to an organization | 401 in it | one call by a guard in `.wrap(…)`, and the membership |
//! | the user was disabled, locked or deleted | 401 | one call, and 401 |
//! | the user logged out | 401 | 401 |
//! | the application marked a user or everyone | 401 | 401: no account shows what it was |
//! | PropelAuth does not answer | | 401, as with `Refuse`, and never the old claims |
//! | a connection that waits for the [end of access](crate::AccessEnding) | ends | goes on if nothing that it needs was taken away |
//! | a mark of another user or organization | nothing | nothing, and no call |
//!
//! What was fetched holds until the next mark about this user, or until the token expires. All requests of a user
//! that wait for the same answer share one call.
//!
//! A mark holds for every request that begins after it was set, whether its token is in the cache or not.
//! Requests that are in a handler go on, unless they wait for the end of the caller's access
//! ([`User::access_ended_in`](crate::User::access_ended_in)), as WebSockets and streams should.
//!
//! Marks are kept in memory as long as the longest token lives
//! ([`token_lifetime`](crate::PropelAuthBuilder::token_lifetime)), by the clock that tokens are validated with and
//! by one that cannot be set. If the former is set back later, tokens that had expired when marks were dropped stay
//! denied. If there are more than 1,000,000 marks, they become one of everyone: refusing too many is the safe
//! mistake.
//!
//! Where nothing changed, a request compares two numbers. After a mark, each user in the cache is compared with
//! the marks once, whomever the mark is about.

mod cause;
mod causes;
mod clocks;
mod distribute;
#[cfg(test)]
mod dropping_tests;
mod mark;
mod mark_entry;
mod mark_key;
mod marks;
mod memory;
mod on_stale;
mod recorded;
mod since;
mod stats;
#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "redis"))]
pub(crate) use self::distribute::{Distribute, Distribution};
pub use self::{
    cause::Cause, distribute::DistributeError, mark::Mark, on_stale::OnStale, recorded::Recorded,
    stats::FreshnessStats,
};
pub(crate) use self::{
    distribute::Staleness,
    mark_entry::Age,
    marks::Stale,
    memory::{DEFAULT_TOKEN_LIFETIME, Freshness},
    since::Since,
};
pub use crate::words::subject::Subject;
