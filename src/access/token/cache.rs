//! Verified tokens, so that the next request with the same one costs no cryptography.
//!
//! The key is the token, all of it: a cache that looked at a part would hand one user the
//! identity of another. Only verified tokens get in. What can change after that is looked at on
//! every hit: the time, and the verifier key.

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

/// How many bytes verified tokens may take by default.
pub(crate) const DEFAULT_CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// A token that takes up more than this part of the room is not kept: a few giants must not push
/// everyone else out.
const MAX_ENTRY_FRACTION: u64 = 8;

/// What an ordinary token and its user take up. Only the cache's first layout depends on it.
const TYPICAL: u64 = 4 * 1024;

/// What the cache itself takes up for each token: its place among the others and in the table of
/// hashes, with room to grow, and half a place for the memory of one that had to go.
const PLACE: usize = 3 * (size_of::<Box<[u8]>>() + size_of::<Entry>() + 32);

/// The verified tokens of one verifier. Its hasher is seeded at random.
pub(crate) struct TokenCache {
    entries: Cache<Box<[u8]>, Entry, EntryWeight, DefaultHashBuilder, EvictionCounter>,
    largest: u64,
    evictions: EvictionCounter,
}

/// A verified token's user, and for how long that holds.
#[derive(Clone)]
struct Entry {
    user: User,
    validity: Validity,
    /// Which verifier key it was verified with.
    key: KeyId,
    /// How many bytes the token and its user take up.
    bytes: u64,
}

/// How often the cache of verified tokens was of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenCacheStats {
    /// How many requests brought a token that had been verified before.
    pub hits: u64,
    /// How many requests brought a token that had to be verified.
    pub misses: u64,
    /// How many verified tokens had to make room for others.
    pub evictions: u64,
    /// How many verified tokens there are.
    pub tokens: usize,
    /// How many bytes of memory they take up, estimated and rather too many than too few.
    pub bytes: u64,
}

impl TokenCache {
    /// Makes room for so many bytes of verified tokens.
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

    /// Returns the user of a token that is valid at this time under this key.
    pub(in crate::access) fn get(&self, token: &[u8], now: f64, key: KeyId) -> Option<User> {
        let entry = self.entries.get(token)?;
        if entry.key == key && entry.validity.check(now).is_ok() {
            return Some(entry.user);
        }
        // It will never be valid again, or is to be verified anew.
        self.entries.remove(token);
        None
    }

    /// Keeps a token that was just verified.
    pub(in crate::access) fn insert(
        &self,
        token: &[u8],
        user: &User,
        validity: Validity,
        key: KeyId,
    ) {
        let bytes = weight::block(token.len()) + weight::user(user) + PLACE;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
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

    pub(crate) fn clear(&self) {
        self.entries.clear();
    }

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

#[derive(Clone)]
struct EntryWeight;

impl Weighter<Box<[u8]>, Entry> for EntryWeight {
    fn weight(&self, _: &Box<[u8]>, entry: &Entry) -> u64 {
        entry.bytes
    }
}

/// Counts who had to make room.
#[derive(Clone, Default)]
struct EvictionCounter(Arc<AtomicU64>);

impl Lifecycle<Box<[u8]>, Entry> for EvictionCounter {
    type RequestState = ();

    fn on_evict(&self, (): &mut (), _: Box<[u8]>, _: Entry) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
