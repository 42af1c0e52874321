//! Organizations.

mod domains;
mod invites;
mod iso8601;
mod lifecycle;
mod members;
mod name;
mod query;
mod role_mappings;
mod update;
