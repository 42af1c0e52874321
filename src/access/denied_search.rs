//! Finding a denial inside of an application's own error.
//!
//! An application wraps a [`Denied`] in an enum of its own, and actix-web boxes that: neither type has a
//! `source`, so that the denial cannot be reached. But such an error can be printed, and a derived `Debug`
//! prints the errors inside with theirs. So the error is printed to nowhere, and the `Debug` of [`Denied`]
//! notes that it was called.

use std::{
    cell::RefCell,
    fmt::{self, Write as _},
};

use actix_web::Error;

use super::denied::Denied;

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

impl fmt::Debug for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SEARCH.with_borrow_mut(|search| {
            if let Some(found) = search {
                found.get_or_insert_with(|| self.clone());
            }
        });
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

    #[test]
    fn debug_prints_the_variant_and_its_fields() {
        let printed = format!("{:?}", Denied::from(Unauthorized::NoCredentials));
        assert_eq!(printed, "Unauthorized(NoCredentials)");
        let retry_after = Duration::from_secs(1);
        let printed = format!("{:?}", Denied::Unavailable { retry_after });
        assert_eq!(printed, "Unavailable { retry_after: 1s }");
    }
}
