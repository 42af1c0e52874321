//! What code asks of a request: its user, the arguments of handlers, and the organization id.

pub(in crate::access) mod ext;
pub(in crate::access) mod extract;
pub(in crate::access) mod identify;
pub mod org_id;
