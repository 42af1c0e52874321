//! Users.

mod change;
pub(crate) mod check;
mod existing_user;
mod fetch;
mod lifecycle;
mod magic_link;
mod migration;
pub(crate) mod social;
