//! [`Since`]: from when what is known of a caller is.

/// From when what is known of a caller is, which says what marks are about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// From a token that was issued at this Unix timestamp in seconds, or at an unknown time.
    IssuedAt(Option<i64>),
    /// From an answer to a question that was asked at this generation of the marks.
    Generation(u64),
}
