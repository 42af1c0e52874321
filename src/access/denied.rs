//! Reasons for denying a request, in full detail.
//!
//! These types are for the developer: they name the claim, the key or the role that was wrong. The
//! caller learns no more than the status, because an exact reason helps to probe an API and
//! may contain names of organizations. `denied_response.rs` builds that response.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::{
    callers::invalid_api_key::InvalidApiKey, freshness::Cause,
    malformed_credential::MalformedCredential, misconfigured::Misconfigured,
    required_org::RequiredOrg, requirement::Requirement, shortfall::Held,
    unspecified_org::UnspecifiedOrg,
};
use crate::words::ids::OrgId;

/// The reason for denying a request.
///
/// Middleware, guards and extractors deny with it, and [`User::authorize`](crate::User::authorize)
/// and the `validate_…` methods of [`PropelAuth`](crate::PropelAuth) return it. `Display` writes
/// the exact reason, which is meant for logs. As a [`ResponseError`], the response has only the
/// status, the challenge and a generic body, so a handler can return it with `?`. The exact reason
/// is in the body only if [`debug_mode`](crate::PropelAuthBuilder::debug_mode) is on.
///
/// Match on it to word the response yourself, for example to redirect a browser to the login page:
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION};
/// use actix_web_propelauth::{Denied, PropelAuth};
///
/// fn login_page(denied: &Denied, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
///     if denied.is_unauthorized() && request.path().starts_with("/pages/") {
///         return HttpResponse::SeeOther()
///             .insert_header((LOCATION, "/login"))
///             .finish();
///     }
///     response
/// }
///
/// let builder =
///     PropelAuth::builder("https://auth.example.com", "the-api-key").on_denied(login_page);
/// ```
///
/// # In an error of the application
///
/// An application's own error can hold it. Let its `error_response` return that of the denial, so that the
/// status, the headers and [`on_denied`](crate::PropelAuthBuilder::on_denied) apply:
///
/// ```
/// use actix_web::{HttpResponse, ResponseError};
/// use actix_web_propelauth::Denied;
///
/// #[derive(Debug, thiserror::Error)]
/// enum AppError {
///     #[error(transparent)]
///     Denied(#[from] Denied),
///     #[error("the database is away")]
///     Database,
/// }
///
/// impl ResponseError for AppError {
///     fn error_response(&self) -> HttpResponse {
///         match self {
///             Self::Denied(denied) => denied.error_response(),
///             Self::Database => HttpResponse::ServiceUnavailable().finish(),
///         }
///     }
/// }
/// ```
///
/// The middleware finds a denial in such an error by its `Debug`, which must print the denial, as a derived
/// one and that of `anyhow::Error` do. Without an
/// `error_response`, actix-web would send the exact reason to the caller as the error's text; the middleware
/// sends the usual response instead. A body and a status that the application chose stay, and the middleware
/// adds the headers that its response lacks: `WWW-Authenticate`, `Retry-After` and `Cache-Control`.
///
/// [`ResponseError`]: actix_web::ResponseError
// `Debug`, `Display` and `Error` are in denied_search.rs.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denied {
    /// The request is not authenticated (401).
    Unauthorized(Unauthorized),
    /// The user is authenticated but not allowed (403).
    Forbidden(Forbidden),
    /// The token cannot be verified, because no verifier key has been fetched yet (503).
    ///
    /// The token may be valid, so the response is not 401: a client that gets a 401 usually logs
    /// its user out. The response has a `Retry-After` header instead.
    #[non_exhaustive]
    Unavailable {
        /// How long to wait before the next attempt, at least 1 second. `Retry-After` has it in
        /// whole seconds.
        retry_after: Duration,
    },
    /// The access token is longer than
    /// [`max_token_len`](crate::PropelAuthBuilder::max_token_len) (431,
    /// [RFC 6585 §5](https://www.rfc-editor.org/rfc/rfc6585#section-5)).
    ///
    /// The response is not 401, because a client would then refresh its token, and the next token
    /// of the same user would be just as long. A token lists every organization of its user, so
    /// this is mostly seen with users who are in dozens of them.
    #[non_exhaustive]
    TokenTooLong {
        /// The length of the token in bytes.
        len: usize,
        /// The maximum length in bytes.
        max_token_len: usize,
    },
    /// Something cannot be known for certain now, because PropelAuth or the fleet cannot be asked (503).
    ///
    /// The caller may well be allowed, so the response is neither 401 nor 403. It has a `Retry-After` header.
    #[non_exhaustive]
    Unreachable {
        /// What cannot be known.
        what: Unreachable,
        /// How long to wait before the next attempt, at least 1 second. `Retry-After` has it in
        /// whole seconds.
        retry_after: Duration,
    },
    /// The owner of the API key uses it too often, by the rate limit that the project sets (429,
    /// [RFC 6585 §4](https://www.rfc-editor.org/rfc/rfc6585#section-4)).
    ///
    /// PropelAuth counts one use of a key for each validation, and not for each request: raise
    /// [`cache_for`](crate::ApiKeys::cache_for) to count fewer. The limit of this backend's own calls is [`Unreachable`](Self::Unreachable) instead: the caller cannot
    /// do anything about it.
    #[non_exhaustive]
    TooManyRequests {
        /// How long the caller must wait, in whole seconds, at least 1. `Retry-After` has it.
        retry_after: Duration,
    },
    /// The application is misconfigured (500).
    ///
    /// For example, a handler takes a [`User`](crate::User), but no middleware is around it and no
    /// handle is in the app data. Only a change of the program helps, so the reason is logged at
    /// error level, with the fix.
    Misconfigured(Misconfigured),
}

/// What cannot be known for certain, because PropelAuth or the fleet cannot be asked.
///
/// ```
/// use actix_web_propelauth::{Denied, Unreachable};
///
/// /// Names the dependency that an alert is about.
/// fn dependency(denied: &Denied) -> Option<&'static str> {
///     match denied {
///         Denied::Unreachable { what: Unreachable::Fleet, .. } => Some("redis"),
///         Denied::Unreachable { .. } | Denied::Unavailable { .. } => Some("propelauth"),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreachable {
    /// The membership of the user, on a route that trusts no claim.
    Membership,
    /// Whether an API key is valid, and whose it is.
    ApiKey,
    /// Whether a step-up grant is valid.
    StepUpGrant,
    /// What has changed since the token was issued, as another instance of the service reported it.
    Fleet,
}

impl Unreachable {
    /// Returns what cannot be known, for the log.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Membership => "the membership of the user cannot be fetched from PropelAuth",
            Self::ApiKey => "the API key cannot be validated by PropelAuth",
            Self::StepUpGrant => "the step-up grant cannot be verified by PropelAuth",
            Self::Fleet => "changes that other instances reported cannot be read",
        }
    }
}

/// The reason why a request is not authenticated.
///
/// The challenge in the response's `WWW-Authenticate` header depends on it
/// ([RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)): it has no error code if
/// there are no credentials, `invalid_request` for a malformed header, and `invalid_token` for an
/// invalid token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unauthorized {
    /// The request has no bearer token: the `Authorization` header is missing or has another
    /// scheme, such as `Basic`.
    #[error("the request has no bearer token; expected the header Authorization: Bearer <token>")]
    NoCredentials,
    /// The `Authorization` header is not of the form `Bearer <token>`.
    #[error("malformed Authorization header: {0}")]
    MalformedHeader(#[from] MalformedHeader),
    /// The token cannot be read from the places where it may be.
    #[error("malformed credentials: {0}")]
    MalformedCredential(#[from] MalformedCredential),
    /// The bearer token is not a valid access token.
    #[error("invalid access token: {0}")]
    InvalidToken(#[from] InvalidToken),
    /// The user is known, and has to prove a second factor for this
    /// ([`require_step_up`](crate::PropelAuth::require_step_up)).
    #[error("a step-up grant for the action {action_type:?} is required: {problem}")]
    #[non_exhaustive]
    StepUpRequired {
        /// The type of action that the grant has to be for.
        action_type: String,
        /// What is wrong with the grant of the request.
        problem: MissingStepUp,
    },
    /// The API key that was sent in place of a token does not authenticate the request.
    #[error("invalid API key: {0}")]
    InvalidApiKey(#[from] InvalidApiKey),
}

/// The reason why a request has no usable step-up grant.
///
/// The caller learns only that one is required. An application that wants to say more matches on it in
/// [`on_denied`](crate::PropelAuthBuilder::on_denied):
///
/// ```
/// use actix_web_propelauth::{Denied, Unauthorized};
///
/// /// Returns what the user is asked to confirm with a code.
/// fn action(denied: &Denied) -> Option<&str> {
///     match denied {
///         Denied::Unauthorized(Unauthorized::StepUpRequired { action_type, .. }) => Some(action_type),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MissingStepUp {
    /// The request has no header with a grant.
    #[error("the request has no grant")]
    NoGrant,
    /// There is more than one grant, or the header is not 1 to 512 visible ASCII characters.
    #[error("the request does not have exactly one grant of 1 to 512 visible ASCII characters")]
    MalformedGrant,
    /// PropelAuth does not know the grant for this user and action, or no longer.
    #[error(
        "PropelAuth has no such grant: it has expired, was used, or is for another user or action"
    )]
    GrantNotFound,
}

/// The reason why an `Authorization` header is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedHeader {
    /// There is more than one `Authorization` header, or one and a header for API keys. A proxy in front might have checked another
    /// one than this application would.
    #[error("there is more than one such header")]
    MultipleHeaders,
    /// The header contains bytes other than visible ASCII characters, spaces and tabs.
    #[error("the header contains bytes that are not visible ASCII")]
    InvalidBytes,
    /// `Bearer` is not followed by exactly one token.
    #[error("Bearer is not followed by exactly one token")]
    NotOneToken,
}

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

/// The reason why an authenticated user is not allowed.
///
/// ```
/// use actix_web_propelauth::{Denied, Forbidden, Requirement, User};
///
/// /// Distinguishes members who lack the role from users who are not members.
/// fn message(user: &User, org_id: &str) -> &'static str {
///     match user.authorize(org_id, &Requirement::role("Owner")) {
///         Ok(_) => "welcome",
///         Err(Denied::Forbidden(Forbidden::RequirementNotMet { .. })) => "ask an owner",
///         Err(_) => "not found",
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// The request names no organization, or more than one.
    #[error("no usable organization in the request: {0}")]
    OrgUnspecified(UnspecifiedOrg),
    /// The user is not a member of the organization.
    #[error("the user is not a member of the organization {0}")]
    UserIsNotInOrg(RequiredOrg),
    /// The name matches more than one of the user's organizations. Choosing one of them could give
    /// access to the wrong one.
    #[error("more than one of the user's organizations is called {0:?}; look it up by id")]
    AmbiguousOrgName(String),
    /// The name is only the display name of one of the user's organizations. Any other organization
    /// of the project can have the same display name, so the name does not identify it.
    #[error(
        "an organization of the user is called {name:?}, but any other may be called so as well; \
         look it up by its URL-safe name, which is {url_safe_org_name:?}, or by id"
    )]
    #[non_exhaustive]
    OrgNameNotUnique {
        /// The name that the organization was looked up by.
        name: String,
        /// The URL-safe name of the user's organization.
        url_safe_org_name: String,
    },
    /// An employee is impersonating the user, and this is only for the user.
    #[error("an employee is impersonating the user, and this is only for the user")]
    Impersonated,
    /// The token is one that browsers send on their own, such as in a cookie, and another site may have made
    /// the browser send it ([`TokenSource`](crate::TokenSource#requests-of-other-sites)).
    #[error(
        "the token is one that browsers send on their own, and the request is not known to come from the same \
         origin: {0}"
    )]
    OtherOrigin(String),
    /// The user is a member, but does not meet the requirement.
    #[error(
        "the user is in the organization {org_id}, but {requirement} is required; {}",
        held.compared_with(requirement)
    )]
    #[non_exhaustive]
    RequirementNotMet {
        /// The organization.
        org_id: OrgId,
        /// The requirement that is not met.
        requirement: Requirement,
        /// The user's membership, with the roles and permissions that the user has.
        held: Held,
    },
    /// The handler needs a user, and the caller is an organization, by an API key without a user.
    #[error(
        "the API key belongs to the organization {0} and has no user, and the handler needs one; \
         send a token or a key of a user, or let the handler take a `Principal`"
    )]
    NotAUser(OrgId),
    /// The API key is valid, and has neither a user nor an organization that is known for certain.
    #[error(
        "the API key is valid, and PropelAuth's answer names no owner, or contradicts itself; keys that \
         were created without a user and an organization authenticate nobody"
    )]
    UnclearKeyOwner,
    /// The API key belongs to the organization and is bound to a user who is not a member of it.
    #[error(
        "the API key belongs to the organization {0}, and its user is not a member of it; the user may have \
         left"
    )]
    KeyUserNotInOrg(OrgId),
    /// The caller is an organization, by an API key without a user, and the request is for another one.
    #[error("the API key belongs to another organization than {0}")]
    KeyOfAnotherOrg(RequiredOrg),
    /// The caller is the organization, by an API key without a user. It has no role and no permission.
    #[error(
        "the API key belongs to the organization {org_id} and has no user, so that it has no role and no \
         permission, and {requirement} is required"
    )]
    #[non_exhaustive]
    KeyWithoutUser {
        /// The organization.
        org_id: OrgId,
        /// The requirement that is not met.
        requirement: Requirement,
    },
}

impl Denied {
    /// Returns the status of the response: 401, 403, 429, 431, 500 or 503.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unavailable { .. } | Self::Unreachable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::TokenTooLong { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Misconfigured(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns `true` if the request is not authenticated (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Unauthorized(_))
    }

    /// Returns `true` if the user is authenticated but not allowed (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden(_))
    }

    /// Returns `true` if the request has no bearer token, which is not a mistake: the caller may
    /// not have logged in yet.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Unauthorized(Unauthorized::NoCredentials))
    }
}

impl Denied {
    /// Returns `true` if the request has invalid credentials.
    ///
    /// A token that is too long counts as invalid. A token that cannot be verified because there is
    /// no key does not: it may be valid, so even
    /// [`allow_anonymous`](crate::PropelAuth::allow_anonymous) denies it with 503.
    pub(crate) fn is_bad_credentials(&self) -> bool {
        let is_too_long = matches!(self, Self::TokenTooLong { .. });
        is_too_long || (self.is_unauthorized() && !self.is_anonymous())
    }
}

impl From<MalformedCredential> for Denied {
    fn from(problem: MalformedCredential) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<MalformedHeader> for Denied {
    fn from(problem: MalformedHeader) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<InvalidApiKey> for Denied {
    fn from(problem: InvalidApiKey) -> Self {
        Unauthorized::from(problem).into()
    }
}

impl From<InvalidToken> for Denied {
    fn from(problem: InvalidToken) -> Self {
        Unauthorized::from(problem).into()
    }
}
