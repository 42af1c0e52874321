//! Why a request was turned away: exactly, for the developer. What the caller is told of it is
//! in `refusal.rs`.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::{requirement::Requirement, shortfall::Held};
use crate::id::OrgId;

/// The reason why a request may not go on.
///
/// Its text is exact and meant for logs. A caller is never shown it, unless
/// [`debug`](crate::PropelAuthBuilder::debug) is on; as a [`ResponseError`] it answers with the
/// status, the challenge and a generic body.
///
/// [`ResponseError`]: actix_web::ResponseError
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Denied {
    /// Nobody is known to be calling: answered with 401.
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    /// The caller is known and may not do this: answered with 403.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No verifier key could be fetched yet, so no token can be checked: answered with 503.
    #[error("no verifier key has been fetched yet: access tokens cannot be checked")]
    #[non_exhaustive]
    Unavailable {
        /// When to try again, in whole seconds.
        retry_after: Duration,
    },
    /// The access token is longer than [may be](crate::PropelAuthBuilder::max_token_len): answered
    /// with 431 ([RFC 6585 §5](https://www.rfc-editor.org/rfc/rfc6585#section-5)), as another token
    /// of the same user would be no shorter.
    #[error(
        "the access token has {len} bytes and `max_token_len` allows {max_token_len}; raise it if \
         users are in many organizations, or have frontends ask for tokens of one active \
         organization"
    )]
    #[non_exhaustive]
    TokenTooLong {
        /// The length of the token in bytes.
        len: usize,
        /// The length that is allowed.
        max_token_len: usize,
    },
    /// The application is put together wrongly: answered with 500.
    #[error("{0}")]
    Misconfigured(String),
}

/// Why nobody is known to be calling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unauthorized {
    /// The request has no bearer token.
    #[error("the request has no bearer token; expected the header Authorization: Bearer <token>")]
    NoCredentials,
    /// The `Authorization` header is not of the form `Bearer <token>`.
    #[error("malformed Authorization header: {0}")]
    MalformedHeader(#[from] MalformedHeader),
    /// The bearer token is no valid access token.
    #[error("invalid access token: {0}")]
    InvalidToken(#[from] InvalidToken),
}

/// What is wrong with an `Authorization` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedHeader {
    /// There is more than one.
    #[error("there is more than one")]
    MultipleHeaders,
    /// It holds bytes that are not visible ASCII.
    #[error("it holds bytes that are not visible ASCII")]
    InvalidBytes,
    /// What follows `Bearer` is not one word.
    #[error("what follows Bearer is not one token")]
    NotOneToken,
}

/// What is wrong with an access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It is something else, which can be told by its form.
    #[error("{0}")]
    NotAnAccessToken(UnexpectedCredential),
    /// It is not three segments of base64url.
    #[error("it is not three segments of base64url")]
    NotCompactJws,
    /// Its header is not that of an RS256 access token.
    #[error("its header is not that of an access token: {0}")]
    Header(String),
    /// The signature was not made by this project's key.
    #[error(
        "its signature was not made with the verifier key in use; is it from another environment?"
    )]
    Signature,
    /// Its claims are not those of an access token.
    #[error("its claims are not those of an access token: {0}")]
    Claims(String),
    /// It was issued by somebody else.
    #[error("its issuer is {found:?} where {expected:?} is expected")]
    #[non_exhaustive]
    Issuer {
        /// The `iss` of the token.
        found: String,
        /// The issuer that is accepted.
        expected: String,
    },
    /// It was made for another [audience](crate::PropelAuthBuilder::audience), or for none.
    #[error("its audience is {found:?} where {expected:?} is expected")]
    #[non_exhaustive]
    Audience {
        /// The strings in the `aud` of the token; none if it has no `aud`.
        found: Vec<String>,
        /// The audience that is accepted.
        expected: String,
    },
    /// Its time is over.
    #[error("it expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYetValid,
}

/// What was sent in place of an access token, as far as its form shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnexpectedCredential {
    /// Nothing.
    #[error("there is none after `Bearer`; the client sent the header before it had a token")]
    Nothing,
    /// What a program writes where it has no token, such as `undefined` or `null`.
    #[error(
        "it is a placeholder such as `undefined`, `null` or `<token>`; the client sent the header \
         before it had a token"
    )]
    Placeholder,
    /// A token in quotes.
    #[error("it has quotes around it, which are no part of a token")]
    Quoted,
    /// An API key: hexadecimal digits.
    #[error(
        "it looks like an API key, and access tokens are JWTs; check API keys of end users by \
         `auth.api_key().validate_api_key(…)`, and never give the backend integration key to a \
         client"
    )]
    ApiKey,
    /// An opaque string, such as a refresh token or the id of a session.
    #[error(
        "it is an opaque string, such as a refresh token or a session id, and access tokens are \
         JWTs"
    )]
    OpaqueToken,
    /// An encrypted token (JWE).
    #[error("it is an encrypted token (JWE, five segments), and access tokens are signed")]
    EncryptedToken,
}

/// Why a known user may not do this.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// The request does not say which organization it is about, or not clearly.
    #[error("no usable organization in the request: {0}")]
    OrgUnspecified(String),
    /// The user is not a member of the organization.
    #[error("the user is not a member of the organization {0}")]
    UserIsNotInOrg(String),
    /// The name fits more than one of the user's organizations.
    #[error("more than one of the user's organizations is called {0:?}; ask by id")]
    AmbiguousOrgName(String),
    /// An organization of the user has the name as its display name, which others can have too.
    #[error(
        "an organization of the user is called {name:?}, but any other may be called so as well; \
         ask by its URL-safe name, which is {url_safe_org_name:?}, or by id"
    )]
    #[non_exhaustive]
    OrgNameNotUnique {
        /// The name that was asked for.
        name: String,
        /// The URL-safe name of the user's organization.
        url_safe_org_name: String,
    },
    /// The user's roles or permissions in the organization do not suffice.
    #[error(
        "the user is in the organization {org_id}, but {requirement} is required; {}",
        held.compared_with(requirement)
    )]
    #[non_exhaustive]
    RequirementNotMet {
        /// The organization that was asked about.
        org_id: OrgId,
        /// What the user would need.
        requirement: Requirement,
        /// What the user has.
        held: Held,
    },
}

impl Denied {
    /// Returns the status that a caller is answered with: 401, 403, 431, 500 or 503.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::TokenTooLong { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Misconfigured(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns whether nobody is known to be calling (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Unauthorized(_))
    }

    /// Returns whether a known user may not do this (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden(_))
    }

    /// Returns whether the request simply has no bearer token.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Unauthorized(Unauthorized::NoCredentials))
    }
}

impl Denied {
    /// Returns whether the request has credentials by which nobody is known. A token that is too
    /// long to be looked at is among them; one that cannot be checked for want of a key is not.
    pub(crate) fn is_bad_credentials(&self) -> bool {
        let is_too_long = matches!(self, Self::TokenTooLong { .. });
        is_too_long || (self.is_unauthorized() && !self.is_anonymous())
    }
}

impl From<MalformedHeader> for Denied {
    fn from(problem: MalformedHeader) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<InvalidToken> for Denied {
    fn from(problem: InvalidToken) -> Self {
        Unauthorized::from(problem).into()
    }
}
