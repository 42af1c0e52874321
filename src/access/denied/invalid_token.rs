//! [`InvalidToken`]: why a bearer token is not a valid access token (401).

use crate::access::freshness::Cause;

/// The reason why a bearer token is not a valid access token.
///
/// The first check that fails decides. Times are checked last, so a token that is reported as
/// [`Expired`](Self::Expired) was signed with the project's key, for this issuer and audience.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// The text is some other credential, recognizable by its form.
    #[error("{0}")]
    NotAnAccessToken(UnexpectedCredential),
    /// The text is not three segments of base64url
    /// ([RFC 7515 §7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)).
    #[error("the text is not three segments of base64url")]
    NotCompactJws,
    /// The token's header is not the one of an RS256 access token. The algorithm is never chosen by
    /// the token ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)): `none`,
    /// HS256 and all others end here.
    #[error("the token's header is not that of an access token: {0}")]
    Header(String),
    /// The signature was not made with the project's key. Tokens of another environment, such as
    /// the test environment of the same project, end here.
    #[error(
        "the signature was not made with the verifier key in use, as with a token of another \
         environment"
    )]
    Signature,
    /// The claims are not those of an access token: one is missing, has the wrong type, or occurs
    /// twice.
    #[error("the claims are not those of an access token: {0}")]
    Claims(String),
    /// The token has another issuer. As the signature is the project's, the configuration may be
    /// wrong: the accepted issuer is set by [`issuer`](crate::PropelAuthBuilder::issuer) and is
    /// otherwise the auth URL.
    #[error("the issuer is {found:?}, expected {expected:?}")]
    #[non_exhaustive]
    Issuer {
        /// The `iss` of the token.
        found: String,
        /// The accepted issuer.
        expected: String,
    },
    /// The token has another [audience](crate::PropelAuthBuilder::audience), or none.
    #[error("the audience is {found:?}, expected {expected:?}")]
    #[non_exhaustive]
    Audience {
        /// The strings in the `aud` of the token; empty if the token has no `aud`.
        found: Vec<String>,
        /// The accepted audience.
        expected: String,
    },
    /// The token has expired (`exp`,
    /// [RFC 7519 §4.1.4](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4)). The client should
    /// refresh it.
    #[error("the token has expired")]
    Expired,
    /// The token is not valid yet (`nbf`,
    /// [RFC 7519 §4.1.5](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5)). If tokens end here
    /// right after a login, a clock is wrong; see
    /// [`leeway`](crate::PropelAuthBuilder::leeway).
    #[error("the token is not valid yet")]
    NotYetValid,
    /// PropelAuth says that a token for a [protected resource](crate::PropelAuth#method.mcp_resource) is not active: it
    /// is unknown, has expired, or was revoked.
    #[error(
        "PropelAuth says that the token is not active: it is unknown, has expired, or was revoked"
    )]
    Inactive,
    /// Something has changed since the token was issued that it does not say, such as a role that was taken
    /// away. A refreshed token says it.
    #[error("the token was issued before a change ({0}), and a refreshed one speaks")]
    Stale(Cause),
}

/// A credential other than an access token, recognized by its form.
///
/// It only makes the log helpful: each of these is a mistake that clients make often, and the text
/// names the fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnexpectedCredential {
    /// An empty text.
    #[error("the token is empty; the client sent the header before it had a token")]
    Nothing,
    /// A placeholder, such as `undefined`, `null` or `<token>`. JavaScript writes the first two if a
    /// variable without a value is put into the header.
    #[error(
        "the token is a placeholder such as `undefined`, `null` or `<token>`; the client sent the \
         header before it had a token"
    )]
    Placeholder,
    /// A token in quotes.
    #[error("the token has quotes around it, which are not part of a token")]
    Quoted,
    /// An API key: hexadecimal digits.
    #[error(
        "the token looks like an API key, and the middleware accepts access tokens only, which are \
         JWTs; accept the API keys of end users with `.accept_api_keys(…)`, and never give the \
         backend integration key to a client"
    )]
    ApiKey,
    /// An opaque string, such as a refresh token or the id of a session.
    #[error(
        "the token is an opaque string, such as a refresh token or a session id, and access tokens \
         are JWTs"
    )]
    OpaqueToken,
    /// An encrypted token (JWE), which has five segments.
    #[error("the token is encrypted (JWE, five segments), and access tokens are signed")]
    EncryptedToken,
}
