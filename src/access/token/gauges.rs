//! The gauges of an authenticator: the size of its cache, the age of its key, and its marks.
//!
//! They are recorded after each verification, which is when the cache grows, and if the cache is cleared.
//! The counters and histograms are recorded where they are counted.

use std::time::Instant;

use super::authenticator::Authenticator;

impl Authenticator {
    /// Records the size of the cache, the age of the key, and the number of marks.
    pub(crate) fn record_gauges(&self) {
        if let Some(stats) = self.cache().map(|cache| cache.stats()) {
            self.labels.cache_size(stats.tokens, stats.bytes);
        }
        if let Some(age) = self.keys.readiness(Instant::now()).key_age {
            self.labels.key_age(age);
        }
        self.labels.marks(self.settings.freshness.stats().marks);
    }
}
