//! Ids and tokens, generated from a seed.
//!
//! Known differences to PropelAuth: `predictable-ids` in docs/differences.md.

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    hash::BuildHasher as _,
};

use aws_lc_rs::{
    digest::{Context, SHA256},
    rand,
};
use serde::{Deserialize, Serialize};

use crate::endpoint;

pub(crate) use crate::endpoint::is_uuid;

/// The generator of ids and tokens.
///
/// An id that identifies a person or an organization depends on the seed and a name, such as the
/// email address of the user. So a token from an earlier run with the same seed belongs to the same
/// person or to no user, in whatever order users are created. Everything else is a sequence: the
/// same seed yields the same values in the same order.
///
/// All values can be predicted from the seed, which is intended, and another reason not to expose
/// an emulator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ids {
    seed: u64,
    drawn: u64,
    /// The number of ids generated for each name: after a deletion, the next user is another one.
    #[serde(default)]
    named: BTreeMap<String, u64>,
    /// The id to return next instead of a generated one.
    #[serde(skip)]
    next: Option<String>,
    /// What must not be guessed is random instead: one value of the sequence would give away all others.
    #[serde(skip)]
    is_unpredictable: bool,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: 0,
            named: BTreeMap::new(),
            next: None,
            is_unpredictable: false,
        }
    }

    /// Makes tokens, codes and API keys unpredictable, for an emulator that others can reach. What depends on
    /// names, such as the id of a user, still does.
    pub(crate) fn make_unpredictable(&mut self) {
        self.is_unpredictable = true;
    }

    /// Creates a generator with a random seed.
    pub(crate) fn random() -> Self {
        Self::new(RandomState::new().hash_one("seed"))
    }

    /// Sets or clears the id that [`uuid_of`](Self::uuid_of) returns next.
    pub(crate) fn set_next(&mut self, id: Option<String>) {
        self.next = id;
    }

    /// Returns a UUID that depends on these names, a different one each time.
    pub(crate) fn uuid_of(&mut self, names: &[&str]) -> String {
        if let Some(next) = self.next.take() {
            return next;
        }
        let [high, low, ..] = self.words_of(names);
        uuid(high, low)
    }

    /// Returns lower-case hexadecimal digits that depend on these names, 16 for each of the `words`;
    /// different ones each time.
    pub(crate) fn hex_of(&mut self, names: &[&str], words: usize) -> String {
        let mut text = String::new();
        if self.is_unpredictable {
            return self.hex(words);
        }
        while text.len() < words * 16 {
            text.extend(self.words_of(names).map(|word| format!("{word:016x}")));
        }
        text.truncate(words * 16);
        text
    }

    fn words_of(&mut self, names: &[&str]) -> [u64; 4] {
        let [name, ..] = words(0, names, 0);
        let count = self.named.entry(format!("{name:016x}")).or_default();
        let before = *count;
        *count = before.wrapping_add(1);
        words(self.seed, names, before)
    }

    /// Returns the next UUID (version 4) of the sequence.
    pub(crate) fn uuid(&mut self) -> String {
        uuid(self.next(), self.next())
    }

    /// Returns the next lower-case hexadecimal digits of the sequence, 16 for each of the `words`.
    pub(crate) fn hex(&mut self, words: usize) -> String {
        (0..words)
            .map(|_| format!("{:016x}", self.next()))
            .collect()
    }

    fn next(&mut self) -> u64 {
        if self.is_unpredictable {
            let mut bytes = [0; 8];
            return match rand::fill(&mut bytes) {
                Ok(()) => u64::from_be_bytes(bytes),
                // The other source of the operating system's random numbers.
                Err(_) => RandomState::new().hash_one(self.drawn),
            };
        }
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

/// Returns words that depend on the seed, the names and the number.
fn words(seed: u64, names: &[&str], number: u64) -> [u64; 4] {
    let mut context = Context::new(&SHA256);
    context.update(&seed.to_be_bytes());
    context.update(&number.to_be_bytes());
    for name in names {
        context.update(name.as_bytes());
        context.update(&[0xff]); // never part of UTF-8, so names cannot run together
    }
    let digest = context.finish();
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(digest.as_ref().chunks_exact(8)) {
        *word = bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    words
}

/// Returns a UUID that depends only on these names.
pub(crate) fn uuid_from_names(names: &[&str]) -> String {
    let hash = |start: u64| {
        let bytes = names.iter().flat_map(|name| name.bytes().chain([0xff])); // never part of UTF-8, so names cannot run together
        let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        mixed(bytes.fold(start, fnv))
    };
    uuid(hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142))
}

/// Mixes every bit into all others, as SplitMix64 does.
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

/// Returns an id in the form of the emulator's ids, which is lower case.
pub(crate) fn canonical<I>(id: impl Into<I>) -> I
where
    I: From<String> + Into<String>,
{
    I::from(endpoint::canonical(id.into().into()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Ids, is_uuid, uuid_from_names};

    #[test]
    fn ids_are_uuids_of_version_4_and_differ() {
        let mut ids = Ids::default();
        let mut all: BTreeSet<String> = (0..1000).map(|_| ids.uuid()).collect();
        all.extend([
            uuid_from_names(&["a"]),
            uuid_from_names(&["a", ""]),
            uuid_from_names(&["", "a"]),
            uuid_from_names(&[]),
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
        assert_eq!(uuid_from_names(&["a", "b"]), uuid_from_names(&["a", "b"]));
    }

    #[test]
    fn named_ids_do_not_depend_on_earlier_ids() {
        let (mut one, mut two) = (Ids::new(7), Ids::new(7));
        one.uuid_of(&["user", "bob"]);
        one.uuid();
        let alice = one.uuid_of(&["user", "alice"]);
        assert_eq!(alice, two.uuid_of(&["user", "alice"]));
        assert_eq!((is_uuid(&alice), alice.as_bytes()[14]), (true, b'4'));
        let mut all = BTreeSet::from([alice]);
        all.extend((0..100).map(|_| two.uuid_of(&["user", "alice"])));
        all.insert(Ids::new(8).uuid_of(&["user", "alice"]));
        all.insert(Ids::new(7).uuid_of(&["org", "alice"]));
        all.insert(Ids::random().uuid_of(&["user", "alice"]));
        all.insert(Ids::random().uuid_of(&["user", "alice"]));
        assert_eq!(all.len(), 105);
        let key = Ids::new(7).hex_of(&["key"], 6);
        assert_eq!((key.len(), Ids::new(7).hex_of(&["key"], 6)), (96, key));
    }

    #[test]
    fn sequence_continues_after_serialization() {
        let mut ids = Ids::new(u64::MAX);
        ids.uuid();
        ids.uuid_of(&["a"]);
        let text = serde_json::to_string(&ids).unwrap();
        let mut again: Ids = serde_json::from_str(&text).unwrap();
        assert_eq!(again.uuid(), ids.uuid());
        assert_eq!(again.uuid_of(&["a"]), ids.uuid_of(&["a"]));
    }
}
