//! [`OptionalExt`]: "not found" as `None`.

use super::{Error, Reason};

/// Converts a "not found" error into `None`.
///
/// ```
/// use actix_web_propelauth::{Error, OptionalExt as _, PropelAuth};
///
/// async fn name_of(auth: &PropelAuth, email: &str) -> Result<Option<String>, Error> {
///     let user = auth.user().fetch_user_metadata_by_email(email).await.optional()?;
///     Ok(user.and_then(|user| user.first_name))
/// }
/// ```
///
/// It is implemented for the results of all calls, and for those that hold a plain [`Error`].
pub trait OptionalExt<T>: sealed::Sealed {
    /// The error of the result, which stays the same.
    type Error;

    /// Converts a "not found" error into `None`, and keeps every other error as it is.
    ///
    /// # Errors
    ///
    /// Returns the error itself, unless it [is "not found"](Error::is_not_found).
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
