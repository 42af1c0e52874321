//! What cannot be sent, found before anything was.

/// An argument that cannot be sent.
#[derive(Debug)]
pub struct InvalidArgument {
    pub(crate) argument: String,
    pub(crate) reason: &'static str,
}

impl InvalidArgument {
    pub(crate) fn new(argument: &str, reason: &'static str) -> Self {
        Self {
            argument: argument.to_owned(),
            reason,
        }
    }

    pub(crate) fn not_json(argument: &str) -> Self {
        Self::new(argument, "it cannot be written as JSON")
    }
}
