//! A service for several organizations, as a team would lay it out.
//!
//! - [`config`]: settings from the environment
//! - [`routes`]: every route, with its guard beside it
//! - [`guards`]: the roles and permissions of this service, each in one place
//! - [`error`]: one format for every error
//! - [`projects`]: the data, which is reached through an organization only

pub mod config;
pub mod error;
pub mod guards;
pub mod projects;
pub mod routes;
