//! "Not found" as an answer rather than a failure.

use super::{Error, Reason};

/// Takes "there is no such thing" for an answer.
///
/// ```
/// # use actix_web_propelauth::{Error, Found as _, api::{NotFound, UserMetadata}};
/// # fn example(result: Result<UserMetadata, Error<NotFound>>) -> Result<(), Error<NotFound>> {
/// let user: Option<UserMetadata> = result.found()?;
/// # Ok(())
/// # }
/// ```
pub trait Found<T>: sealed::Sealed {
    /// What went wrong otherwise.
    type Error;

    /// Turns "not found" into `None` and leaves every other error what it is.
    ///
    /// # Errors
    ///
    /// The error itself, unless it [is "not found"](Error::is_not_found).
    fn found(self) -> Result<Option<T>, Self::Error>;
}

impl<T, R: Reason> Found<T> for Result<T, Error<R>> {
    type Error = Error<R>;

    fn found(self) -> Result<Option<T>, Error<R>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

mod sealed {
    pub trait Sealed {}

    impl<T, R> Sealed for Result<T, super::Error<R>> {}
}
