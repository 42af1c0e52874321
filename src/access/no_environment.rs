//! [`NoEnvironment`]: the requests that none of several environments is for.

use actix_web::http::StatusCode;

/// The maximum number of characters in the log of what a caller sends.
const MAX_LOGGED: usize = 100;

/// The reason why a request is for none of several [`Environments`](crate::Environments).
///
/// The caller learns only the status:
///
/// | status | reason |
/// | --- | --- |
/// | 400 | the request names no host, more than one, or one that is neither a name nor an address ([RFC 9112 §3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)) |
/// | 404 | the path is below none of the prefixes, or could be read in two ways |
/// | 421 | the host is not in the list ([RFC 9110 §15.5.20](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20)) |
///
/// ```
/// use actix_web_propelauth::{Denied, NoEnvironment};
///
/// /// Counts requests for hosts that are not ours, such as those of scanners.
/// fn is_for_another_host(denied: &Denied) -> bool {
///     matches!(denied, Denied::NoEnvironment(NoEnvironment::UnknownHost(_)))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoEnvironment {
    /// The request has no host, neither in its target nor in the header `Host`.
    #[error("the request names no host, neither in its target nor in the header `Host`")]
    NoHost,
    /// The request has several `Host` headers, or one that differs from the host of its target. A proxy in
    /// front might have read another one than this application would.
    #[error("the request names more than one host, and a proxy in front may have read another one")]
    SeveralHosts,
    /// The host is neither a name nor an address.
    #[error("the host of the request is neither a name nor an address: {0:?}")]
    MalformedHost(String),
    /// The host is not in the list.
    #[error("no environment is for the host {0:?}")]
    UnknownHost(String),
    /// The path is below none of the prefixes.
    #[error("no environment is for the path {0:?}")]
    UnknownPath(String),
    /// The path has a segment that is empty, `.` or `..`. Another middleware might read it as another path, below
    /// another prefix.
    #[error(
        "the path has a segment that is empty, `.` or `..`, and can be read in two ways: {0:?}"
    )]
    AmbiguousPath(String),
}

impl NoEnvironment {
    /// Returns the status of the response.
    pub(in crate::access) fn status_code(&self) -> StatusCode {
        match self {
            Self::NoHost | Self::SeveralHosts | Self::MalformedHost(_) => StatusCode::BAD_REQUEST,
            Self::UnknownHost(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::UnknownPath(_) | Self::AmbiguousPath(_) => StatusCode::NOT_FOUND,
        }
    }
}

/// Returns what is logged of a text that a caller sent.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(MAX_LOGGED).collect()
}
