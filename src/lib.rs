//! [PropelAuth](https://www.propelauth.com) for actix-web: verifies access tokens, protects routes by
//! organization, role and permission, and calls the backend API. An emulator replaces PropelAuth in
//! development and tests, without an account or a network.
//!
//! This example is a test; it uses the module [`testing`], which needs the feature `test-util`. In
//! production, `auth` is [`PropelAuth::from_env`], and the rest is the same:
//!
//! ```
//! use actix_web::{App, test, web};
//! use actix_web_propelauth::{
//!     InOrgWithRole, OrgMemberInfo, org_id,
//!     testing::{TestOrg, TestRequestExt, TestUser, propel_auth},
//! };
//!
//! async fn billing(org: OrgMemberInfo) -> String {
//!     format!("billing of {}", org.org_name)
//! }
//!
//! # #[actix_web::main]
//! # async fn main() {
//! let auth = propel_auth(); // in production: PropelAuth::from_env().await?
//! let app = test::init_service(
//!     App::new()
//!         .service(
//!             web::resource("/orgs/{org_id}/billing")
//!                 .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
//!                 .get(billing),
//!         )
//!         .wrap(auth.require_user()),
//! )
//! .await;
//!
//! let acme = TestOrg::new("Acme Inc");
//! let alice = TestUser::new("alice@example.com").in_org(&acme, "Admin");
//! let request = test::TestRequest::get()
//!     .uri(&format!("/orgs/{}/billing", acme.org_id()))
//!     .as_user(&alice)
//!     .to_request();
//! assert_eq!(test::call_and_read_body(&app, request).await, "billing of Acme Inc");
//! # }
//! ```
//!
//! # Overview
//!
//! The [`guide`] leads from installation to operations, with a page for each question. In short:
//!
//! - [`PropelAuth`] is the handle: build it once, and clone it into every worker.
//! - **Authentication.** Its middleware ([`require_user`](PropelAuth::require_user),
//!   [`optional_user`](PropelAuth::optional_user),
//!   [`allow_anonymous`](PropelAuth::allow_anonymous)) verifies the bearer token of a request offline.
//!   Handlers take the [`User`].
//! - **Authorization.** The guards ([`InOrg`], [`InOrgWithRole`], [`InOrgWithMinimumRole`],
//!   [`InOrgWithPermission`], [`InOrgWithAllPermissions`]) find the organization in the request
//!   ([`org_id`]) and respond with 401 or 403. Handlers take the [`OrgMemberInfo`].
//!   [`User::authorize`] is the same check inside a handler.
//! - **Backend API.** [`PropelAuth::user`], [`org`](PropelAuth::org), [`saml`](PropelAuth::saml),
//!   [`scim`](PropelAuth::scim), [`access_token`](PropelAuth::access_token),
//!   [`api_key`](PropelAuth::api_key), [`mfa`](PropelAuth::mfa), [`employee`](PropelAuth::employee) and
//!   [`user_insights`](PropelAuth::user_insights) return the groups of operations.
//! - Outside of actix-web, [`PropelAuth::validate_access_token_and_get_user`] and its siblings take a
//!   header and return the user.
//!
//! # Timeouts, retries and errors
//!
//! A [`Call`] is sent when it is awaited. It takes at most
//! [10 seconds](PropelAuthBuilder::request_timeout) and is retried up to
//! [twice](PropelAuthBuilder::max_retries). Read-only calls are retried after most failures; calls that
//! create something are retried only if the request was not sent. [`RetryClass`](api::RetryClass) has the
//! table. [`Delivery`] says whether the request of a failed call was received. After 5 consecutive
//! failures, a [circuit breaker](PropelAuthBuilder::circuit_breaker) opens.
//!
//! [`Call::stream`] yields every item of a paged list. [`Error`] without a parameter takes the errors of all
//! calls with `?`.
//!
//! A call's future is `!Send`, like most of actix-web.
//! [`run_on_dedicated_thread`](PropelAuth::run_on_dedicated_thread) is for tasks that move between threads.
//!
//! # Token validation
//!
//! An access token is a JWT in compact form, signed with RS256 by the key of the environment
//! ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519),
//! [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)). The crate rejects
//!
//! - other algorithms, other types of token, and critical extensions,
//! - a missing or different `iss`, a missing or past `exp`, and a future `nbf`,
//! - a registered claim with a value of the wrong type,
//! - a duplicate JSON member at any depth.
//!
//! A token of more than [16 KiB](PropelAuthBuilder::max_token_len) is not parsed and answered with 431. By
//! default, there is [no leeway](PropelAuthBuilder::leeway). The values of `iat` and `jti` are not
//! validated, because PropelAuth does not use them to restrict tokens, and `aud` is validated only if you
//! [set an audience](PropelAuthBuilder::audience).
//!
//! A token is valid until it expires, by default 30 minutes after it was issued: a disabled user or a
//! changed role takes effect with the next token, or once [a mark](freshness) says so, such as of a webhook. A token
//! from before a change is denied, or what changed is fetched in its place: see [the guide](guide::freshness).
//!
//! # Crate features
//!
//! - **`rustls`** (default): TLS with rustls and the Mozilla roots, compiled in.
//! - **`rustls-native-roots`**: TLS with rustls and the operating system's roots, for machines behind a
//!   proxy with its own certificate. Takes precedence over `rustls`.
//! - **`openssl`**: TLS with the system's OpenSSL. Takes precedence over both.
//! - **`test-util`**: the module [`testing`], users and signed tokens without a server. For
//!   `[dev-dependencies]`.
//! - **`emulator`**: the module [`emulator`], an in-process PropelAuth. For `[dev-dependencies]`.
//! - **`audit`**: the module [`audit`], a route audit and a denial matrix. For `[dev-dependencies]`.
//! - **`utoipa`**: the module [`openapi`], and schemas of the entities for OpenAPI documents with utoipa.
//! - **`mcp`**: protected resources for MCP clients; see [the guide](guide::mcp).
//! - **`redis`**: the module [`fleet`], in which instances tell each other what changed.
//! - **`metrics`**: metrics through the facade `metrics`; see [`observe`].
//! - **`cli`**: the program `propelauth-dev`, the emulator on a port. For `cargo install`.
//!
//! Without one of the first three, only `http` URLs work, that is, only the emulator.
//!
//! The crate does not need, use or install a process-wide crypto provider of rustls or jsonwebtoken,
//! whatever features other crates enable. There is one exception: with `rustls-0_23-webpki-roots` or
//! `rustls-0_23-native-roots` of awc enabled, awc asks rustls for the process-wide provider when a client is
//! created. If there is none, rustls installs the only one that is compiled in. If there are several, calls
//! fail with [`Error::Tls`] until the application installs one with rustls's
//! `CryptoProvider::install_default`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(test)]
mod a_canary;
mod access;
mod call;

// After `call`: the page of `Call` has its methods in this order, the few general ones first.
pub mod api;
#[cfg(feature = "audit")]
pub mod audit;
mod client;
mod dev_keys;
#[cfg(feature = "emulator")]
pub mod emulator;
mod endpoint;
#[cfg(feature = "redis")]
pub mod fleet;
#[cfg(all(not(feature = "redis"), any(test, fuzzing)))]
#[allow(dead_code)] // what its connections use is tested in every build
mod fleet;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod observe;
#[cfg(feature = "utoipa")]
pub mod openapi;
mod propel_auth;
#[cfg(test)]
mod proptest_strategies;
#[cfg(any(feature = "test-util", test))]
pub mod testing;
#[cfg(test)]
mod texts;
pub mod webhook;
mod words;

pub use crate::{
    access::{
        AccessEnded, AccessEnding, ActiveOrg, ApiKeyKind, ApiKeys, Authentication, Denied,
        FailedFetch, Forbidden, Held, InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole,
        InOrgWithPermission, InOrgWithRole, InvalidApiKey, InvalidToken, KeyError, LoginMethod,
        MalformedCredential, MalformedHeader, Misconfigured, MissingStepUp, NoEnvironment,
        OptionalUser, OrgByKey, Principal, PropelAuthExt, Readiness, RequiredOrg, Requirement,
        SamlLoginProvider, SocialLoginProvider, StepUp, TokenCacheStats, TokenSource, TooMany,
        Unauthorized, UnexpectedCredential, Unreachable, UnspecifiedOrg, User, UserByKey,
        UserClaims, ValidatedKey, freshness, org_id,
    },
    call::{AnyRefusal, Call, CustomCall, DecodeError, Error, Items, OptionalExt},
    client::{CallEvent, Delivery},
    observe::UserInSpans,
    propel_auth::{
        Environments, EnvironmentsError, InitError, PropelAuth, PropelAuthBuilder,
        UserAndOrgMemberInfo, explanation, explanations,
    },
    words::{
        explanation::Explanation,
        ids::{ApiKeyId, EmployeeId, MfaChallengeId, MfaPhoneId, OrgId, ScimGroupId, UserId},
        org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
        secret::Secret,
        unix_seconds::UnixSecondsExt,
    },
};
#[cfg(feature = "mcp")]
pub use crate::{
    access::{McpCaller, McpMetadata, McpResource, RequireScopes},
    propel_auth::McpResourceBuilder,
};

/// Compiles the examples of README.md. One of them needs the emulator.
#[cfg(all(doctest, feature = "emulator"))]
#[doc = include_str!("../README.md")]
struct Readme;
