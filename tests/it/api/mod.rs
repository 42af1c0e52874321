//! The operations of the backend API, each through client, HTTP, emulator and back.

mod api_key;
mod mfa;
mod odd_strings;
pub(crate) mod operation_coverage;
pub(crate) mod org;
mod reserved_segments;
pub(crate) mod round_trips;
mod saml;
mod scim;
pub(crate) mod sdk_recordings;
mod streams;
pub(crate) mod user;
mod user_insights;
