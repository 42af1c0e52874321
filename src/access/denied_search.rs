//! Finding a denial inside of an application's own error.
//!
//! An application wraps a [`Denied`] in an enum of its own, and actix-web boxes that: neither type has a
//! `source`, so that the denial cannot be reached. But such an error can be printed, and a derived `Debug`
//! prints the errors inside with theirs. So the error is printed to nowhere, and the `Debug` of [`Denied`]
//! notes that it was called. So does its `Display`, because the `Debug` of `anyhow::Error` and of other reports
//! prints the texts of the errors inside.

use std::{
    cell::RefCell,
    fmt::{self, Write as _},
};

use actix_web::Error;

use super::{
    denied::{Denied, Forbidden, Unauthorized},
    misconfigured::Misconfigured,
};

thread_local! {
    /// The search on this thread, if there is one, and what it has found so far.
    static SEARCH: RefCell<Option<Option<Denied>>> = const { RefCell::new(None) };
}

/// Returns the denial that an error is or wraps.
///
/// This prints the error, so call it for responses to failed requests only.
pub(in crate::access) fn denied_in(error: &Error) -> Option<Denied> {
    if let Some(denied) = error.as_error::<Denied>() {
        return Some(denied.clone());
    }
    SEARCH.set(Some(None));
    let _ = write!(Nowhere, "{error:?}");
    SEARCH.take().flatten()
}

/// A text that is not kept.
struct Nowhere;

impl fmt::Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

/// Notes a denial that is printed during a search.
fn note(denied: &Denied) {
    SEARCH.with_borrow_mut(|search| {
        if let Some(found) = search {
            found.get_or_insert_with(|| denied.clone());
        }
    });
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        note(self);
        match self {
            Self::Unauthorized(reason) => reason.fmt(f),
            Self::Forbidden(reason) => reason.fmt(f),
            Self::Unavailable { .. } => f.write_str(
                "no verifier key has been fetched yet, so access tokens cannot be verified",
            ),
            Self::TokenTooLong { len, max_token_len } => write!(
                f,
                "the access token has {len} bytes and `max_token_len` allows {max_token_len}; raise it if \
                 users are in many organizations, or have frontends ask for tokens of one active \
                 organization"
            ),
            Self::Unreachable { what, .. } => f.write_str(what.text()),
            Self::TooManyRequests { what, retry_after } => {
                write!(
                    f,
                    "{}; try again in {} s",
                    what.text(),
                    retry_after.as_secs()
                )
            }
            Self::NoEnvironment(reason) => reason.fmt(f),
            Self::Misconfigured(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for Denied {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The text is that of the reason, so the source is the reason's.
        match self {
            Self::Unauthorized(reason) => reason.source(),
            Self::Forbidden(reason) => reason.source(),
            Self::NoEnvironment(reason) => reason.source(),
            Self::Misconfigured(reason) => reason.source(),
            Self::Unavailable { .. }
            | Self::Unreachable { .. }
            | Self::TokenTooLong { .. }
            | Self::TooManyRequests { .. } => None,
        }
    }
}

impl From<Unauthorized> for Denied {
    fn from(reason: Unauthorized) -> Self {
        Self::Unauthorized(reason)
    }
}

impl From<Forbidden> for Denied {
    fn from(reason: Forbidden) -> Self {
        Self::Forbidden(reason)
    }
}

impl From<Misconfigured> for Denied {
    fn from(reason: Misconfigured) -> Self {
        Self::Misconfigured(reason)
    }
}

impl fmt::Debug for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        note(self);
        // As derived.
        match self {
            Self::Unauthorized(reason) => f.debug_tuple("Unauthorized").field(reason).finish(),
            Self::Forbidden(reason) => f.debug_tuple("Forbidden").field(reason).finish(),
            Self::Unavailable { retry_after } => f
                .debug_struct("Unavailable")
                .field("retry_after", retry_after)
                .finish(),
            Self::TokenTooLong { len, max_token_len } => f
                .debug_struct("TokenTooLong")
                .field("len", len)
                .field("max_token_len", max_token_len)
                .finish(),
            Self::Unreachable { what, retry_after } => f
                .debug_struct("Unreachable")
                .field("what", what)
                .field("retry_after", retry_after)
                .finish(),
            Self::TooManyRequests { what, retry_after } => f
                .debug_struct("TooManyRequests")
                .field("what", what)
                .field("retry_after", retry_after)
                .finish(),
            Self::NoEnvironment(reason) => f.debug_tuple("NoEnvironment").field(reason).finish(),
            Self::Misconfigured(reason) => f.debug_tuple("Misconfigured").field(reason).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt, time::Duration};

    use actix_web::{Error, ResponseError};

    use super::denied_in;
    use crate::access::{Denied, Unauthorized};

    #[derive(Debug)]
    #[allow(dead_code)] // only `Debug` reads the fields, which is what is tested
    enum AppError {
        Wrapped(Denied),
        Deeper(Box<Self>, u8),
        Other,
    }

    impl fmt::Display for AppError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an error of the application")
        }
    }

    impl ResponseError for AppError {}

    #[test]
    fn a_denial_is_found_in_an_error_that_prints_it() {
        let denied = || Denied::from(Unauthorized::NoCredentials);
        let deeper = AppError::Deeper(Box::new(AppError::Wrapped(denied())), 1);
        let boxed: Box<dyn std::error::Error> = Box::new(denied());
        for error in [Error::from(denied()), deeper.into(), boxed.into()] {
            assert_eq!(denied_in(&error), Some(denied()), "{error:?}");
        }
        assert_eq!(denied_in(&AppError::Other.into()), None);
    }

    /// An error whose `Debug` is the text of the error inside, as that of `anyhow::Error`.
    struct Report(Box<dyn std::error::Error>);

    impl fmt::Debug for Report {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.0)
        }
    }

    impl fmt::Display for Report {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.0)
        }
    }

    impl ResponseError for Report {}

    #[test]
    fn a_denial_is_found_in_an_error_that_prints_its_text() {
        let denied = || Denied::from(Unauthorized::NoCredentials);
        let error = Report(Box::new(denied()));
        assert_eq!(denied_in(&error.into()), Some(denied()));
    }

    #[test]
    fn debug_prints_the_variant_and_its_fields() {
        let printed = format!("{:?}", Denied::from(Unauthorized::NoCredentials));
        assert_eq!(printed, "Unauthorized(NoCredentials)");
        let retry_after = Duration::from_secs(1);
        let printed = format!("{:?}", Denied::Unavailable { retry_after });
        assert_eq!(printed, "Unavailable { retry_after: 1s }");
    }
}
