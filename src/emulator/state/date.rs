//! Days in UTC, as `YYYY-MM-DD` and as the number of days since 1970-01-01.

/// The length of a day, in seconds.
pub(crate) const DAY: i64 = 24 * 60 * 60;

/// Returns the day of a Unix timestamp in seconds.
pub(crate) fn day_of(seconds: i64) -> i64 {
    seconds.div_euclid(DAY)
}

/// Returns a day as text.
pub(crate) fn write(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Parses a day in the years 1970 to 9999, or returns `None` if it is not a valid date.
pub(crate) fn read(text: &str) -> Option<i64> {
    let is_digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').filter(is_digits).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    if (year.len(), month.len(), day.len(), text.len()) != (4, 2, 2, 10) {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let days = since_1970(year, month, day);
    (days >= 0 && civil(days) == (year, month, day)).then_some(days)
}

/// Returns the first day of the month of a day, and the first day of the next month.
pub(crate) fn month_around(day: i64) -> (i64, i64) {
    let (year, month, _) = civil(day);
    let next = match month {
        12 => since_1970(year + 1, 1, 1),
        _ => since_1970(year, month + 1, 1),
    };
    (since_1970(year, month, 1), next)
}

/// Returns the Monday of the week of a day.
pub(crate) fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7) // 1970 began on a Thursday
}

// Both functions start years in March, so that the leap day is the last day of a year, and use the
// cycle of 400 years (146,097 days) after which the calendar repeats.

fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year.div_euclid(400) * 146_097 + day_of_era - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    let year = days.div_euclid(146_097) * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{day_of, monday_of, month_around, read, write};

    #[test]
    fn days_are_written_and_read() {
        for (day, text) in [
            (0, "1970-01-01"),
            (19_675, "2023-11-14"),
            (19_782, "2024-02-29"),
            (11_016, "2000-02-29"),
            (47_541, "2100-03-01"),
            (2_932_896, "9999-12-31"),
        ] {
            assert_eq!((write(day), read(text)), (text.to_owned(), Some(day)));
        }
        assert!((0..80_000).all(|day| read(&write(day)) == Some(day)));
        assert_eq!((day_of(1_700_000_000), day_of(-1)), (19_675, -1));
        write(day_of(i64::MAX));
        write(day_of(i64::MIN));
    }

    #[test]
    fn malformed_days_are_rejected() {
        for text in [
            "",
            "2024",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-1-01",
            "2024-01-1",
            "24-01-01",
            "2024-01-01-",
            "-2024-01-01",
            "2024/01/01",
            "1969-12-31",
            "2024-01-01T00:00:00Z",
            "+024-01-01",
            "２０２４-01-01",
            "2024-01-0x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn weeks_and_months_begin_where_calendars_say() {
        let day = |text| read(text).unwrap();
        for (given, monday) in [
            ("2024-05-01", "2024-04-29"),
            ("2024-04-29", "2024-04-29"),
            ("2024-05-05", "2024-04-29"),
        ] {
            assert_eq!(write(monday_of(day(given))), monday);
        }
        let month = |text| {
            let (first, next) = month_around(day(text));
            (write(first), write(next))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(month("2024-12-31"), pair("2024-12-01", "2025-01-01"));
        assert_eq!(month("2024-02-29"), pair("2024-02-01", "2024-03-01"));
    }
}
