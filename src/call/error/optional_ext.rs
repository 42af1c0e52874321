//! "Not found" as `None`.

use super::{Error, Reason};

/// Converts a "not found" error into `None`.
///
/// ```
/// # use actix_web_propelauth::{Error, OptionalExt as _, api::{NotFound, UserMetadata}};
/// # fn example(result: Result<UserMetadata, Error<NotFound>>) -> Result<(), Error<NotFound>> {
/// let user: Option<UserMetadata> = result.optional()?;
/// # Ok(())
/// # }
/// ```
pub trait OptionalExt<T>: sealed::Sealed {
    /// The error for every other failure.
    type Error;

    /// Converts "not found" into `None`, and leaves every other error as it is.
    ///
    /// # Errors
    ///
    /// The error itself, unless it [is "not found"](Error::is_not_found).
    fn optional(self) -> Result<Option<T>, Self::Error>;
}

impl<T, R: Reason> OptionalExt<T> for Result<T, Error<R>> {
    type Error = Error<R>;

    fn optional(self) -> Result<Option<T>, Error<R>> {
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
