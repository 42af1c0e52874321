//! The user and the organization of a request.
//!
//! [`authenticate`] finds the user once for each request and [`cached_result`] keeps it. [`extract`] and
//! [`ext`] provide it to handlers and to other middleware, and [`org_id`] finds the organization that a
//! guard checks.

pub(in crate::access) mod app_data;
pub(in crate::access) mod authenticate;
pub(in crate::access) mod cached_result;
pub(in crate::access) mod ext;
pub(in crate::access) mod extract;
pub mod org_id;
