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
    let (count, unit) = match size {
        0..60 => (size, "second"),
        60..3_600 => (size / 60, "minute"),
        3_600..86_400 => (size / 3_600, "hour"),
        _ => (size / 86_400, "day"),
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
            (i64::MAX, "in 106751991167300 days"),
        ] {
            assert_eq!(distance(at, 100), text);
        }
        assert!(distance(i64::MIN, i64::MAX).ends_with("days ago"));
    }
}
