//! The three headers of a webhook: its id, its timestamp and its signatures.

use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};

use super::error::WebhookError;

/// The names of the headers. Svix sends those of one family, by a setting of the sender.
const FAMILIES: [[&str; 3]; 2] = [
    ["svix-id", "svix-timestamp", "svix-signature"],
    ["webhook-id", "webhook-timestamp", "webhook-signature"],
];

/// The longest id that is read. Svix's have about 30 bytes, and what is kept of a delivery is bounded.
const MAX_ID_LEN: usize = 256;

/// The headers, whose values nothing proves yet.
pub(super) struct Headers<'a> {
    pub(super) id: &'a str,
    /// The digits, as they were signed.
    pub(super) timestamp_text: &'a [u8],
    pub(super) timestamp: i64,
    pub(super) signatures: &'a [u8],
}

impl<'a> Headers<'a> {
    /// Finds the headers.
    ///
    /// If one occurs twice, or if there are some of both families, another program may have read the others:
    /// there is no first one that wins.
    pub(super) fn read(headers: &'a HeaderMap) -> Result<Self, WebhookError> {
        let present = FAMILIES.map(|names| names.iter().any(|name| headers.contains_key(*name)));
        let [svix, standard] = FAMILIES;
        let names = match present {
            [true, true] => return Err(WebhookError::BothFamilies),
            [false, true] => standard,
            [true, false] | [false, false] => svix,
        };
        let [id, timestamp, signatures] = names.map(|name| one(headers, name));
        let (id, timestamp_text, signatures) = (id?, timestamp?, signatures?);
        Ok(Self {
            id: check_id(id).ok_or(WebhookError::Id)?,
            timestamp_text,
            timestamp: parse_timestamp(timestamp_text).ok_or(WebhookError::TimestampText)?,
            signatures,
        })
    }
}

/// Returns an error if the body is encoded, whichever encoding is named.
pub(super) fn check_encoding(headers: &HeaderMap) -> Result<(), WebhookError> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(WebhookError::Encoded);
    }
    Ok(())
}

fn one<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a [u8], WebhookError> {
    let mut values = headers.get_all(name);
    let value = values.next().ok_or(WebhookError::MissingHeader(name))?;
    if values.next().is_some() {
        return Err(WebhookError::DuplicateHeader(name));
    }
    Ok(value.as_bytes())
}

/// Returns the id if it is visible ASCII without a dot.
///
/// A dot stands between the parts of what is signed. With one in the id, the signature of one webhook would be
/// that of another with a part of the body in its id, which no delivery had before.
fn check_id(id: &[u8]) -> Option<&str> {
    let is_part_of_one = |byte: &u8| byte.is_ascii_graphic() && *byte != b'.';
    let is_one = !id.is_empty() && id.len() <= MAX_ID_LEN && id.iter().all(is_part_of_one);
    str::from_utf8(id).ok().filter(|_| is_one)
}

/// Returns the number that these digits are, if it would be written so.
fn parse_timestamp(text: &[u8]) -> Option<i64> {
    let is_canonical =
        text.iter().all(u8::is_ascii_digit) && (text.len() == 1 || !text.starts_with(b"0"));
    let text = str::from_utf8(text).ok().filter(|_| is_canonical)?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{check_id, parse_timestamp};

    #[test]
    fn a_timestamp_is_canonical_digits() {
        assert_eq!(parse_timestamp(b"0"), Some(0));
        assert_eq!(parse_timestamp(b"1649367553"), Some(1_649_367_553));
        assert_eq!(parse_timestamp(b"9223372036854775807"), Some(i64::MAX));
        for text in [
            "",
            "-1",
            "+1",
            " 1",
            "1 ",
            "01",
            "00",
            "1.0",
            "1e9",
            "0x1",
            "9223372036854775808",
            "-9223372036854775808",
            "99999999999999999999999",
            "1_000",
            "NaN",
            "١",
            "1,2",
        ] {
            assert_eq!(parse_timestamp(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(parse_timestamp(b"\xff1"), None);
    }

    #[test]
    fn an_id_is_visible_ascii_without_a_dot() {
        assert_eq!(check_id(b"msg_27UH"), Some("msg_27UH"));
        let longest = "x".repeat(256);
        assert_eq!(check_id(longest.as_bytes()), Some(&*longest));
        let long = "x".repeat(257);
        for id in ["", "a.b", ".", "a b", "a\tb", "é", &long] {
            assert_eq!(check_id(id.as_bytes()), None, "{id:?}");
        }
    }
}
