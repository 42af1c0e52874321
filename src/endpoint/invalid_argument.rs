//! [`InvalidArgument`]: an argument that is rejected before anything is sent.

/// An argument that cannot be sent. It becomes `Error::InvalidArgument`.
#[derive(Debug)]
pub struct InvalidArgument {
    pub(crate) argument: String,
    pub(crate) reason: &'static str,
}

impl InvalidArgument {
    /// Creates an error with a reason that does not contain the value, which may be a secret.
    pub(crate) fn new(argument: &str, reason: &'static str) -> Self {
        Self {
            argument: argument.to_owned(),
            reason,
        }
    }

    /// Creates the error of a value that JSON cannot represent, such as a map with keys that are not text.
    pub(crate) fn not_json(argument: &str) -> Self {
        Self::new(argument, "it cannot be represented in JSON")
    }
}
