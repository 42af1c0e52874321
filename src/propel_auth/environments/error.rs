//! Mistakes in a list of environments, each with its remedy.

use std::fmt;

/// Why [`Environments`](crate::Environments) could not be created from a list.
///
/// The message says what happened and what to do. `Debug` writes the same with the [code](Self::code), because a
/// `main` that returns an error prints it with `Debug`.
///
/// ```
/// use actix_web_propelauth::{Environments, EnvironmentsError, testing::propel_auth};
///
/// let result = Environments::by_path([("eu", propel_auth())]);
/// let Err(error @ EnvironmentsError::Prefix { .. }) = result else { panic!() };
/// assert!(error.to_string().contains("write a prefix such as `/eu`"));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentsError {
    /// The list is empty.
    #[error(
        "there are no environments, so that every request would be denied: give at least one handle"
    )]
    Empty,
    /// Two handles accept tokens of the same issuer, so that a token of one would speak in the other.
    #[error(
        "two handles accept tokens of the same issuer, {issuer:?} and {other:?}, so that a token of one would speak \
         in the other. Give each environment once, and check that each handle has the auth URL of its own \
         environment. To have one environment under several hosts or prefixes, give clones of one handle"
    )]
    #[non_exhaustive]
    SameIssuer {
        /// The issuer of the first of the two.
        issuer: String,
        /// The issuer of the second, which is another name of this machine or the same.
        other: String,
    },
    /// A host is not one.
    #[error("the host {host:?} is {problem}")]
    #[non_exhaustive]
    Host {
        /// The text in place of a host.
        host: String,
        /// What is wrong with it, and what to write.
        problem: &'static str,
    },
    /// A host occurs twice in the list.
    #[error(
        "the host {0:?} occurs twice. Hosts are compared without case, port and trailing dot; give each one \
         environment"
    )]
    SameHost(String),
    /// A prefix of paths is not one.
    #[error("the prefix {prefix:?} is {problem}")]
    #[non_exhaustive]
    Prefix {
        /// The text in place of a prefix.
        prefix: String,
        /// What is wrong with it, and what to write.
        problem: &'static str,
    },
    /// A prefix of paths occurs twice in the list.
    #[error(
        "the prefix {0:?} occurs twice. A slash at the end makes no difference; give each one environment"
    )]
    SamePrefix(String),
}

/// Writes what a developer needs, because a `main` that returns the error and `unwrap` print it so.
impl fmt::Debug for EnvironmentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n  code: {}", self.code())
    }
}
