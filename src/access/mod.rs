//! Who may call: from the `Authorization` header to the membership in an organization.

mod alerts;
mod audience;
mod authenticator;
mod cache;
mod checkpoint;
mod claims;
mod denied;
mod ext;
mod extract;
mod guard;
mod header;
mod hint;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod key;
mod key_ring;
mod key_schedule;
mod login_method;
mod loopback;
mod middleware;
pub mod org_id;
mod preflight;
mod refusal;
mod request;
mod required_org;
mod requirement;
mod review;
mod settings;
mod shortfall;
#[cfg(test)]
mod tests;
mod token;
mod user;
mod weight;

#[cfg(test)]
pub(crate) use self::key_ring::Refresh;
pub(crate) use self::{
    authenticator::Authenticator,
    cache::{DEFAULT_CACHE_BYTES, TokenCache},
    header::DEFAULT_MAX_TOKEN_LEN,
    key::VerifierKey,
    key_ring::{Fetch, KeyRing, KeySource},
    loopback::{is_loopback, is_same_loopback_origin},
    middleware::Policy,
    settings::{Clock, DEFAULT_REALM, OnDenied, Settings},
};
pub use self::{
    cache::TokenCacheStats,
    denied::{
        Denied, Forbidden, InvalidToken, MalformedHeader, Unauthorized, UnexpectedCredential,
    },
    ext::PropelAuthExt,
    extract::{ActiveOrg, OptionalUser},
    guard::{
        InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole,
    },
    key::KeyError,
    login_method::{LoginMethod, SamlLoginProvider, SocialLoginProvider},
    middleware::Authentication,
    required_org::RequiredOrg,
    requirement::Requirement,
    shortfall::Held,
    user::{User, UserClaims},
};
