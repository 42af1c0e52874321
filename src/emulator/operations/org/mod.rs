//! Organizations.

pub(crate) mod domains;
mod invites;
pub(crate) mod iso8601;
mod lifecycle;
mod members;
mod name;
mod query;
mod role_mappings;
mod update;
