//! The context of an error: the operation that failed, and the origin that it was sent to.

use std::mem;

use super::{
    Error,
    wording::{Attempted, InContext},
};

impl<R> Error<R> {
    /// Adds the operation to an error.
    ///
    /// The error alone, such as "connection refused" or "status 500", does not say which of many calls
    /// failed. Those that mean the same for every call, such as a rejected API key, stay as they are.
    pub(in crate::call) fn attempted(mut self, what: impl FnOnce() -> Attempted) -> Self {
        match &mut self {
            Self::Unavailable { source, .. }
            | Self::Timeout { source, .. }
            | Self::RateLimited { source, .. }
            | Self::Redirect { source, .. }
            | Self::ResponseTooLarge { source, .. }
            | Self::UnexpectedStatus { source, .. } => {
                *source = Some(InContext::new(what(), source.take()));
            }
            Self::Tls { source } | Self::Protocol { source } => {
                let cause = mem::replace(source, "".into());
                *source = InContext::new(what(), Some(cause));
            }
            Self::Decode(error) => error.add_operation(&what()),
            _ => {}
        }
        self
    }
}
