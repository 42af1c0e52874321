//! Reasons for denying a request, in full detail.
//!
//! These types are for the developer: they name the claim, the key or the role that was wrong. The
//! caller learns no more than the status, because an exact reason helps to probe an API and
//! may contain names of organizations. `denied_response.rs` builds that response.

#[allow(clippy::module_inception)] // the type is what the folder is about
mod denied;
mod forbidden;
mod invalid_token;
mod too_many;
mod unauthorized;
mod unreachable;

pub use self::{
    denied::Denied,
    forbidden::Forbidden,
    invalid_token::{InvalidToken, UnexpectedCredential},
    too_many::TooMany,
    unauthorized::{MalformedHeader, MissingStepUp, Unauthorized},
    unreachable::Unreachable,
};
