//! [`Since`]: from when what is known of a caller is.

use super::mark_entry::Age;

/// From when what is known of a caller is, which says what marks are about it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Since {
    /// From a token, and from what was fetched for it.
    Token(Age),
    /// From an answer to a question that was asked at this generation of the marks. It cannot be asked again.
    Generation(u64),
}
