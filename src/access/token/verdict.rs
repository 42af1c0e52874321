//! What became of a token: found in the cache, verified, or refused.
//!
//! A token that was refused may still be accepted later in the same request, for one of two reasons: another key may
//! have signed it ([`Verdict::Provisional`]), or the memberships of now may speak in its place
//! ([`Refusal::refetch`]). Code that must not wait takes the refusal as it is.

use super::{
    key::KeyId,
    key_ring::{Ended, KeyRing},
};
use crate::access::{
    denied::{Denied, InvalidToken, Unauthorized},
    user::User,
    user_freshness::Silent,
};

/// The result of looking up a token in the cache.
pub(super) enum Lookup<'h> {
    /// The user of a token that is cached and still valid.
    Cached(User),
    /// A token that has to be verified.
    Uncached(&'h str),
}

/// The result of verifying a token with the current key.
pub(super) enum Verdict {
    /// No other key can change the result now.
    Final(Result<User, Refusal>),
    /// The key that is being fetched may change the result.
    Provisional(Denied, Ended),
}

/// A request that is not authenticated.
pub(super) struct Refusal {
    pub(super) denied: Denied,
    /// The user whose memberships may be fetched in place of a denial.
    pub(super) refetch: Option<User>,
}

/// A failed verification, with the key that it was made with.
pub(super) struct VerifyFailure {
    pub(super) seen: Option<KeyId>,
    pub(super) refusal: Refusal,
}

impl Refusal {
    /// Creates the refusal of a user who no longer speaks.
    pub(super) fn of(silent: Silent, user: &User) -> Self {
        Self {
            denied: silent.denied,
            refetch: silent.is_refetchable.then(|| user.clone()),
        }
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self {
            denied,
            refetch: None,
        }
    }
}

impl From<Unauthorized> for Refusal {
    fn from(reason: Unauthorized) -> Self {
        Denied::from(reason).into()
    }
}

impl VerifyFailure {
    /// Returns `true` if another key could change the result. Only the signature depends on the key, so
    /// an expired token, for example, never causes a fetch.
    pub(super) fn may_succeed_with_new_key(&self, keys: &KeyRing) -> bool {
        let by_key = matches!(
            self.refusal.denied,
            Denied::Unavailable { .. }
                | Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Signature))
        );
        by_key && keys.is_refreshable()
    }
}
