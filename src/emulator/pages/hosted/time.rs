//! Times, as pages show them.

use crate::emulator::state::date;

/// Returns the day of a Unix timestamp in seconds, as YYYY-MM-DD in UTC.
pub(super) fn day(at: i64) -> String {
    date::write(date::day_of(at))
}
