//! Ids as PropelAuth makes them: UUIDs of version 4.

use std::hash::{BuildHasher as _, RandomState};

/// Makes a new random id.
///
/// It is seeded by the standard library and so nothing that a secret could be made from.
pub(super) fn new() -> String {
    let random = || u128::from(RandomState::new().hash_one(0));
    let bits = (random() << 64) | random();
    let bits = bits & !(0xf << 76) | (0x4 << 76); // version 4
    let bits = bits & !(0x3 << 62) | (0x2 << 62); // the RFC's variant
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xffff,
        (bits >> 48) & 0xffff,
        bits & 0xffff_ffff_ffff,
    )
}

/// Tells whether a text has the form of a UUID: 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{is_uuid, new};

    #[test]
    fn ids_are_uuids_of_version_4_and_differ() {
        let (a, b) = (new(), new());
        assert_ne!(a, b);
        for id in [a, b] {
            assert!(is_uuid(&id), "{id}");
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "-",
            "31c41c16",
            "31c41c16-c281-44ae-9602-8a047e3bf33",
            "é1c41c1-c281-44ae-9602-8a047e3bf33d",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
