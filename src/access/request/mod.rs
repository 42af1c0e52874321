//! The user and the organization of a request.
//!
//! [`authenticate`] finds the user once for each request, in the order of [`result_source`], and [`cached_result`]
//! keeps it. [`extract`] and [`ext`] provide it to handlers and to other middleware, and [`org_id`] finds the
//! organization that a guard checks, in what [`org_request`] shows of the request.
//!
//! [`token_source`] is a place other than the `Authorization` header where a token may be, [`token_sources`] a list
//! of them, and [`token_places`] reads them. [`credential`] chooses the one token of the request, [`same_origin`]
//! denies requests of other sites, [`elsewhere`] remembers the place for the log, and [`source_headers`] adds what
//! the response then needs, with the protocol that [`socket_protocol`] chooses.

pub(in crate::access) mod app_data;
pub(in crate::access) mod authenticate;
pub(in crate::access) mod cached_result;
pub(in crate::access) mod credential;
pub(in crate::access) mod elsewhere;
pub(in crate::access) mod ext;
pub(in crate::access) mod extract;
pub mod org_id;
mod org_request;
mod result_source;
pub(in crate::access) mod same_origin;
pub(in crate::access) mod socket_protocol;
pub(in crate::access) mod source_headers;
mod token_places;
pub(in crate::access) mod token_source;
pub(in crate::access) mod token_sources;
