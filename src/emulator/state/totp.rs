//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds.

use aws_lc_rs::hmac;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The length of a step, in seconds.
const STEP: i64 = 30;

/// The number of steps before and after the current one whose codes are accepted, because clocks
/// differ (RFC 6238, 5.2).
const SKEW: i64 = 1;

/// Parses a key in base32 (RFC 4648), in any case, with or without padding and spaces.
pub(crate) fn key(base32: &str) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    let digits = base32.trim_end_matches('=').bytes();
    for digit in digits.filter(|digit| *digit != b' ') {
        let digit = digit.to_ascii_uppercase();
        let value = ALPHABET.iter().position(|it| *it == digit)?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            key.extend(u8::try_from((bits >> count) & 0xff));
        }
    }
    (!key.is_empty()).then_some(key)
}

/// Returns a key in base32 without padding. The inverse of [`key`].
pub(crate) fn base32(key: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    let mut push = |five: u32| {
        let index = usize::try_from(five & 31).unwrap_or_default();
        text.extend(ALPHABET.get(index).map(|it| char::from(*it)));
    };
    for byte in key {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            push(bits >> count);
        }
    }
    if count > 0 {
        push(bits << (5 - count));
    }
    text
}

/// Returns the code at a Unix timestamp in seconds.
pub(crate) fn code(key: &[u8], now: i64) -> String {
    code_of_step(key, now.div_euclid(STEP))
}

/// Returns the step of a code, if the step is the current one or close to it.
pub(crate) fn step(key: &[u8], now: i64, code: &str) -> Option<i64> {
    let present = now.div_euclid(STEP);
    let steps = present.saturating_sub(SKEW)..=present.saturating_add(SKEW);
    steps
        .into_iter()
        .find(|step| code_of_step(key, *step) == code)
}

/// Returns the code of a step. The low half of the MAC's last byte is the offset of the number in
/// the MAC (RFC 4226, 5.3).
fn code_of_step(key: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    let mac = hmac::sign(&key, &step.to_be_bytes());
    let mac = mac.as_ref();
    let offset = mac.last().map_or(0, |byte| usize::from(byte & 0xf));
    let bytes = mac.iter().skip(offset).take(4);
    let number = bytes.fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::{base32, code, key, step};

    /// The key of RFC 6238, appendix B.
    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The codes of the appendix have eight digits; ours are the last six of them.
        for (time, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(KEY, time), expected, "{time}");
        }
    }

    #[test]
    fn codes_of_neighboring_steps_are_accepted() {
        let now = 1_111_111_111;
        for (offset, is_taken) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let code = code(KEY, now + offset);
            assert_eq!(step(KEY, now, &code).is_some(), is_taken, "{offset}");
        }
        for odd in ["", "05047", "0504710", "٠٥٠٤٧١", "abcdef", " 050471"] {
            assert_eq!(step(KEY, now, odd), None, "{odd}");
        }
        for now in [i64::MIN, -1, 0, i64::MAX] {
            assert!(step(KEY, now, &code(KEY, now)).is_some());
        }
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        for (bytes, text) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
            assert_eq!(key(text).unwrap(), bytes.as_bytes());
        }
        assert_eq!(key("mzxw 6ytb oi======").unwrap(), b"foobar");
        for wrong in ["", "=", "0", "MZXW1", "MZ=XW", "ÄÖ", "A"] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
    }
}
