//! The optional parts of an error's text, and the operation that failed.

use std::{error::Error as StdError, fmt, time::Duration};

use super::Source;

/// The operation that failed, and the origin that it was sent to.
#[derive(Debug)]
pub(in crate::call) struct Attempted {
    /// The method and the path's template. The path itself would have the user's id in it.
    pub(in crate::call) operation: String,
    pub(in crate::call) origin: String,
}

impl fmt::Display for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, origin } = self;
        write!(f, "{operation} at {origin}")
    }
}

/// A cause, prefixed by the operation that failed for it.
#[derive(Debug)]
pub(super) struct InContext {
    what: Attempted,
    cause: Option<Source>,
}

impl InContext {
    pub(super) fn new(what: Attempted, cause: Option<Source>) -> Box<Self> {
        Box::new(Self { what, cause })
    }
}

impl fmt::Display for InContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        self.cause.as_ref().map_or(Ok(()), |it| write!(f, ": {it}"))
    }
}

impl StdError for InContext {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let cause: &(dyn StdError + 'static) = self.cause.as_deref()?;
        Some(cause)
    }
}

/// The source of an error, with what separates it from the text that follows.
pub(super) struct Because<'a>(pub(super) Option<&'a (dyn StdError + Send + Sync)>);

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |cause| write!(f, "{cause}; "))
    }
}

/// The operation that failed, with what separates it from the text before.
pub(super) struct During<'a>(pub(super) Option<&'a (dyn StdError + Send + Sync)>);

impl fmt::Display for During<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

/// The time to wait before the next call.
pub(super) struct Wait(pub(super) Option<Duration>);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(wait) => write!(f, "retry after {wait:?}"),
            None => f.write_str("retry later"),
        }
    }
}

/// A status in parentheses.
pub(super) struct Status(pub(super) Option<u16>);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |status| write!(f, " ({status})"))
    }
}

/// The target of a redirect.
pub(super) struct To<'a>(pub(super) Option<&'a str>);

impl fmt::Display for To<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |origin| write!(f, " to {origin}"))
    }
}
