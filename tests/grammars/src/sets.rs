//! What is compared: each set of values with its grammar.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::{
    authorization, header,
    known::{self, Known},
    limits, path, query,
    subject::{User, testing::TestUser},
    words::{Alphabet, count, every_value},
};

/// How many values were read as what.
#[derive(Default)]
pub(crate) struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    fn add(&mut self, class: &'static str) {
        *self.0.entry(class).or_default() += 1;
    }

    pub(crate) fn join(&mut self, other: Self) {
        for (class, count) in other.0 {
            *self.0.entry(class).or_default() += count;
        }
    }

    pub(crate) fn all(&self) -> u64 {
        self.0.values().sum()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self
            .0
            .iter()
            .map(|(class, count)| format!("{count} {class}"));
        f.write_str(&counts.collect::<Vec<_>>().join(", "))
    }
}

type Compare = Box<dyn FnMut(&[u8]) -> Result<&'static str, String>>;

/// All values of at most so many symbols, and what compares them.
pub(crate) struct Set {
    pub(crate) name: &'static str,
    alphabet: Alphabet,
    pub(crate) longest: usize,
    comparer: Box<dyn Fn() -> Compare + Sync>,
}

impl Set {
    fn new<F>(
        name: &'static str,
        alphabet: Alphabet,
        longest: usize,
        comparer: impl Fn() -> F + Sync + 'static,
    ) -> Self
    where
        F: FnMut(&[u8]) -> Result<&'static str, String> + 'static,
    {
        Self {
            name,
            alphabet,
            longest,
            comparer: Box::new(move || Box::new(comparer())),
        }
    }

    /// Returns what the set falls into: the values below two symbols, and those of each start.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts = vec![Part(vec![], self.longest.min(1))];
        if self.longest > 1 {
            let pairs = (0..12).flat_map(|one| (0..12).map(move |two| vec![one, two]));
            parts.extend(pairs.map(|first| Part(first, self.longest - 2)));
        }
        parts
    }

    /// Compares a part.
    pub(crate) fn compare(&self, Part(first, more): &Part) -> Result<Counts, String> {
        let (mut counts, mut compare) = (Counts::default(), (self.comparer)());
        every_value(&self.alphabet, first, *more, &mut |value| {
            counts.add(compare(value)?);
            Ok::<_, String>(())
        })?;
        Ok(counts)
    }

    pub(crate) fn size(&self) -> u64 {
        count(self.longest)
    }
}

/// The symbols that values start with, and how many more they may have.
pub(crate) struct Part(Vec<usize>, usize);

/// Returns all sets, the larger ones up to so many symbols.
pub(crate) fn sets(longest: usize) -> Vec<Set> {
    let fewer = longest.min(6);
    vec![
        Set::new("authorization", authorization::ALPHABET, longest, || {
            |value: &[u8]| authorization::compare(value, authorization::MAX_TOKEN_LEN)
        }),
        Set::new(
            "authorization, pieces",
            authorization::PIECES,
            fewer,
            || |value: &[u8]| authorization::compare(value, authorization::MAX_TOKEN_LEN),
        ),
        {
            let known = Known::new();
            let (alphabet, known) = (known.alphabet(), Arc::new(known));
            let longest = longest.min(known::LONGEST);
            Set::new("authorization, known token", alphabet, longest, move || {
                let known = Arc::clone(&known);
                move |value: &[u8]| known.compare(value)
            })
        },
        Set::new("path", path::ALPHABET, longest, || {
            path::comparer(user(&path::ORGS))
        }),
        Set::new("path, odd", path::ODD, fewer, || {
            path::comparer(user(&path::ORGS))
        }),
        Set::new("query", query::ALPHABET, longest, || {
            query::comparer(user(&query::ORGS))
        }),
        Set::new("query, odd, by default", query::ODD, fewer, || {
            query::by_default(user(&query::ORGS))
        }),
        Set::new("header", header::ALPHABET, longest, || {
            header::comparer(user(&header::ORGS))
        }),
    ]
}

/// Compares what is no set of all values: several headers, and the limits.
pub(crate) fn others() -> Result<Vec<(&'static str, Counts)>, String> {
    let mut lines = Counts::default();
    lines.add(authorization::compare_lines(&[], 6)?);
    let values: Vec<&[u8]> = authorization::ALPHABET
        .into_iter()
        .chain([
            &b""[..],
            b"Bearer a",
            b"bearer  a",
            b"Basic a",
            b"Bearer ,",
            b" Bearer a",
        ])
        .collect();
    for one in &values {
        lines.add(authorization::compare_lines(&[one], 6)?);
        for two in &values {
            lines.add(authorization::compare_lines(&[one, two], 6)?);
            for three in &values {
                lines.add(authorization::compare_lines(&[one, two, three], 6)?);
            }
        }
    }
    let mut at_limits = Counts::default();
    limits::compare_all(|class| at_limits.add(class))?;
    Ok(vec![("several headers", lines), ("limits", at_limits)])
}

/// A user in these organizations.
fn user(orgs: &[&str]) -> User {
    let orgs: serde_json::Map<_, _> = orgs
        .iter()
        .map(|org_id| ((*org_id).to_owned(), serde_json::json!({"org_name": "x"})))
        .collect();
    TestUser::new("a@b.c")
        .claim("org_id_to_org_member_info", orgs)
        .user()
}
