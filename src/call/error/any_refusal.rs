//! [`AnyRefusal`]: the refusal of any operation, for code that calls several.

use std::{any::Any, fmt, time::Duration};

use crate::endpoint::Refusal;

/// A refusal in an [`Error`](crate::Error): that of an operation, or [`AnyRefusal`].
///
/// Its purpose is an application's own error, which takes the errors of all calls with `?`:
///
/// ```
/// use actix_web::{HttpResponse, ResponseError};
/// use actix_web_propelauth::{Denied, Error, PropelAuth, Requirement, User, api::Reason};
///
/// #[derive(Debug, thiserror::Error)]
/// enum AppError {
///     #[error(transparent)]
///     Denied(#[from] Denied),
///     #[error(transparent)]
///     PropelAuth(Error),
/// }
///
/// impl<R: Reason> From<Error<R>> for AppError {
///     fn from(error: Error<R>) -> Self {
///         Self::PropelAuth(error.into_any())
///     }
/// }
///
/// impl ResponseError for AppError {
///     fn error_response(&self) -> HttpResponse {
///         match self {
///             Self::Denied(denied) => denied.error_response(),
///             Self::PropelAuth(error) => error.error_response(),
///         }
///     }
/// }
///
/// async fn rename(user: User, auth: PropelAuth) -> Result<String, AppError> {
///     let org = user.authorize("1189c444", &Requirement::role("Owner"))?;
///     auth.org().update_org(&org.org_id).name("Acme").await?;
///     auth.user().update_user_metadata(&user.user_id).first_name("Ada").await?;
///     Ok("renamed".to_owned())
/// }
/// ```
///
/// The trait is sealed: only this crate can implement it. [`AnyRefusal`] is not a [`Refusal`] itself: it
/// would have to be decoded from a response.
pub trait Reason: sealed::Sealed + fmt::Debug + fmt::Display + 'static {
    /// Returns `true` if the requested entity does not exist.
    fn is_not_found(&self) -> bool;

    /// Returns how long PropelAuth asks to wait before the next call, if the refusal says so.
    fn retry_after(&self) -> Option<Duration>;

    /// Converts the refusal into that of any operation.
    fn into_any(self) -> AnyRefusal
    where
        Self: Sized;
}

impl<R: Refusal> Reason for R {
    fn is_not_found(&self) -> bool {
        Refusal::is_not_found(self)
    }

    fn retry_after(&self) -> Option<Duration> {
        Refusal::retry_after(self)
    }

    fn into_any(self) -> AnyRefusal {
        self.into()
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

    fn into_any(self) -> AnyRefusal {
        self
    }
}

mod sealed {
    pub trait Sealed {}

    impl<R: super::Refusal> Sealed for R {}
    impl Sealed for super::AnyRefusal {}
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
