//! [PropelAuth](https://www.propelauth.com) for actix-web: verifies access tokens, guards routes by
//! organization, role and permission, calls the backend API, and works offline against an
//! emulator.
//!
//! ```
//! use actix_web::{App, test, web};
//! use actix_web_propelauth::{
//!     InOrgWithRole, OrgMemberInfo, org_id,
//!     testing::{TestRequestExt, TestOrg, TestUser, propel_auth},
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
//! - [`PropelAuth`] is the handle: built once, cloned into every worker.
//! - **Who is calling?** Its middleware ([`require_user`](PropelAuth::require_user),
//!   [`optional_user`](PropelAuth::optional_user),
//!   [`allow_anonymous`](PropelAuth::allow_anonymous)) verifies the bearer token of a request,
//!   offline, and handlers take the [`User`].
//! - **May they?** The guards ([`InOrg`], [`InOrgWithRole`], [`InOrgWithMinimumRole`],
//!   [`InOrgWithPermission`], [`InOrgWithAllPermissions`]) find the organization in the request
//!   ([`org_id`]), answer 401 or 403, and handlers take the [`OrgMemberInfo`].
//!   [`User::authorize`] is the same check inside a handler.
//! - **What about them?** [`PropelAuth::user`], [`org`](PropelAuth::org),
//!   [`saml`](PropelAuth::saml), [`scim`](PropelAuth::scim),
//!   [`access_token`](PropelAuth::access_token), [`api_key`](PropelAuth::api_key),
//!   [`mfa`](PropelAuth::mfa), [`employee`](PropelAuth::employee) and
//!   [`user_insights`](PropelAuth::user_insights) call the backend API.
//! - Without actix-web, [`PropelAuth::validate_access_token_and_get_user`] and its siblings take
//!   a header and return the user.
//!
//! # What a call does
//!
//! A call of the backend API ([`Call`]) is sent when it is awaited. It takes at most
//! [10 seconds](PropelAuthBuilder::request_timeout) and is sent again
//! [twice](PropelAuthBuilder::max_retries) at most: what only reads after most failures, what
//! creates only if nothing was sent ([`RetryClass`](api::RetryClass) has the table). After a failure the
//! [`Error`] says whether the request [arrived](Delivery). A thread that sees 5 failures in a row
//! [sends nothing for a while](PropelAuthBuilder::circuit_breaker). A list that comes in pages is
//! a [stream](Call::stream) of its items.
//!
//! A call's future stays on its thread, as all of actix-web does;
//! [`run_on_dedicated_thread`](PropelAuth::run_on_dedicated_thread) is for tokio tasks that do not.
//!
//! # What a token must be
//!
//! An access token is a JWT in compact form, signed with RS256 by the one key of the environment.
//! Everything else is refused: other algorithms, other types of token, critical extensions, a
//! missing or different `iss`, a missing or past `exp`, a future `nbf`, a member that comes twice
//! anywhere. A token of more than [16 KiB](PropelAuthBuilder::max_token_len) is not looked at and
//! answered with 431. There is no leeway unless you [ask for it](PropelAuthBuilder::leeway). A
//! future `iat` is not held against a token, and `aud` is only looked at if you
//! [name your audience](PropelAuthBuilder::audience), as PropelAuth sets neither to that end. A
//! registered claim of another type than its own refuses the token.
//!
//! A token stays valid until it expires, 30 minutes by default: disabling a user or changing a
//! role shows in the next token.
//!
//! # Crate features
//!
//! - **`rustls`** (default): TLS by rustls with the Mozilla roots compiled in.
//! - **`rustls-native-roots`**: TLS by rustls with the operating system's roots, for machines
//!   behind a proxy with a certificate of its own. Wins over `rustls`.
//! - **`openssl`**: TLS by the system's OpenSSL. Wins over both.
//! - **`test-util`**: the module [`testing`], users and signed tokens without a server. For
//!   `[dev-dependencies]`.
//! - **`emulator`**: the module [`emulator`], an in-process PropelAuth. For `[dev-dependencies]`.
//! - **`cli`**: the program `propelauth-dev`, that same emulator on a port. For `cargo install`.
//!
//! Without any of the first three only `http` URLs work, which leaves the emulator.
//!
//! No process-wide crypto provider of rustls or jsonwebtoken is needed, used or installed, whatever
//! other crates turn on. One case is out of reach: with `rustls-0_23-webpki-roots` or
//! `rustls-0_23-native-roots` of awc on, awc asks rustls for the process-wide one whenever a client
//! is made. If there is none, rustls installs the only one that is compiled in; if there are
//! several, calls fail with [`Error::Tls`] until the application chooses one with rustls's
//! `CryptoProvider::install_default`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(test)]
mod a_canary;
mod access;
pub mod api;
#[cfg(test)]
mod arbitrary;
mod call;
mod client;
mod dev_keys;
#[cfg(feature = "emulator")]
pub mod emulator;
mod endpoint;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
#[doc(hidden)]
pub mod fuzzing;
mod propel_auth;
#[cfg(any(feature = "test-util", test))]
pub mod testing;
mod words;

// The last paths of what has moved, until every room uses the new ones.
#[cfg(any(feature = "test-util", test))]
use crate::words::url_safe;
use crate::{
    propel_auth as auth,
    words::{causes, id, org_member_info, secret, strict, unix_seconds, wire_enum},
};

pub use crate::{
    access::{
        ActiveOrg, Authentication, Denied, Forbidden, Held, InOrg, InOrgWithAllPermissions,
        InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole, InvalidToken, KeyError,
        LoginMethod, MalformedHeader, OptionalUser, PropelAuthExt, RequiredOrg, Requirement,
        SamlLoginProvider, SocialLoginProvider, TokenCacheStats, Unauthorized,
        UnexpectedCredential, User, UserClaims, org_id,
    },
    auth::{InitError, PropelAuth, PropelAuthBuilder, UserAndOrgMemberInfo},
    call::{AnyRefusal, Call, DecodeError, Error, Items, OptionalExt},
    client::Delivery,
    id::{ApiKeyId, EmployeeId, MfaChallengeId, MfaPhoneId, OrgId, ScimGroupId, UserId},
    org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    secret::Secret,
    unix_seconds::UnixSecondsExt,
};

/// Compiles the examples of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
