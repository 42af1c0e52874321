//! The id of an entry of a stream: the server's time when it was written, and a number within it.

use std::fmt;

/// The id of an entry. Ids of a stream only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct EntryId {
    /// The server's time, as a Unix timestamp in milliseconds.
    pub(super) millis: u64,
    pub(super) number: u64,
}

impl EntryId {
    /// The id before every other one.
    pub(super) const ZERO: Self = Self {
        millis: 0,
        number: 0,
    };

    /// Returns the greatest id before a time of the server.
    pub(super) fn before(millis: u64) -> Self {
        match millis.checked_sub(1) {
            Some(millis) => Self {
                millis,
                number: u64::MAX,
            },
            None => Self::ZERO,
        }
    }

    /// Parses an id as a server writes it: two numbers without a sign or leading zeros.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let (millis, number) = text.split_once('-')?;
        Some(Self {
            millis: number_of(millis)?,
            number: number_of(number)?,
        })
    }
}

/// Parses a number in the one form in which it is written.
pub(super) fn number_of(text: &str) -> Option<u64> {
    let is_canonical =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_canonical)
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.millis, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::EntryId;

    fn id(millis: u64, number: u64) -> EntryId {
        EntryId { millis, number }
    }

    #[test]
    fn an_id_is_parsed_as_it_is_written() {
        for id in [EntryId::ZERO, id(1, 0), id(0, 1), id(u64::MAX, u64::MAX)] {
            assert_eq!(EntryId::parse(id.to_string().as_bytes()), Some(id));
        }
        for text in [
            "",
            "-",
            "1",
            "1-",
            "-1",
            "1-2-3",
            "+1-0",
            "1-+0",
            "01-0",
            "1-00",
            " 1-0",
            "1-0 ",
            "1-0\n",
            "18446744073709551616-0",
            "１-0",
            "$",
            "*",
            "1-*",
        ] {
            assert_eq!(EntryId::parse(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(EntryId::parse(b"1-\xff"), None);
    }

    #[test]
    fn the_time_comes_before_the_number() {
        assert!(id(1, 9) < id(2, 0) && id(2, 0) < id(2, 1));
        assert!(EntryId::before(5) < id(5, 0) && id(4, u64::MAX) <= EntryId::before(5));
        assert_eq!(EntryId::before(0), EntryId::ZERO);
    }
}
