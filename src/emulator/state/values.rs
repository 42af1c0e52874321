//! Durations and times as people write them, in arguments of the program and in forms.

use crate::emulator::state::date::{self, DAY};

/// The units of a duration, in milliseconds, longest first.
const UNITS: [(&str, i64); 5] = [
    ("d", DAY * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// Parses a duration of whole seconds, which may be negative, such as `30m`, `-5m` or `1h30m`.
pub(crate) fn seconds(text: &str) -> Result<i64, &'static str> {
    const HELP: &str = "write a number with its unit, such as 90s, 30m, 1h30m, 2d or -5m";
    match milliseconds(text) {
        Some(milliseconds) if milliseconds % 1000 == 0 => Ok(milliseconds / 1000),
        _ => Err(HELP),
    }
}

/// Parses a Unix timestamp in seconds, or a time in UTC such as `2026-11-28` or
/// `2026-11-28T09:30:00Z`.
pub(crate) fn time(text: &str) -> Result<i64, &'static str> {
    const HELP: &str = "write a Unix timestamp in seconds, or a time in UTC such as 2026-11-28 or \
                        2026-11-28T09:30:00Z";
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let (day, clock) = match text.split_once('T') {
        None => (text, "00:00:00"),
        Some((day, clock)) => (day, clock.strip_suffix('Z').ok_or(HELP)?),
    };
    let day = date::read(day).ok_or(HELP)?;
    let mut seconds = 0;
    let mut parts = clock.split(':');
    for most in [23, 59, 59] {
        let is_number = |part: &&str| part.len() == 2 && part.bytes().all(|it| it.is_ascii_digit());
        let part = parts.next().filter(is_number).ok_or(HELP)?;
        let part = part.parse::<u8>().map_err(|_| HELP)?;
        if part > most {
            return Err(HELP);
        }
        seconds = seconds * 60 + i64::from(part);
    }
    match parts.next() {
        None => Ok(day * DAY + seconds),
        Some(_) => Err(HELP),
    }
}

/// Parses a duration, or returns `None` if it is none.
pub(crate) fn milliseconds(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut total: i64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() || total == 0 {
        let digits = rest.find(|it: char| !it.is_ascii_digit())?;
        let (number, after) = rest.split_at_checked(digits)?;
        let end = after.find(|it: char| it.is_ascii_digit());
        let (unit, after) = after.split_at_checked(end.unwrap_or(after.len()))?;
        // Units that are left: each is given once, longest first.
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        let part = number.parse::<i64>().ok()?.checked_mul(*length)?;
        total = total.checked_add(part)?;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    Some(sign * total)
}
