//! Encoding a call without sending it, to assert in a test what code would send.

use std::fmt;

use actix_web::http::Method;

use crate::{
    api::Endpoint,
    call::{Call, Error},
    endpoint,
};

/// A request of the backend API, without the headers that all requests share. Created by [`encode`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodedCall {
    /// The HTTP method.
    pub method: Method,
    /// The path and query, percent-encoded.
    pub target: String,
    /// The body, a JSON object, of operations that have one.
    pub body: Option<Vec<u8>>,
}

/// Returns what a call would send if it were awaited.
///
/// ```
/// use actix_web_propelauth::testing::{encode, propel_auth};
///
/// let auth = propel_auth();
/// let request = encode(&auth.user().disable_user("a/b"))?;
/// assert_eq!(request.target, "/api/backend/v1/user/a%2Fb/disable");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Returns [`Error::InvalidArgument`] if an argument cannot be sent.
pub fn encode<E: Endpoint>(call: &Call<'_, E>) -> Result<EncodedCall, Error<E::Refusal>> {
    let endpoint::Parts {
        method,
        target,
        body,
    } = endpoint::encode(&call.request)?;
    Ok(EncodedCall {
        method,
        target,
        body,
    })
}

/// Omits the body, which may contain passwords and tokens.
impl fmt::Debug for EncodedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedCall")
            .field("method", &self.method)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}
