//! Ids as PropelAuth makes them, from a sequence that a seed decides.

use serde::{Deserialize, Serialize};

use crate::api::wire;
pub(super) use crate::api::wire::is_uuid;

/// Where ids and tokens come from: the same seed gives the same ones in the same order.
///
/// Whoever knows the seed knows them all, which is the point of it, and one more reason to keep
/// the emulator away from anything real.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ids {
    seed: u64,
    drawn: u64,
}

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// Makes the next UUID of version 4.
    pub(super) fn uuid(&mut self) -> String {
        uuid(self.next(), self.next())
    }

    /// Makes the next text of lower-case hexadecimal digits, 16 for each of the words.
    pub(super) fn hex(&mut self, words: usize) -> String {
        (0..words)
            .map(|_| format!("{:016x}", self.next()))
            .collect()
    }

    fn next(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        mixed(
            self.seed
                .wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        )
    }
}

impl Default for Ids {
    fn default() -> Self {
        Self::new(0)
    }
}

/// Makes the UUID that stands for these names: the same names, the same UUID.
#[allow(dead_code)] // until the first operation that needs one
pub(super) fn named(names: &[&str]) -> String {
    let hash = |start: u64| {
        let bytes = names.iter().flat_map(|name| name.bytes().chain([0xff])); // no UTF-8 has it
        let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        mixed(bytes.fold(start, fnv))
    };
    uuid(hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142))
}

/// Spreads every bit over all others, as SplitMix64 does.
fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

fn uuid(high: u64, low: u64) -> String {
    let bits = (u128::from(high) << 64) | u128::from(low);
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

/// Brings an id that was given in Rust into the form that ids have here, which is lower case.
pub(super) fn canonical<I>(id: impl Into<I>) -> I
where
    I: From<String> + Into<String>,
{
    I::from(wire::canonical(id.into().into()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Ids, is_uuid, named};

    #[test]
    fn ids_are_uuids_of_version_4_and_differ() {
        let mut ids = Ids::default();
        let mut all: BTreeSet<String> = (0..1000).map(|_| ids.uuid()).collect();
        all.extend([
            named(&["a"]),
            named(&["a", ""]),
            named(&["", "a"]),
            named(&[]),
        ]);
        assert_eq!(all.len(), 1004);
        for id in all {
            assert!(is_uuid(&id), "{id}");
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
    }

    #[test]
    fn a_seed_decides_all_ids() {
        let first = |seed| {
            let mut ids = Ids::new(seed);
            (ids.uuid(), ids.hex(2), ids.hex(4))
        };
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
        assert_eq!((first(7).1.len(), first(7).2.len()), (32, 64));
        assert_eq!(named(&["a", "b"]), named(&["a", "b"]));
    }

    #[test]
    fn a_sequence_goes_on_where_it_was_written_down() {
        let mut ids = Ids::new(u64::MAX);
        ids.uuid();
        let text = serde_json::to_string(&ids).unwrap();
        let mut again: Ids = serde_json::from_str(&text).unwrap();
        assert_eq!(again.uuid(), ids.uuid());
    }
}
