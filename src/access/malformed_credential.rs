//! [`MalformedCredential`]: why the token of a request cannot be read from its sources.

/// The reason why the token in a [`TokenSource`](crate::TokenSource), or given to
/// [`authenticate`](crate::PropelAuth::authenticate), cannot be read.
///
/// The texts are the names of the places, and never what was found there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedCredential {
    /// The request has different tokens in two places. A proxy in front might check another one than this
    /// application would ([RFC 6750 §2](https://www.rfc-editor.org/rfc/rfc6750#section-2)).
    #[error("there are different credentials in {0} and in {1}")]
    Ambiguous(String, String),
    /// The place occurs more than once, as with two cookies of the same name.
    #[error("{0} occurs more than once")]
    Repeated(String),
    /// The place does not have exactly one word of visible ASCII.
    #[error("{0} is not one word of visible ASCII")]
    NotOneToken(String),
}
