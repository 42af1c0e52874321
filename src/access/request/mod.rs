//! The user and the organization of a request.
//!
//! [`authenticate`] finds the user once for each request and [`cached_result`] keeps it. [`extract`] and
//! [`ext`] provide it to handlers and to other middleware, and [`org_id`] finds the organization that a
//! guard checks, in what [`org_request`] shows of the request. [`token_source`] is a place other than the
//! `Authorization` header where a middleware finds the token: [`credential`] chooses the one of the request,
//! and [`same_origin`] denies requests of other sites.

pub(in crate::access) mod app_data;
pub(in crate::access) mod authenticate;
pub(in crate::access) mod cached_result;
mod credential;
pub(in crate::access) mod ext;
pub(in crate::access) mod extract;
pub mod org_id;
mod org_request;
mod same_origin;
pub(in crate::access) mod token_source;
