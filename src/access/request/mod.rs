//! What code asks of a request: its user, the arguments of handlers, and the organization id.

pub(in crate::access) mod app_data;
pub(in crate::access) mod authenticate;
pub(in crate::access) mod cached_result;
pub(in crate::access) mod ext;
pub(in crate::access) mod extract;
pub mod org_id;
