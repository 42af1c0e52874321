//! An in-process PropelAuth for development and tests.
//!
//! The emulator serves the backend API on loopback and keeps its state in memory. It signs access
//! tokens with development keys whose private halves are published, so it protects nothing: never
//! use it in production.
//!
//! ```
//! use actix_web_propelauth::emulator::Emulator;
//!
//! # #[actix_web::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start().await?;
//! let alice = emulator.create_user("alice@example.com")?;
//! let acme = emulator.create_org("Acme Inc")?;
//! emulator.add_user_to_org(&alice, &acme, "Admin")?;
//!
//! let auth = emulator.propel_auth().await?;
//! let user = auth.user().fetch_user_metadata_by_user_id(&alice).await?;
//! assert_eq!(user.email, "alice@example.com");
//! # Ok(())
//! # }
//! ```
//!
//! The code is in layers, each of which uses only those after it: `cli` and `proxy` (the program),
//! `control` (the methods of [`Emulator`]), `seed` (states written by hand), `http` (the server), `webhooks` (events, sent), `operations`
//! (one handler for each operation of the backend API), `state` (records and their invariants).

#[cfg(feature = "cli")]
mod cli;
mod control;
mod frontend;
mod http;
mod oauth;
mod operations;
#[cfg(feature = "pages")]
mod pages;
#[cfg(feature = "cli")]
mod proxy;
mod seed;
#[cfg_attr(not(feature = "pages"), allow(dead_code, unused_imports))] // what only pages use
mod self_service;
mod state;
#[cfg_attr(not(feature = "pages"), allow(dead_code))] // what only pages use
mod web;
mod webhooks;

/// The program, for the binary of this package only.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use self::cli::main as propelauth_dev;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
#[doc(hidden)]
pub use self::control::invariants::emulator_request;
pub use self::{
    control::{
        BrokenToken, EmulatedCaller, EmulatedOrg, EmulatedSession, EmulatedUser, Emulator,
        EmulatorBuilder, EmulatorError, NewScimGroup, TokenCheck, TokenReport, TokenVerdict,
    },
    seed::Seed,
    state::{
        CreatedToken, EmailKind, EmulatedEmail, EmulatedMagicLink, EmulatedSms, Fault,
        NewOauthClient, NewWebhook, OauthClient, RecordedRequest, RoleMapping, TokenOptions,
        WebhookEndpoint,
    },
    webhooks::{WebhookAttempt, WebhookDelivery, WebhookFaults, WebhookMessage, WebhookStatus},
};
