//! [`DecodeError`]: a response of a success that could not be decoded.

/// The reason why the response of a successful call could not be decoded.
///
/// It has the place and the kind of the fault, and not the contents: a response is full of
/// personal data, which serde's messages quote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub struct DecodeError {
    // Small types: the error is part of the future of every call.
    what: Box<str>,
    line: u32,
    column: u32,
    ends_early: bool,
}

impl DecodeError {
    pub(crate) fn new(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;

        let what = match error.classify() {
            Category::Io | Category::Eof => "the body ends too early".to_owned(),
            Category::Syntax => "the body is not valid JSON".to_owned(),
            // Only this message names a field; the others quote the value.
            Category::Data => match error.to_string().split(" at line ").next() {
                Some(text) if text.starts_with("missing field `") => text.to_owned(),
                _ => "a value has an unexpected type".to_owned(),
            },
        };
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            what: what.into(),
            line: small(error.line()),
            column: small(error.column()),
            ends_early: error.is_eof(),
        }
    }

    /// Adds the operation to the message.
    pub(super) fn add_operation(&mut self, operation: &impl std::fmt::Display) {
        self.what = format!("{} in the response to {operation},", self.what).into();
    }

    /// Returns `true` if the body is the beginning of valid JSON, so that it may have been cut off.
    pub(in crate::call) fn ends_early(&self) -> bool {
        self.ends_early
    }
}
