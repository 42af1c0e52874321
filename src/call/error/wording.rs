//! The parts of an error's text that are there only sometimes, and the operation that it is about.

use std::{error::Error as StdError, fmt, time::Duration};

use super::Source;

/// An operation and where it was to be called.
#[derive(Debug)]
pub(in crate::call) struct Attempted {
    /// The method and the path's template, so that no id is in it.
    pub(in crate::call) operation: String,
    pub(in crate::call) origin: String,
}

/// A cause, and of what it is the cause.
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
        let Attempted { operation, origin } = &self.what;
        write!(f, "{operation} at {origin}")?;
        self.cause.as_ref().map_or(Ok(()), |it| write!(f, ": {it}"))
    }
}

impl StdError for InContext {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let cause: &(dyn StdError + 'static) = self.cause.as_deref()?;
        Some(cause)
    }
}

pub(super) struct Because<'a>(pub(super) Option<&'a (dyn StdError + Send + Sync)>);

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |cause| write!(f, "{cause}; "))
    }
}

pub(super) struct Wait(pub(super) Option<Duration>);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(wait) => write!(f, ": wait {wait:?}"),
            None => f.write_str(": wait a while"),
        }
    }
}

pub(super) struct Status(pub(super) Option<u16>);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |status| write!(f, " ({status})"))
    }
}

pub(super) struct To<'a>(pub(super) Option<&'a str>);

impl fmt::Display for To<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |origin| write!(f, " to {origin}"))
    }
}
