//! The handle `PropelAuth`: how it is configured, and what it joins.
//!
//! This is where the wings of the crate meet: the authenticator of [`crate::access`] and the client of
//! [`crate::call`] behind one name, and the verifier key that the second fetches for the first.

mod accounts;
mod api_keys;
mod app_data;
mod authenticate;
mod build;
mod builder;
mod calls;
mod changes;
mod checks;
mod client_options;
mod codes;
mod dedicated_thread;
pub(crate) mod env;
mod environments;
mod error;
mod explanations;
mod fetch;
#[cfg(feature = "redis")]
mod fleet;
mod grants;
mod handle;
pub(crate) mod issuer;
mod limits;
mod mark_stale;
#[cfg(feature = "mcp")]
mod mcp;
mod observability;
mod pasted_value;
mod published_keys;
mod readiness;
mod run_on_dedicated_thread;
mod step_up;
mod token_from;
mod validate;
mod webhooks;

#[cfg(feature = "mcp")]
pub use self::mcp::McpResourceBuilder;
pub use self::{
    builder::PropelAuthBuilder,
    environments::{environments::Environments, error::EnvironmentsError},
    error::InitError,
    explanations::{explanation, explanations},
    handle::PropelAuth,
    validate::UserAndOrgMemberInfo,
};
