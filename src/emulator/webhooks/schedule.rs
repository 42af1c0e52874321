//! When a failed attempt is repeated, as Svix does for PropelAuth.

use std::time::Duration;

/// The time from an attempt that failed to the next one, in seconds. After the last one, there is none.
const DELAYS: [i64; 7] = [
    5,
    5 * 60,
    30 * 60,
    2 * 60 * 60,
    5 * 60 * 60,
    10 * 60 * 60,
    10 * 60 * 60,
];

/// How long an endpoint may take to answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// Returns the time of the next attempt, after a number of attempts of which the last ended at a time.
///
/// This time is when that attempt was due and how long it took, and not that of the clock, so that a clock
/// that is moved forward by a day runs through the whole schedule.
pub(super) fn next(attempts: usize, at: i64) -> Option<i64> {
    let delay = DELAYS.get(attempts.checked_sub(1)?)?;
    Some(at.saturating_add(*delay))
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn eight_attempts_take_27_hours_35_minutes_and_5_seconds() {
        let (mut at, mut attempts) = (0, 1);
        while let Some(next) = next(attempts, at) {
            at = next;
            attempts += 1;
        }
        assert_eq!((at, attempts), (27 * 3600 + 35 * 60 + 5, 8));
        assert_eq!(next(0, 0), None);
    }
}
