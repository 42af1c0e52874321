//! What is known of keys that were validated before, by the hash of the whole key.
//!
//! Valid keys and invalid ones are kept apart: any caller can send any number of invalid keys, and must not
//! evict the valid ones. Both are bounded. A valid key that is no longer believed stays known, so that
//! asking about it again comes before asking about keys that were never valid ([`super::key_lanes`]).
//!
//! | | key | at most | for |
//! |---|---|---|---|
//! | valid | its hash, and the caller | 16 MiB | `ApiKeys::cache_for` of both, who asked and who looks |
//! | invalid | its hash, and the denial | 4,096 keys | `ApiKeys::cache_invalid_for` |

use std::time::{Duration, Instant};

use quick_cache::{Weighter, sync::Cache};

use super::{key_text::Digest, principal::Principal};
use crate::access::{denied::Denied, token::weight};

/// The memory for valid keys, in bytes.
const VALID_BYTES: u64 = 16 * 1024 * 1024;
/// The memory that a typical key needs, in bytes. It only decides the initial layout.
const TYPICAL: usize = 4 * 1024;
/// The number of invalid keys.
const INVALID_KEYS: usize = 4096;
/// The memory that the cache itself needs for each key, in bytes, on the high side.
const PLACE: usize = 512;

/// The keys that were validated before.
pub(super) struct KeyCache {
    valid: Cache<Digest, Valid, ByBytes>,
    invalid: Cache<Digest, Invalid>,
}

/// A time, by two clocks: the monotonic one, which cannot be set, and that of the handle, which tests move.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) instant: Instant,
    pub(super) unix_seconds: f64,
}

impl Moment {
    /// Returns `true` if not more than this time has passed since, by both clocks. A clock that was set back
    /// does not make anything younger.
    fn is_within(self, since: Self, time: Duration) -> bool {
        let seconds = self.unix_seconds - since.unix_seconds;
        self.instant.saturating_duration_since(since.instant) < time
            && seconds >= 0.0
            && seconds < time.as_secs_f64()
    }
}

/// A key that was valid.
#[derive(Clone)]
struct Valid {
    /// The owner.
    principal: Principal,
    /// When PropelAuth was asked.
    since: Moment,
    /// For how long the middleware that asked believes it.
    believed_for: Duration,
    /// The number of changes that had been reported when PropelAuth was asked.
    generation: u64,
}

/// A key that was not.
#[derive(Clone)]
struct Invalid {
    denied: Denied,
    since: Moment,
}

/// What is known of a key.
pub(super) enum Known {
    /// The key is valid.
    Valid(Principal),
    /// The key is invalid.
    Invalid(Denied),
    /// The key was valid, and PropelAuth has to be asked again.
    Once,
    /// Nothing is known.
    Nothing,
}

impl KeyCache {
    pub(super) fn new() -> Self {
        let typical = usize::try_from(VALID_BYTES).unwrap_or(usize::MAX) / TYPICAL;
        Self {
            valid: Cache::with_weighter(typical, VALID_BYTES, ByBytes),
            invalid: Cache::new(INVALID_KEYS),
        }
    }

    /// Returns what is known of a key.
    ///
    /// `is_void` says whether a change that was reported since voids a validation, by its generation.
    pub(super) fn get(
        &self,
        digest: Digest,
        now: Moment,
        (valid_for, invalid_for): (Duration, Duration),
        is_void: impl FnOnce(&Principal, u64) -> bool,
    ) -> Known {
        if let Some(valid) = self.valid.get(&digest) {
            let believed_for = valid.believed_for.min(valid_for);
            let is_believed = now.is_within(valid.since, believed_for)
                && !is_void(&valid.principal, valid.generation);
            return if is_believed {
                Known::Valid(valid.principal)
            } else {
                Known::Once
            };
        }
        match self.invalid.get(&digest) {
            Some(invalid) if now.is_within(invalid.since, invalid_for) => {
                Known::Invalid(invalid.denied)
            }
            _ => Known::Nothing,
        }
    }

    /// Keeps a valid key, as of the time and the generation at which PropelAuth was asked.
    pub(super) fn insert_valid(
        &self,
        digest: Digest,
        principal: Principal,
        since: Moment,
        believed_for: Duration,
        generation: u64,
    ) {
        self.invalid.remove(&digest);
        self.valid.insert(
            digest,
            Valid {
                principal,
                since,
                believed_for,
                generation,
            },
        );
    }

    /// Keeps an invalid key.
    pub(super) fn insert_invalid(&self, digest: Digest, denied: Denied, since: Moment) {
        self.valid.remove(&digest);
        self.invalid.insert(digest, Invalid { denied, since });
    }

    /// Returns the number of valid keys and of invalid ones.
    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        (self.valid.len(), self.invalid.len())
    }
}

/// Weighs a key by an estimate of its memory.
#[derive(Clone)]
struct ByBytes;

impl Weighter<Digest, Valid> for ByBytes {
    fn weight(&self, _: &Digest, valid: &Valid) -> u64 {
        let caller = valid.principal.user().map_or(0, weight::user)
            + valid.principal.org().map_or(0, |org| {
                weight::member(org.org_member_info()) + weight::text(org.org_id())
            });
        let key = valid
            .principal
            .key()
            .map_or(0, |key| weight::map(key.metadata()));
        u64::try_from(PLACE + caller + key).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        time::{Duration, Instant},
    };

    use serde_json::Map;

    use super::{INVALID_KEYS, KeyCache, Known, Moment};
    use crate::access::{
        callers::{
            invalid_api_key::InvalidApiKey,
            key_answer::{KeyOrg, KeyOwner},
            key_text::{Digest, Question},
            principal::Principal,
            validated_key::Validation,
        },
        settings::Settings,
    };

    const SECOND: Duration = Duration::from_secs(1);
    const TIMES: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(2));

    fn digest(text: &str) -> Digest {
        Digest::of_question(Question::Native, text)
    }

    fn acme() -> Principal {
        let owner = KeyOwner {
            org: Some(KeyOrg {
                org_id: "o-1".into(),
                org_name: "Acme".to_owned(),
                metadata: Map::new(),
                legacy_org_id: None,
            }),
            ..KeyOwner::default()
        };
        owner
            .into_principal(Validation::endless(), &Arc::clone(&Settings::fallback()))
            .unwrap()
    }

    fn name(known: &Known) -> &'static str {
        match known {
            Known::Valid(_) => "valid",
            Known::Invalid(_) => "invalid",
            Known::Once => "once",
            Known::Nothing => "nothing",
        }
    }

    #[test]
    fn a_validation_ends_by_either_clock_and_by_the_shorter_time() {
        let start = Moment {
            instant: Instant::now(),
            unix_seconds: 1e9,
        };
        let at = |instant, seconds: f64| Moment {
            instant: start.instant + instant,
            unix_seconds: start.unix_seconds + seconds,
        };
        let cache = KeyCache::new();
        let key = digest("k");
        cache.insert_valid(key, acme(), start, 10 * SECOND, 7);
        for (now, valid_for, expected) in [
            (start, 10 * SECOND, "valid"),
            (at(9 * SECOND, 9.9), 10 * SECOND, "valid"),
            (at(9 * SECOND, 10.0), 10 * SECOND, "once"),
            (at(10 * SECOND, 1.0), 10 * SECOND, "once"),
            (at(SECOND, -0.1), 10 * SECOND, "once"),
            (at(11 * SECOND, 11.0), 60 * SECOND, "once"),
            (at(SECOND, 1.0), SECOND, "once"),
            (start, Duration::ZERO, "once"),
        ] {
            let known = cache.get(key, now, (valid_for, 2 * SECOND), |_, _| false);
            assert_eq!(name(&known), expected, "{:?}", now.unix_seconds);
        }
        let known = cache.get(key, start, TIMES, |_, since| since == 7);
        assert_eq!(name(&known), "once");
    }

    #[test]
    fn any_number_of_invalid_keys_evicts_no_valid_one_and_is_bounded() {
        let now = Moment {
            instant: Instant::now(),
            unix_seconds: 1e9,
        };
        let cache = KeyCache::new();
        cache.insert_valid(digest("valid"), acme(), now, 10 * SECOND, 0);
        for number in 0..100_000 {
            let denied = InvalidApiKey::Unknown.into();
            cache.insert_invalid(digest(&number.to_string()), denied, now);
        }
        let (valid, invalid) = cache.len();
        assert_eq!(valid, 1);
        assert!(invalid <= INVALID_KEYS, "{invalid}");
        let known = cache.get(digest("valid"), now, TIMES, |_, _| false);
        assert_eq!(name(&known), "valid");
    }

    #[test]
    fn the_last_answer_about_a_key_counts() {
        let now = Moment {
            instant: Instant::now(),
            unix_seconds: 1e9,
        };
        let (cache, key) = (KeyCache::new(), digest("k"));
        let known = || name(&cache.get(key, now, TIMES, |_, _| false));
        assert_eq!(known(), "nothing");
        cache.insert_invalid(key, InvalidApiKey::Unknown.into(), now);
        assert_eq!(known(), "invalid");
        cache.insert_valid(key, acme(), now, 10 * SECOND, 0);
        assert_eq!(known(), "valid");
        cache.insert_invalid(key, InvalidApiKey::Unknown.into(), now);
        assert_eq!(known(), "invalid");
    }
}
