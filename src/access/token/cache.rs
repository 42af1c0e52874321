//! Cache of verified tokens: the next request with the same token costs no cryptography.
//!
//! The whole token is the key. With a part of it, such as the signature, a changed token could get the
//! identity of another user. Only verified tokens are inserted, so callers cannot fill the cache with
//! forged ones. What can change after the verification is checked on every hit: the time, and the
//! verifier key.

use std::{
    mem::size_of,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use quick_cache::{DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter, sync::Cache};

use super::{key::KeyId, verify::Validity, weight};
use crate::access::user::User;

/// The default memory for verified tokens, in bytes.
pub(crate) const DEFAULT_CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// The divisor for the size of the largest entry: a token that needs more than one eighth of the memory
/// is not cached. Otherwise a few very large tokens could evict all others.
const MAX_ENTRY_FRACTION: u64 = 8;

/// The memory of a typical token and its user, in bytes. It only decides the initial layout.
const TYPICAL: u64 = 4 * 1024;

/// The memory that the cache itself needs for each token, in bytes: its entry and its place in the hash
/// table, both with spare capacity, and half an entry for the memory of an evicted token.
const PLACE: usize = 3 * (size_of::<Box<[u8]>>() + size_of::<Entry>() + 32);

/// The verified tokens of one handle. The hasher is seeded at random, so that callers cannot choose
/// tokens that collide.
pub(crate) struct TokenCache {
    entries: Cache<Box<[u8]>, Entry, EntryWeight, DefaultHashBuilder, EvictionCounter>,
    largest: u64,
    evictions: EvictionCounter,
}

/// The user of a verified token, and the conditions under which the token is still valid.
#[derive(Clone)]
struct Entry {
    user: User,
    validity: Validity,
    /// The verifier key that the token was verified with.
    key: KeyId,
    /// The estimated memory of the token and its user, in bytes.
    bytes: u64,
}

/// Statistics of the cache of verified tokens.
///
/// A low rate of hits together with many evictions means that the cache is too small for the users who
/// are active at a time; see
/// [`token_cache_bytes`](crate::PropelAuthBuilder::token_cache_bytes).
///
/// ```
/// # fn example(auth: actix_web_propelauth::PropelAuth) {
/// let stats = auth.token_cache_stats();
/// println!("{} hits, {} misses, {} evictions", stats.hits, stats.misses, stats.evictions);
/// println!("{} tokens in {} bytes", stats.tokens, stats.bytes);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenCacheStats {
    /// Requests whose token was in the cache.
    pub hits: u64,
    /// Requests whose token was not in the cache and had to be verified.
    pub misses: u64,
    /// Tokens that were removed to make room for others.
    pub evictions: u64,
    /// Tokens in the cache.
    pub tokens: usize,
    /// The memory of the tokens in the cache, in bytes. The estimate errs on the high side.
    pub bytes: u64,
}

impl TokenCache {
    /// Creates a cache of this size in bytes, or returns `None` if the size is 0.
    pub(crate) fn new(bytes: u64) -> Option<Self> {
        let typical = bytes / TYPICAL;
        let options = OptionsBuilder::new()
            .weight_capacity(bytes)
            .estimated_items_capacity(usize::try_from(typical).unwrap_or(usize::MAX).max(16))
            .build()
            .ok()?;
        let (hasher, evictions) = (DefaultHashBuilder::default(), EvictionCounter::default());
        let entries = Cache::with_options(options, EntryWeight, hasher, evictions.clone());
        (bytes > 0).then_some(Self {
            entries,
            largest: bytes / MAX_ENTRY_FRACTION,
            evictions,
        })
    }

    /// Returns the user of a cached token, if the token is valid at this time and was verified with this
    /// key.
    ///
    /// After a rotation of the key, tokens that were signed with the old one must no longer be accepted,
    /// so an entry of another key is not used, although its token was valid when it was inserted.
    pub(in crate::access) fn get(&self, token: &[u8], now: f64, key: KeyId) -> Option<User> {
        let entry = self.entries.get(token)?;
        if entry.key == key && entry.validity.check(now).is_ok() {
            return Some(entry.user);
        }
        // The token has expired, or it must be verified with the new key.
        self.entries.remove(token);
        None
    }

    /// Inserts a token that was just verified, unless it is too large.
    pub(in crate::access) fn insert(
        &self,
        token: &[u8],
        user: &User,
        validity: Validity,
        key: KeyId,
    ) {
        let bytes = bytes(token, user);
        if bytes <= self.largest {
            let entry = Entry {
                user: user.clone(),
                validity,
                key,
                bytes,
            };
            self.entries.insert(token.into(), entry);
        }
    }

    /// Replaces the user of a token, if it is still cached.
    pub(in crate::access) fn replace(&self, token: &[u8], user: &User) {
        if let Some(mut entry) = self.entries.get(token) {
            entry.user = user.clone();
            // The memberships that were fetched may be more than those of the token.
            entry.bytes = bytes(token, user);
            if entry.bytes <= self.largest {
                self.entries.insert(token.into(), entry);
            } else {
                self.entries.remove(token);
            }
        }
    }

    /// Removes all tokens.
    pub(crate) fn clear(&self) {
        self.entries.clear();
    }

    /// Returns the statistics since the cache was created.
    pub(crate) fn stats(&self) -> TokenCacheStats {
        TokenCacheStats {
            hits: self.entries.hits(),
            misses: self.entries.misses(),
            evictions: self.evictions.0.load(Ordering::Relaxed),
            tokens: self.entries.len(),
            bytes: self.entries.weight(),
        }
    }
}

/// Returns the memory of a token and its user, in bytes.
fn bytes(token: &[u8], user: &User) -> u64 {
    let bytes = weight::block(token.len()) + weight::user(user) + PLACE;
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Measures the cache in bytes and not in entries, because tokens differ greatly in size.
#[derive(Clone)]
struct EntryWeight;

impl Weighter<Box<[u8]>, Entry> for EntryWeight {
    fn weight(&self, _: &Box<[u8]>, entry: &Entry) -> u64 {
        entry.bytes
    }
}

/// Counts evictions.
#[derive(Clone, Default)]
struct EvictionCounter(Arc<AtomicU64>);

impl Lifecycle<Box<[u8]>, Entry> for EvictionCounter {
    type RequestState = ();

    fn on_evict(&self, (): &mut (), _: Box<[u8]>, _: Entry) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
