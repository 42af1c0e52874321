//! What is known of tokens that PropelAuth was asked about, by the hash of the whole token.
//!
//! Valid tokens and invalid ones are kept apart, and both are bounded: any caller can send any number of invalid
//! tokens, and must not evict the valid ones.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use quick_cache::{Weighter, sync::Cache};

use super::caller::Facts;
use crate::access::{callers::key_text::Digest, denied::Denied};

/// The memory for valid tokens, in bytes.
const VALID_BYTES: u64 = 16 * 1024 * 1024;
/// The memory that a typical token needs, in bytes. It only decides the initial layout.
const TYPICAL: usize = 1024;
/// The number of invalid tokens.
const INVALID_TOKENS: usize = 4096;
/// The memory that the cache itself needs for each token, in bytes, on the high side.
const PLACE: usize = 512;

/// The tokens that PropelAuth was asked about.
///
/// | | key | at most | for |
/// |---|---|---|---|
/// | valid | its hash, and the caller | 16 MiB | `cache_for` of the resource |
/// | invalid | its hash, and the denial | 4,096 tokens | 2 seconds |
pub(super) struct Kept {
    valid: Cache<Digest, Valid, ByBytes>,
    invalid: Cache<Digest, (Denied, Instant)>,
}

/// A token that was valid.
#[derive(Clone)]
pub(super) struct Valid {
    /// Who the caller is.
    pub(super) facts: Arc<Facts>,
    /// When PropelAuth was asked.
    pub(super) since: Instant,
    /// The generation of the marks then.
    pub(super) generation: u64,
}

/// What is known of a token.
pub(super) enum Known {
    /// The token is valid.
    Valid(Arc<Facts>),
    /// The token is invalid.
    Invalid(Denied),
    /// The token was valid, and PropelAuth has to be asked again.
    Once,
    /// Nothing is known.
    Nothing,
}

impl Kept {
    /// Creates an empty cache.
    pub(super) fn new() -> Self {
        let typical = usize::try_from(VALID_BYTES).unwrap_or(usize::MAX) / TYPICAL;
        Self {
            valid: Cache::with_weighter(typical, VALID_BYTES, ByBytes),
            invalid: Cache::new(INVALID_TOKENS),
        }
    }

    /// Returns what is known of a token. `is_void` says whether a change that was reported since voids it.
    pub(super) fn get(
        &self,
        digest: Digest,
        now: Instant,
        (valid_for, invalid_for): (Duration, Duration),
        is_void: impl FnOnce(&Valid) -> bool,
    ) -> Known {
        if let Some(valid) = self.valid.get(&digest) {
            let is_believed = now.saturating_duration_since(valid.since) < valid_for;
            return if is_believed && !is_void(&valid) {
                Known::Valid(valid.facts)
            } else {
                Known::Once
            };
        }
        match self.invalid.get(&digest) {
            Some((denied, since)) if now.saturating_duration_since(since) < invalid_for => {
                Known::Invalid(denied)
            }
            _ => Known::Nothing,
        }
    }

    /// Keeps a valid token. What was known of it before no longer counts.
    pub(super) fn insert_valid(&self, digest: Digest, valid: Valid) {
        self.invalid.remove(&digest);
        self.valid.insert(digest, valid);
    }

    /// Keeps an invalid token. What was known of it before no longer counts.
    pub(super) fn insert_invalid(&self, digest: Digest, denied: Denied, since: Instant) {
        self.valid.remove(&digest);
        self.invalid.insert(digest, (denied, since));
    }

    /// Returns the number of valid tokens and of invalid ones.
    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        (self.valid.len(), self.invalid.len())
    }
}

/// Weighs a token by an estimate of its memory.
#[derive(Clone)]
struct ByBytes;

impl Weighter<Digest, Valid> for ByBytes {
    fn weight(&self, _: &Digest, valid: &Valid) -> u64 {
        let facts = &valid.facts;
        let texts = [
            facts.username.as_deref(),
            facts.email.as_deref(),
            facts.client_id.as_deref(),
            facts.org_id.as_deref(),
            facts.org_role.as_deref(),
            Some(facts.user_id.as_str()),
        ];
        let texts = texts.into_iter().flatten().map(str::len).sum::<usize>();
        let scopes: usize = facts.scopes.iter().map(|scope| scope.len() + 64).sum();
        u64::try_from(PLACE + texts + scopes).unwrap_or(u64::MAX)
    }
}
