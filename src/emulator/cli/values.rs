//! Values of arguments: durations and times.

pub(super) use crate::emulator::state::values::{seconds, time};
use crate::emulator::state::{
    date::{self, DAY},
    values::milliseconds,
};

/// Parses a duration of whole seconds that is not negative.
pub(super) fn positive_seconds(text: &str) -> Result<u32, &'static str> {
    let seconds = seconds(text)?;
    u32::try_from(seconds).map_err(|_| "write a duration from 0s to 49000d, such as 90s or 1h30m")
}

/// Parses a duration of whole milliseconds that is not negative, such as `250ms` or `2s`.
pub(super) fn positive_milliseconds(text: &str) -> Result<u64, &'static str> {
    const HELP: &str = "write a number with its unit, such as 250ms, 2s or 1m30s";
    let milliseconds = milliseconds(text).ok_or(HELP)?;
    u64::try_from(milliseconds).map_err(|_| HELP)
}

/// Returns a Unix timestamp in seconds as a time in UTC.
pub(super) fn written(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(DAY);
    format!(
        "{}T{:02}:{:02}:{:02}Z",
        date::write(date::day_of(seconds)),
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

/// Returns a number of seconds as a duration that [`seconds`] parses.
pub(super) fn duration(seconds: i64) -> String {
    let mut text = match seconds < 0 {
        true => "-".to_owned(),
        false => String::new(),
    };
    let mut rest = seconds.unsigned_abs();
    for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] {
        if rest >= length || (unit == "s" && seconds == 0) {
            text += &format!("{}{unit}", rest / length);
            rest %= length;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{duration, positive_milliseconds, positive_seconds, seconds, time, written};

    #[test]
    fn durations_have_units() {
        for (text, expected) in [
            ("30m", 1800),
            ("-5m", -300),
            ("90s", 90),
            ("1h30m", 5400),
            ("2d", 172_800),
            ("1d1h1m1s", 90_061),
            ("0s", 0),
            ("2000ms", 2),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "-",
            "5",
            "m",
            "5x",
            "1m1h",
            "1h1h",
            "1.5h",
            " 5m",
            "5m ",
            "--5m",
            "+5m",
            "5m-",
            "1ms",
            "99999999999999999999s",
            "9999999999999999d",
            "5 m",
            "1h 30m",
        ] {
            assert!(seconds(text).is_err(), "{text:?}");
        }
        assert!(positive_seconds("-1s").is_err());
        assert_eq!(positive_seconds("1m"), Ok(60));
        assert_eq!(positive_milliseconds("1s250ms"), Ok(1250));
        assert!(positive_milliseconds("-1ms").is_err());
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for text in ["0s", "-5m", "90061s", "1h30m", "59s", "-2d1s"] {
            let parsed = seconds(text).unwrap();
            assert_eq!(seconds(&duration(parsed)), Ok(parsed), "{text}");
        }
        assert_eq!(duration(90_061), "1d1h1m1s");
    }

    #[test]
    fn times_are_timestamps_or_dates() {
        for (text, expected) in [
            ("1700000000", 1_700_000_000),
            ("2023-11-14", 1_699_920_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000),
        ] {
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        assert_eq!(written(1_700_000_000), "2023-11-14T22:13:20Z");
        for text in [
            "",
            "now",
            "2023-11-14T",
            "2023-11-14T22:13:20",
            "2023-11-14T24:00:00Z",
            "2023-11-14T22:13Z",
            "2023-11-14T22:13:20:00Z",
            "2023-02-30",
            "2023-11-14T+1:00:00Z",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
