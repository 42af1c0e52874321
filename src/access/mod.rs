//! Authentication and authorization of requests, from the `Authorization` header to the membership in
//! an organization.
//!
//! - [`token`]: from a header to a verified user, with the verifier key and the cache.
//! - [`request`]: the user of a request, for extractors, guards and code with a request.
//! - [`callers`]: users by token, users by API key, and organizations by API key.
//! - [`environments`]: which of several environments a request is for.
//! - [`ending`]: the end of a caller's access, for connections that outlive their request.
//! - [`accounts`]: what an account is now, where the token does not suffice.
//! - [`requirement`]: what is required of a member, and whether it is met.
//! - `mcp`: protected resources for MCP clients, whose tokens PropelAuth is asked about.
//! - [`step_up`]: grants of a second factor, verified by PropelAuth.
//! - [`denied`]: the reasons for denying a request.
//! - [`guard`]: the middleware and the guards, and the one service that allows requests.
//!
//! What an operator sees of them, as spans and metrics, is recorded in `guard/observed.rs` for decisions and
//! in `token/verification.rs` for verifications.
//!
//! The files beside them are the nouns that these folders share: the user, requirements, denials
//! and the response to a denied request.
//!
//! Nothing here connects to a server or knows the handle
//! [`PropelAuth`](crate::PropelAuth). The verifier key is fetched through a function that the handle
//! passes in, and the handle is found in the app data through a trait that it implements.

mod accounts;
mod alerts;
mod authorized;
mod callers;
mod clock;
mod codes;
mod denial;
mod denial_line;
mod denial_log;
mod denial_place;
mod denied;
mod denied_response;
mod denied_search;
mod ending;
mod environments;
mod explanations;
mod flights;
pub mod freshness;
mod guard;
mod hint;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod login_method;
mod malformed_credential;
#[cfg(feature = "mcp")]
mod mcp;
mod membership;
mod misconfigured;
mod no_environment;
mod outcome;
#[cfg(feature = "audit")]
pub(crate) mod probe;
mod realm;
mod request;
mod required_org;
mod requirement;
mod settings;
mod shortfall;
mod step_up;
#[cfg(test)]
mod tests;
mod token;
mod unspecified_org;
mod user;
mod user_account;
mod user_authorize;
mod user_claims;
mod user_freshness;

#[cfg(any(feature = "test-util", test))]
pub(crate) use self::callers::validated_key::Validation;
pub(crate) use self::denied_response::problem;
#[cfg(feature = "mcp")]
pub use self::mcp::{
    caller::McpCaller, metadata::McpMetadata, resource::McpResource, scopes::RequireScopes,
};
#[cfg(feature = "mcp")]
pub(crate) use self::mcp::{
    metadata::Description,
    reply::IntrospectionReply,
    resource::NewSettings,
    resource_url::ResourceUrl,
    scope::Scopes,
    tokens::{AskAboutToken, TokenFailure, TokenInQuestion, Tokens},
};
#[cfg(test)]
pub(crate) use self::token::key_ring::Refresh;
pub(crate) use self::{
    accounts::{
        account::Account,
        accounts::{AccountInQuestion, Accounts, AskAboutAccount},
    },
    callers::{
        key_answer::{KeyOrg, KeyOwner, KeyUser},
        key_text::Question,
        key_validator::{AskAboutKey, KeyFailure, KeyInQuestion, KeyValidator},
    },
    clock::Clock,
    environments::{
        host::normalize as normalize_host,
        path::normalize as normalize_prefix,
        project::{OfProject, Project},
        selection::Selection,
    },
    explanations::EXPLANATIONS,
    guard::policy::Policy,
    realm::DEFAULT_REALM,
    request::{
        app_data::AppData, cached_result::handle_of_middleware, extract::no_handle,
        token_sources::TokenSources,
    },
    settings::{Handle, OnDenied, Settings},
    step_up::grants::{AskAboutGrant, GrantFailure, Grants},
    token::{
        authenticator::Authenticator,
        cache::{DEFAULT_CACHE_BYTES, TokenCache},
        header::DEFAULT_MAX_TOKEN_LEN,
        key::VerifierKey,
        key_ring::{Fetch, KeyRing, KeySource},
        loopback::{is_loopback, is_same_loopback_origin},
    },
};
pub use self::{
    callers::{
        api_keys::ApiKeys,
        invalid_api_key::InvalidApiKey,
        org_by_key::OrgByKey,
        principal::{Principal, UserByKey},
        validated_key::{ApiKeyKind, ValidatedKey},
    },
    denied::{
        Denied, Forbidden, InvalidToken, MalformedHeader, MissingStepUp, TooMany, Unauthorized,
        UnexpectedCredential, Unreachable,
    },
    ending::{access_ended::AccessEnded, access_ending::AccessEnding},
    guard::{
        authentication::Authentication,
        guards::{
            InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission,
            InOrgWithRole,
        },
        step_up::StepUp,
    },
    login_method::{LoginMethod, SamlLoginProvider, SocialLoginProvider},
    malformed_credential::MalformedCredential,
    misconfigured::Misconfigured,
    no_environment::NoEnvironment,
    request::{
        ext::PropelAuthExt,
        extract::{ActiveOrg, OptionalUser},
        org_id,
        token_source::TokenSource,
    },
    required_org::RequiredOrg,
    requirement::Requirement,
    shortfall::Held,
    token::{
        cache::TokenCacheStats,
        key::KeyError,
        readiness::{FailedFetch, Readiness},
    },
    unspecified_org::UnspecifiedOrg,
    user::User,
    user_claims::UserClaims,
};
#[cfg(feature = "audit")]
pub(crate) use self::{
    denied_response::Unreviewed,
    guard::unrouted::{is_at_a_prefix_service, is_unrouted},
};
