//! The backend API: what can be asked for, and what comes back.
//!
//! The operations are methods of the groups, such as [`UserApi`]; each takes what it needs, has
//! setters for the rest, and is sent by `.await`.

pub(crate) mod declare;
pub(crate) mod operations;
#[cfg(test)]
mod supported;

mod access_token;
mod api_key;
mod employee;
mod mfa;
mod org;
mod saml;
mod scim;
mod user;
mod user_insights;
mod verification;

pub(crate) use self::verification::*;
pub use self::{
    access_token::*, api_key::*, employee::*, mfa::*, org::*, saml::*, scim::*, user::*,
    user_insights::*,
};
pub use crate::endpoint::{
    Endpoint, FieldErrors, List, Never, NotFound, Page, Refusal, Response, RetryClass,
    SerializableSecret,
};
