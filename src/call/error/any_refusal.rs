//! [`AnyRefusal`]: the refusal of any operation, for code that calls several.

use std::{any::Any, fmt, time::Duration};

use crate::endpoint::Refusal;

/// The part of [`Refusal`] that [`Error`](crate::Error) needs, and that [`AnyRefusal`] can have as
/// well.
///
/// `AnyRefusal` is not a [`Refusal`] itself: it would have to be read from the wire.
pub trait Reason: fmt::Debug + fmt::Display + 'static {
    /// Returns `true` if the requested entity does not exist.
    fn is_not_found(&self) -> bool;

    /// Returns how long PropelAuth asks to wait before the next call, if the refusal says so.
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

/// The refusal of any operation: the default for the parameter of [`Error`](crate::Error).
///
/// The errors of all operations turn into such an `Error` by `?` and by `into()`, which boxes the
/// refusal. [`downcast_ref`](Self::downcast_ref) returns it as its own type again.
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

/// [`Reason`] beside [`Any`], so that a box of it can be downcast.
trait AnyReason: Reason + Any + Send + Sync {}

impl<R: Refusal> AnyReason for R {}

impl AnyRefusal {
    /// Returns the refusal, if it is of this type.
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
