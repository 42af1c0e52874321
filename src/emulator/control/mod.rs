//! The control API: what tests, the program and a dashboard do beyond the backend API.
//!
//! [`Emulator`] is in `emulator`; each other file adds its methods for one theme.

mod activity;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
mod all_requests;
mod api_keys;
mod builder;
mod clock;
mod commands;
mod employees;
mod emulated_caller;
mod emulated_org;
mod emulated_user;
mod emulator;
mod error;
mod expose;
mod faults;
mod first_state;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod kept;
mod logins;
mod mcp;
mod mfa;
mod oauth_clients;
mod operations;
mod orgs;
mod origin;
mod outboxes;
mod project_settings;
mod propel_auth;
mod requests;
mod reset;
mod role_mappings;
mod scim_groups;
mod scim_keys;
mod seeds;
mod sessions;
mod settings;
mod signing_key;
mod snapshot;
mod snapshots;
#[cfg(test)]
#[cfg(feature = "pages")]
mod supported;
#[cfg(test)]
mod tests;
mod tokens;
mod users;
pub(super) mod webhooks;

pub use self::{
    builder::EmulatorBuilder,
    emulated_caller::EmulatedCaller,
    emulated_org::EmulatedOrg,
    emulated_user::EmulatedUser,
    emulator::Emulator,
    error::EmulatorError,
    scim_groups::NewScimGroup,
    sessions::EmulatedSession,
    tokens::{BrokenToken, TokenCheck, TokenReport, TokenVerdict},
};
