//! [`Hint`]: the name of a mistake, and what was seen of it.

/// The mistake behind a denial: a code of its own, and what was seen of the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::access) struct Hint {
    /// The code, which has an explanation with the remedy.
    pub(in crate::access) code: &'static str,
    /// What was seen, or empty if the denial's own text says it. Text of a caller is escaped in it.
    pub(in crate::access) text: String,
}

impl Hint {
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, text }
    }
}
