//! [`Explanation`]: what a code stands for, why it happens, and what to do.

/// The explanation of a stable code: of a denial, of a start-up failure, or of a failed call.
///
/// A code is a lower-case word such as `token_expired`. It does not change with the wording of a message,
/// so that alerts, dashboards and searches can rely on it. [`Denied::code`](crate::Denied::code),
/// [`InitError::code`](crate::InitError::code) and [`Error::code`](crate::Error::code) return it, and log
/// lines have it in the field `code`. [`explanations`](crate::explanations()) lists all of them.
///
/// ```
/// use actix_web_propelauth::{PropelAuth, explanation};
///
/// let error = PropelAuth::builder("https://auth.example.com/login", "key").build_lazy().unwrap_err();
/// let explanation = explanation(error.code()).unwrap();
/// assert_eq!(explanation.code, "unusable_auth_url");
/// println!("{}: {} {}", explanation.title, explanation.cause, explanation.remedy);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Explanation {
    /// The code: a lower-case word with underscores.
    pub code: &'static str,
    /// What happened, in a few words without a period.
    pub title: &'static str,
    /// Why it happens, in full sentences.
    pub cause: &'static str,
    /// What to do about it, in full sentences.
    pub remedy: &'static str,
}

/// Declares a table of explanations, a row for each code: `code: title, cause, remedy;`.
macro_rules! explanations {
    ($($code:ident: $title:literal, $cause:literal, $remedy:literal;)*) => {
        &[$($crate::words::explanation::Explanation {
            code: stringify!($code),
            title: $title,
            cause: $cause,
            remedy: $remedy,
        },)*]
    };
}

pub(crate) use explanations;
