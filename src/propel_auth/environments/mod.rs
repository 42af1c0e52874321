//! Several PropelAuth environments in one application.

#[allow(clippy::module_inception)] // the type is called so
pub(super) mod environments;
pub(super) mod error;
mod list;
