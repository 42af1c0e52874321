//! What is wrong with the body of a reply.

/// What is wrong with a reply, without what it contained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub struct DecodeError {
    what: String,
    line: usize,
    column: usize,
    ends_early: bool,
}

impl DecodeError {
    pub(in crate::call) fn new(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;

        let what = match error.classify() {
            Category::Io | Category::Eof => "it ends too early".to_owned(),
            Category::Syntax => "it is not JSON".to_owned(),
            // Only this message names a field; the others quote the value.
            Category::Data => match error.to_string().split(" at line ").next() {
                Some(text) if text.starts_with("missing field `") => text.to_owned(),
                _ => "a value is not of the expected type".to_owned(),
            },
        };
        Self {
            what,
            line: error.line(),
            column: error.column(),
            ends_early: error.is_eof(),
        }
    }

    pub(in crate::call) fn ends_early(&self) -> bool {
        self.ends_early
    }
}
