//! Why a request was turned away: exactly, for the developer. What the caller is told of it is
//! in `refusal.rs`.

use std::time::Duration;

use actix_web::http::StatusCode;

use crate::{access::requirement::Requirement, id::OrgId};

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
    Several,
    /// It holds bytes that are not visible ASCII.
    #[error("it holds bytes that are not visible ASCII")]
    NotText,
    /// What follows `Bearer` is not one word.
    #[error("what follows Bearer is not one token")]
    NotOneToken,
}

/// What is wrong with an access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It is longer than [may be](crate::PropelAuthBuilder::max_token_len).
    #[error("it is longer than `max_token_len` allows")]
    TooLong,
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
    /// The user's roles or permissions in the organization do not suffice.
    #[error("the user is in the organization {org_id}, but {requirement} is required")]
    #[non_exhaustive]
    RequirementNotMet {
        /// The organization that was asked about.
        org_id: OrgId,
        /// What the user would need.
        requirement: Requirement,
    },
}

impl Denied {
    /// Returns the status that a caller is answered with: 401, 403, 500 or 503.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misconfigured(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Tells whether nobody is known to be calling (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Unauthorized(_))
    }

    /// Tells whether a known user may not do this (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden(_))
    }

    /// Tells whether the request simply has no bearer token.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Unauthorized(Unauthorized::NoCredentials))
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
