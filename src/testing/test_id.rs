//! Ids of test users and test organizations.

use std::sync::atomic::{AtomicU64, Ordering};

/// Returns an id in the format of PropelAuth's. A counter makes it the same in every run of a test.
pub(super) fn next_id(kind: u8) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "{kind:08x}-0000-4000-8000-{:012x}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
