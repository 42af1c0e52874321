//! [`Fault`]: the ways in which bytes fail to be a response.
//!
//! They are told apart because they differ in what may be retried: a response that was cut off shows
//! that the request was received, and a malformed one that another attempt would hardly help.

/// A fault in the framing of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// The connection ended within the body.
    #[error("the response was cut off")]
    CutOff,
    /// The connection ended within the head.
    #[error("the connection ended within the head of the response")]
    HeadCutOff,
    /// The bytes are not one HTTP response.
    #[error("{0}")]
    Malformed(&'static str),
}
