//! The refusal of whichever operation it was, for code that calls several.

use std::{any::Any, fmt, time::Duration};

use crate::api::Refusal;

/// What [`Error`](super::Error) needs to know of a refusal.
pub trait Reason: fmt::Debug + fmt::Display + 'static {
    /// Returns whether what was asked for does not exist.
    fn is_not_found(&self) -> bool;

    /// Returns how long PropelAuth asks to wait, if it does.
    fn retry_after(&self) -> Option<Duration>;
}

impl<R: Refusal> Reason for R {
    fn is_not_found(&self) -> bool {
        Refusal::is_not_found(self)
    }

    fn retry_after(&self) -> Option<Duration> {
        Refusal::retry_after(self)
    }
}

/// The refusal of any operation: [`Error`](crate::Error) holds it where it names no other.
///
/// The errors of all operations turn into such an `Error` by `?` and by `into()`.
///
/// ```
/// use actix_web_propelauth::{Error, api::NotFound};
///
/// let error: Error = Error::Refused(NotFound::NotFound).into();
/// assert!(error.is_not_found());
/// let Error::Refused(refusal) = error else { panic!() };
/// assert_eq!(refusal.downcast_ref(), Some(&NotFound::NotFound));
/// ```
pub struct AnyRefusal(Box<dyn AnyReason>);

trait AnyReason: Reason + Any + Send + Sync {}

impl<R: Refusal> AnyReason for R {}

impl AnyRefusal {
    /// Returns the refusal itself, if it is of this type.
    #[must_use]
    pub fn downcast_ref<R: Refusal>(&self) -> Option<&R> {
        let refusal: &dyn Any = &*self.0;
        refusal.downcast_ref()
    }
}

impl Reason for AnyRefusal {
    fn is_not_found(&self) -> bool {
        self.0.is_not_found()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after()
    }
}

impl<R: Refusal> From<R> for AnyRefusal {
    fn from(refusal: R) -> Self {
        Self(Box::new(refusal))
    }
}

impl fmt::Debug for AnyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for AnyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
