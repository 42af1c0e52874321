//! The operations of the backend API: one [`Handler`](handler::Handler) each, file for file as in
//! `src/api/`.

mod access_token;
mod api_key;
mod checks;
mod employee;
pub(crate) mod handler;
mod mfa;
pub(crate) mod org;
mod page;
mod saml;
mod scim;
pub(crate) mod user;
mod user_insights;
mod verification;
