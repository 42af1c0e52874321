//! How times and values are written on screens.

use serde::Serialize;

use crate::emulator::state::date;

/// Returns a Unix timestamp in seconds as a date and a time in UTC.
pub(super) fn time(at: i64) -> String {
    let (day, second) = (date::day_of(at), at.rem_euclid(date::DAY));
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{} {hour:02}:{minute:02}:{second:02} UTC", date::write(day))
}

/// Returns how far a time is from another, such as `5 minutes ago` and `in 2 days`.
pub(super) fn distance(at: i64, now: i64) -> String {
    let seconds = at.saturating_sub(now);
    let size = seconds.unsigned_abs();
    // To the nearest: what was created for 14 days a second ago ends in 14 days, not in 13.
    let nearest = |unit: u64| size.saturating_add(unit / 2) / unit;
    let (count, unit) = match (nearest(60), nearest(3_600)) {
        _ if size < 60 => (size, "second"),
        (minutes @ ..60, _) => (minutes, "minute"),
        (_, hours @ ..24) => (hours, "hour"),
        _ => (nearest(86_400), "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {count} {unit}{plural}"),
        _ => format!("{count} {unit}{plural} ago"),
    }
}

/// Returns a value as indented JSON.
pub(super) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, time};

    #[test]
    fn times_are_written_in_utc() {
        for (at, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (1_700_000_000, "2023-11-14 22:13:20 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(time(at), text);
        }
    }

    #[test]
    fn distances_have_one_unit() {
        for (at, text) in [
            (100, "now"),
            (99, "1 second ago"),
            (40, "1 minute ago"),
            (100 + 7_200, "in 2 hours"),
            (100 + 86_400 * 14, "in 14 days"),
            (99 + 86_400 * 14, "in 14 days"),
            (100 + 3_599, "in 1 hour"),
            (100 + 86_399, "in 1 day"),
            (100 + 5_399, "in 1 hour"),
            (100 + 5_400, "in 2 hours"),
            (i64::MAX, "in 106751991167301 days"),
        ] {
            assert_eq!(distance(at, 100), text);
        }
        assert!(distance(i64::MIN, i64::MAX).ends_with("days ago"));
    }
}
